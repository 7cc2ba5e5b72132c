// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a profile opens by name: Remote Desktop, file and printer sharing, remote administration,
 * pings. The ports behind these names are Microsoft's; a server that listens there has the same
 * service, or none.
 */

#include "policy/grouppolicy/gpo.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>

#define SERVICE_PORTS 4

static const struct service {
	const char *key; /* below the profile's */
	struct {
		uint8_t protocol;
		uint16_t port;
	} ports[SERVICE_PORTS]; /* port 0: there are no more */
} services[] = {
	{"Services\\RemoteDesktop", {{IPPROTO_TCP, 3389}}},
	{"Services\\FileAndPrint",
		{{IPPROTO_TCP, 139}, {IPPROTO_TCP, 445}, {IPPROTO_UDP, 137}, {IPPROTO_UDP, 138}}},
	{"RemoteAdminSettings", {{IPPROTO_TCP, 135}, {IPPROTO_TCP, 445}}},
};

static int report_bad_switch(struct gpo_reading *reading, const struct gpo_value *value)
{
	return gpo_problem(reading, value, "not a DWORD of 0 or 1, so it opens nothing");
}

/* Without RemoteAddresses it is anyone; when these are not understood it is nobody. */
static int read_addresses(struct gpo_reading *reading, const char *key, struct strv *peers)
{
	const struct gpo_value *value = gpo_map_find(reading->map, key, "RemoteAddresses");
	_cleanup_(strv_clear) struct strv bad = {0};
	_cleanup_free_ char *scope = NULL;
	struct registry_record record;
	int r;

	if (!value)
		return strv_addf(peers, PEER_ANYONE);
	record = gpo_value_record(value);
	r = registrypol_text(&record, &scope);
	if (r == -EINVAL)
		return gpo_problem(reading, value, "not a text, so it opens nothing");
	if (r == 0)
		r = gpo_scope(scope, peers, &bad);
	for (size_t i = 0; r == 0 && i < bad.count; i++)
		r = gpo_problem(reading, value, "\"%s\" is left out: not an address", bad.items[i]);
	return r;
}

static int read_service(struct gpo_reading *reading, const struct service *service)
{
	_cleanup_(strv_clear) struct strv peers = {0};
	_cleanup_free_ char *key = gpo_profile_key(reading, service->key);
	const struct gpo_value *enabled;
	int r;

	if (!key)
		return -ENOMEM;
	enabled = gpo_map_find(reading->map, key, "Enabled");
	if (gpo_switch(enabled) == GPO_SWITCH_BAD)
		return report_bad_switch(reading, enabled);
	if (gpo_switch(enabled) != GPO_SWITCH_ON)
		return 0;
	r = read_addresses(reading, key, &peers);
	for (size_t i = 0; r == 0 && i < SERVICE_PORTS && service->ports[i].port; i++) {
		struct exception ports = {
			.protocol = service->ports[i].protocol,
			.first = service->ports[i].port,
			.last = service->ports[i].port,
		};

		r = gpo_open(reading, enabled, &ports, &peers);
	}
	return r;
}

static int read_pings(struct gpo_reading *reading)
{
	static const struct exception pings = {.protocol = IPPROTO_ICMP};
	static char *anyone[] = {(char *)PEER_ANYONE};
	static const struct strv peers = {anyone, 1};
	_cleanup_free_ char *key = gpo_profile_key(reading, "IcmpSettings");
	const struct gpo_value *value;

	if (!key)
		return -ENOMEM;
	value = gpo_map_find(reading->map, key, "AllowInboundEchoRequest");
	if (gpo_switch(value) == GPO_SWITCH_BAD)
		return report_bad_switch(reading, value);
	return gpo_switch(value) == GPO_SWITCH_ON ? gpo_open(reading, value, &pings, &peers) : 0;
}

int gpo_services_read(struct gpo_reading *reading)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(services); i++)
		r = read_service(reading, &services[i]);
	return r < 0 ? r : read_pings(reading);
}
