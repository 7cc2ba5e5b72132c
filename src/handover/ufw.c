// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ufw: a rule a port, with a comment that says whose it is, and `ufw enable`. What it admits by
 * itself (pings, DHCP, multicast DNS) is ufw's business.
 */

#include "handover/backend.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define UFW "/usr/sbin/ufw"

static const char *const files[] = {
	"/etc/ufw/ufw.conf", "/etc/ufw/user.rules", "/etc/ufw/user6.rules", NULL};

/* ufw [delete] allow proto tcp from any to any port 22 [comment cordon] */
static int change(const struct exception *e, bool add, char **why)
{
	_cleanup_free_ char *port = handover_port(e, ':');
	const char *argv[16] = {UFW};
	size_t n = 1;

	if (!port)
		return -ENOMEM;
	if (!add)
		argv[n++] = "delete";
	argv[n++] = "allow";
	argv[n++] = "proto";
	argv[n++] = handover_protocol(e);
	argv[n++] = "from";
	argv[n++] = e->peer ? e->peer : "any";
	argv[n++] = "to";
	argv[n++] = "any";
	argv[n++] = "port";
	argv[n++] = port;
	if (add) {
		argv[n++] = "comment";
		argv[n++] = "cordon";
	}
	return handover_step(argv, NULL, why);
}

static int apply(const struct exception_list *allow, char **why)
{
	const char *enable[] = {UFW, "--force", "enable", NULL};
	int r = 0;

	for (size_t i = 0; r == 0 && i < allow->count; i++)
		r = change(&allow->items[i], true, why);
	return r < 0 ? r : handover_step(enable, NULL, why);
}

static size_t count_lines(const char *text, const char *begin)
{
	size_t count = 0;

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		count += strncmp(line, begin, strlen(begin)) == 0;
	}
	return count;
}

static int verify(const struct exception_list *allow, char **why)
{
	const char *status[] = {UFW, "status", "verbose", NULL};
	const char *added[] = {UFW, "show", "added", NULL};
	_cleanup_free_ char *said = NULL, *rules = NULL;
	int r = handover_step(status, &said, why);

	if (r == 0)
		r = handover_step(added, &rules, why);
	if (r < 0)
		return r;
	if (!strstr(said, "Status: active\n"))
		return fail(why, EIO, "ufw status: it is not active");
	if (!strstr(said, "Default: deny (incoming)") &&
		!strstr(said, "Default: reject (incoming)"))
		return fail(why, EIO,
			"ufw status: it does not deny what comes in; ufw default deny incoming "
			"has it do so");
	if (count_lines(rules, "ufw allow ") != allow->count)
		return fail(why, EIO, "ufw show added: not the %zu rules that were added",
			allow->count);
	return handover_find_table("ip filter", NULL) == 0
		       ? handover_find_table("ip6 filter", why)
		       : handover_find_table("iptables-legacy filter", why);
}

static int undo(const struct handed *handed, const struct exception_list *allow, char **why)
{
	const char *disable[] = {UFW, "--force", "disable", NULL};
	int r = handover_step(disable, NULL, why);

	(void)handed;
	for (size_t i = 0; r == 0 && i < allow->count; i++)
		r = change(&allow->items[i], false, why);
	return r;
}

const struct handover_backend handover_ufw = {
	.name = "ufw",
	.program = UFW,
	.unit = "ufw.service",
	.firewall = FIREWALL_UFW,
	.files = files,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
