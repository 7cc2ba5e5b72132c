// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * firewalld: a zone of its own, which becomes the default one, with services where firewalld has a
 * name for them, and ports where it has none. Written by firewall-offline-cmd, so that the daemon,
 * when it comes up or reads it anew, has it whole.
 *
 * firewalld tells systemd that it has started when it has its name on the bus, and then loads its
 * rules: for half a second at each boot the network was there, and no firewall. So its unit gets a
 * drop-in that asks it something, which it answers when it has loaded them; the network waits for
 * the unit.
 */

#include "handover/backend.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/unit.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define OFFLINE "/usr/bin/firewall-offline-cmd"
#define ONLINE	"/usr/bin/firewall-cmd"
#define UNIT	"firewalld.service"
#define ZONE	"cordon"

#define ZONE_FILE "/etc/firewalld/zones/" ZONE ".xml"
#define DROP_INS  "/etc/systemd/system/firewalld.service.d"
#define DROP_IN	  DROP_INS "/cordon.conf"

static const char *const files[] = {"/etc/firewalld/firewalld.conf", ZONE_FILE, DROP_IN, NULL};

/* What firewalld ships under a name, and a reader knows by it. */
static const struct {
	unsigned int port;
	const char *name;
} services[] = {{22, "ssh"}, {80, "http"}, {443, "https"}, {3389, "rdp"}};

/* NULL: there is none, or somebody's of that name may mean other ports. */
static const char *service_of(const struct exception *e)
{
	for (size_t i = 0; i < ELEMENTS(services); i++) {
		_cleanup_free_ char *own = NULL;

		if (e->protocol != IPPROTO_TCP || e->first != services[i].port ||
			e->last != services[i].port)
			continue;
		own = strdup_printf("/etc/firewalld/services/%s.xml", services[i].name);
		return own && !file_exists(own) ? services[i].name : NULL;
	}
	return NULL;
}

/* As firewalld is asked for it: --add-service=ssh. */
static char *option_of(const struct exception *e)
{
	_cleanup_free_ char *port = handover_port(e, '-');
	const char *service = service_of(e);

	if (!port)
		return NULL;
	if (e->peer)
		return strdup_printf("--add-rich-rule=rule family=\"%s\" source address=\"%s\" "
				     "port port=\"%s\" protocol=\"%s\" accept",
			exception_peer_is_ipv6(e->peer) ? "ipv6" : "ipv4", e->peer, port,
			handover_protocol(e));
	return service ? strdup_printf("--add-service=%s", service)
		       : strdup_printf("--add-port=%s/%s", port, handover_protocol(e));
}

static int admit(const struct exception *e, char **why)
{
	_cleanup_free_ char *option = option_of(e);
	const char *argv[] = {OFFLINE, "--zone=" ZONE, option, NULL};

	if (!option)
		return -ENOMEM;
	return handover_step(argv, NULL, why);
}

static int prepare(struct handed *handed, char **why)
{
	const char *argv[] = {OFFLINE, "--get-default-zone", NULL};
	_cleanup_free_ char *zone = NULL;
	int r = handover_step(argv, &zone, why);

	if (r < 0)
		return r;
	zone[strcspn(zone, "\n")] = '\0';
	return state_set(&handed->before, zone);
}

/* Where it was cut off early, that is the default still, and firewalld calls setting it an error.
 */
static int put_back(const struct handed *handed, char **why)
{
	_cleanup_free_ char *option = strdup_printf("--set-default-zone=%s", handed->before);
	_cleanup_(handed_clear) struct handed now = {0};
	const char *argv[] = {OFFLINE, option, NULL};
	int r = option ? prepare(&now, why) : -ENOMEM;

	if (r < 0 || strcmp(now.before, handed->before) == 0)
		return r;
	return handover_step(argv, NULL, why);
}

/* Whether or not the daemon runs: what it has in memory is read anew. */
static int reload(char **why)
{
	const char *argv[] = {ONLINE, "--reload", NULL};
	_cleanup_free_ char *state = NULL;
	int r = unit_active_state(UNIT, &state, why);

	if (r < 0)
		return r;
	return strcmp(state, "active") == 0 ? handover_step(argv, NULL, why)
					    : unit_call(UNIT_START, UNIT, true, why);
}

