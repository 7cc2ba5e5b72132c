// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathering, file by file; nothing is concluded here.
 */

#include "facts/facts.h"

#include "facts/install.h"
#include "facts/storage.h"
#include "util/cleanup.h"
#include "util/file.h"

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

int facts_gather(const char *root, struct facts *facts)
{
	_cleanup_(facts_clear) struct facts result = {0};
	int r = 0;

	install_read_machine_id(root, result.machine_id);
	if (!root[0]) {
		install_read_boot_id(result.boot_id);
		r = gather_storage(&result.storage);
	}
	if (r < 0)
		return r;
	*facts = result;
	result = (struct facts){0};
	return 0;
}

void facts_clear(struct facts *facts)
{
	exception_list_clear(&facts->storage);
}
