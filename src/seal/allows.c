// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules of write_input() and write_unsolicited() in ruleset.c, asked about one port: whom do
 * they let begin?
 *
 * Who looks there finds what is missing here: answers, neighbour discovery and echo requests, which
 * reach no program's port.
 */

#include "seal/seal.h"
#include "util/language.h"

static bool is_covered(const struct exception *e, const struct seal_port *port)
{
	if (e->protocol == 0)
		return true;
	return e->protocol == port->protocol && e->first <= port->number && port->number <= e->last;
}

/* A packet from that peer is of its family, and so is the socket that takes it. */
static bool has_family(const char *peer, const struct seal_port *port)
{
	return exception_peer_is_ipv6(peer) ? port->ipv6 : port->ipv4;
}

/* DHCP clients have to be answered: 1, 0 or -ENOMEM as below. */
static int admit_dhcp(const struct seal_port *port, struct strv *sources)
{
	if (port->protocol != IPPROTO_UDP)
		return 0;
	if (port->number == 546 && port->ipv6)
		return 1;
	if (port->number == 68 && port->ipv4)
		return strv_add_once(sources, _("IPv4 senders on port 67 (DHCP servers)"));
	return 0;
}

int seal_plan_allows(
	const struct seal_plan *plan, const struct seal_port *port, struct strv *sources)
{
	int r = admit_dhcp(port, sources);

	for (size_t i = 0; r == 0 && i < plan->in.count; i++) {
		const struct exception *e = &plan->in.items[i];

		if (!is_covered(e, port))
			continue;
		if (!e->peer)
			return 1;
		if (has_family(e->peer, port))
			r = strv_add_once(sources, e->peer);
	}
	return r;
}
