// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathering, file by file; nothing is concluded here.
 */

#include "facts/facts.h"

#include "facts/boots.h"
#include "facts/firewall/firewall.h"
#include "facts/identity.h"
#include "facts/logins.h"
#include "facts/remote/unattended.h"
#include "facts/storage.h"
#include "facts/subnets.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/when.h"

#define MOUNTS_MAX  (4U << 20)
#define CMDLINE_MAX 65536U

static int gather_storage(struct exception_list *storage)
{
	_cleanup_free_ char *mounts = NULL, *cmdline = NULL;
	int r = 0;

	if (file_read_virtual("/proc/mounts", MOUNTS_MAX, &mounts, NULL) == 0)
		r = storage_from_mounts(mounts, storage);
	/* A container sees the kernel command line of its host, which is no word about itself. */
	if (r == 0 && !file_exists("/run/systemd/container") &&
		file_read_virtual("/proc/cmdline", CMDLINE_MAX, &cmdline, NULL) == 0)
		r = storage_from_cmdline(cmdline, storage);
	return r < 0 ? r : storage_from_sessions("/sys", storage);
}

/* What runs, or ran, on this machine. */
static int gather_running(
	const char *since, const struct sourced_list *admin_groups, struct facts *facts)
{
	time_t begin = time(NULL) - (time_t)(boottime_ms() / 1000);
	int r = gather_storage(&facts->storage);

	if (r == 0)
		r = subnets_find(&facts->subnets);
	if (since)
		when_parse(since, &begin);
	return r < 0 ? r
		     : people_find_administrators(
			       begin, admin_groups, &facts->administrators, &facts->unread_logins);
}

void facts_identify(const char *root, struct facts *facts)
{
	install_read_machine_id(root, facts->machine_id);
	if (!root[0])
		install_read_boot_id(facts->boot_id);
}

int facts_gather(const char *root, const char *since, const struct sourced_list *admin_groups,
	bool boots, struct facts *facts)
{
	_cleanup_(unit_lookup_clear) struct unit_lookup units = {.root = root};
	int r = 0;

	if (boots)
		r = boots_find_earlier(
			root, facts->machine_id, facts->boot_id, &facts->earlier_boots);
	if (r == 0)
		r = boots_find_stateless(root, &facts->stateless);
	if (r == 0)
		r = firewall_find(&units, &facts->managed, &facts->as_shipped, &facts->problems);
	if (r == 0)
		r = remote_find_unattended(&units, &facts->unattended);
	if (r == 0)
		r = remote_find_ports(&units, &facts->remote, &facts->problems);
	return r < 0 || root[0] ? r : gather_running(since, admin_groups, facts);
}

void facts_clear(struct facts *facts)
{
	sourced_list_clear(&facts->earlier_boots);
	sourced_list_clear(&facts->stateless);
	sourced_list_clear(&facts->managed);
	sourced_list_clear(&facts->as_shipped);
	sourced_list_clear(&facts->unattended);
	exception_list_clear(&facts->remote);
	sourced_list_clear(&facts->administrators);
	sourced_list_clear(&facts->unread_logins);
	strv_clear(&facts->subnets);
	exception_list_clear(&facts->storage);
	strv_clear(&facts->problems);
}