static int reload_systemd(char **why)
{
	const char *argv[] = {SYSTEMCTL, "daemon-reload", NULL};

	return handover_step(argv, NULL, why);
}

static int have_network_wait(char **why)
{
	static const char drop_in[] =
		"# Written by cordon finish --handover=firewalld: firewalld answers once its rules "
		"are in force,\n"
		"# and the network waits for that.\n"
		"[Service]\n"
		"ExecStartPost=" ONLINE " --state\n";
	int r = handover_publish(DROP_INS, DROP_IN, drop_in, why);

	return r < 0 ? r : reload_systemd(why);
}

static int apply(const struct exception_list *allow, char **why)
{
	const char *zone[] = {OFFLINE, "--new-zone=" ZONE, NULL};
	const char *make_default[] = {OFFLINE, "--set-default-zone=" ZONE, NULL};
	int r = handover_step(zone, NULL, why);

	for (size_t i = 0; r == 0 && i < allow->count; i++)
		r = admit(&allow->items[i], why);
	if (r == 0)
		r = handover_step(make_default, NULL, why);
	if (r == 0)
		r = have_network_wait(why);
	return r < 0 ? r : reload(why);
}

static size_t count_words(const char *text)
{
	size_t count = 0;

	for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
		text += strcspn(text, " \n");
		count++;
	}
	return count;
}

/* Are all of these options among what the daemon has in force? */
static int verify_rules(const struct exception_list *allow, char **why)
{
	static const char *const lists[] = {"--list-services", "--list-ports"};
	size_t wanted = 0, found = 0;

	for (size_t i = 0; i < ELEMENTS(lists); i++) {
		const char *argv[] = {ONLINE, "--zone=" ZONE, lists[i], NULL};
		_cleanup_free_ char *said = NULL;
		int r = handover_step(argv, &said, why);

		if (r < 0)
			return r;
		found += count_words(said);
	}
	for (size_t i = 0; i < allow->count; i++)
		wanted += !allow->items[i].peer;
	if (wanted != found)
		return fail(why, EIO, "firewall-cmd: the zone %s admits %zu ports, not %zu", ZONE,
			found, wanted);
	return 0;
}

/* An interface that somebody put into another zone is not this one's. */
static int verify_zones(char **why)
{
	const char *argv[] = {ONLINE, "--get-active-zones", NULL};
	_cleanup_free_ char *said = NULL;
	int r = handover_step(argv, &said, why);

	if (r < 0)
		return r;
	for (const char *line = said; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (*line && *line != ' ' && strncmp(line, ZONE, strlen(ZONE)) != 0)
			return fail(why, EEXIST,
				"the zone %.*s has interfaces or sources of somebody's; take them "
				"out of it, or finish with --handover=open, which leaves firewalld "
				"as it is",
				(int)strcspn(line, " \n"), line);
	}
	return 0;
}

static int verify(const struct exception_list *allow, char **why)
{
	const char *argv[] = {ONLINE, "--get-default-zone", NULL};
	_cleanup_free_ char *zone = NULL;
	int r = handover_step(argv, &zone, why);

	if (r == 0 && strcmp(zone, ZONE "\n") != 0)
		r = fail(why, EIO, "firewall-cmd: %s is not the default zone", ZONE);
	if (r == 0)
		r = verify_zones(why);
	if (r == 0)
		r = verify_rules(allow, why);
	return r < 0 ? r : handover_find_table("inet firewalld", why);
}

static int undo(const struct handed *handed, const struct exception_list *allow, char **why)
{
	const char *remove[] = {OFFLINE, "--delete-zone=" ZONE, NULL};
	int r = put_back(handed, why);

	(void)allow;
	if (r == 0 && file_exists(ZONE_FILE))
		r = handover_step(remove, NULL, why);
	if (r == 0)
		r = handover_remove(DROP_IN, why);
	rmdir(DROP_INS);
	if (r == 0)
		r = reload_systemd(why);
	if (r < 0)
		return r;
	return handed->enabled ? reload(why) : unit_call(UNIT_STOP, UNIT, true, why);
}

const struct handover_backend handover_firewalld = {
	.name = "firewalld",
	.program = OFFLINE,
	.unit = UNIT,
	.firewall = FIREWALL_FIREWALLD,
	.files = files,
	.prepare = prepare,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
