// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules, chain by chain. What each lets through is what updating needs and no more (P17).
 *
 * A drop is final over all tables, an accept is not: an accept here only means that *this* table
 * does not mind. Before January 2026 the kernel could miss a match in an interval set during a
 * commit: the few here only ever accept, and are never changed.
 */

#include "seal/ruleset.h"

#include "seal/grouping.h"
#include "seal/tables.h"
#include "util/cleanup.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define ANSWER "ct state established ct direction reply "

static const struct rule_direction arriving = {"saddr", "dport", "echo-request", "", 0};
static const struct rule_direction leaving = {"daddr", "dport", "echo-request", "", 0};
static const struct rule_direction sending = {"saddr", "sport", NULL, "", IPPROTO_UDP};
static const struct rule_direction answered = {"saddr", "sport", "echo-reply", ANSWER, 0};
static const struct rule_direction answering = {"daddr", "sport", "echo-reply", "", 0};

/* A DHCPv6 client is answered on port 546, from whatever address and port its server has (RFC 8415
 * 7.2). */
static void write_dhcp_answers(struct writer *writer)
{
	rule(writer, "meta nfproto ipv4 udp sport 67 udp dport 68 accept");
	rule(writer, "meta nfproto ipv6 udp dport 546 accept");
}

/*
 * What nobody waits for ends before connection tracking spends memory on it: a flood of twice the
 * size can be taken. Of TCP that is a SYN. Of UDP it is what comes from a port that this server
 * sends nothing to; input judges the rest. With Egress=open it may send to any.
 */
static void write_early(struct writer *writer, const struct seal_plan *plan, const char *priority)
{
	const bool open = plan->egress == EGRESS_OPEN;

	if (!open) {
		chain_begin(writer, "datagram", NULL, NULL, NULL);
		rule(writer, "udp sport { 53, 123 } accept");
		write_dhcp_answers(writer);
		grouping_write(writer, &plan->out, &sending);
		rule(writer, "goto unsolicited");
		chain_end(writer);
	}
	chain_begin(writer, "early", "prerouting", priority, "accept");
	rule(writer, "tcp flags & (fin | syn | rst | ack) == syn iif != \"lo\" goto unsolicited");
	if (!open)
		rule(writer, "meta l4proto udp iif != \"lo\" goto datagram");
	chain_end(writer);
}

/*
 * Recording is limited, so that a spoofed flood costs neither memory nor speed; the drop is a rule
 * of its own, because a full set makes `update` break off its rule.
 */
static void write_unsolicited(struct writer *writer, const struct seal_plan *plan)
{
	chain_begin(writer, "unsolicited", NULL, NULL, NULL);
	grouping_write(writer, &plan->in, &arriving);
	rule(writer, "limit rate 200/second burst 400 packets jump record");
	rule(writer, "counter name blocked_in drop");
	chain_end(writer);
	chain_begin(writer, "record", NULL, NULL, NULL);
	rule(writer, "meta l4proto != { tcp, udp } return");
	rule(writer, "update @blocked4 { ip saddr . meta l4proto . th dport counter }");
	rule(writer, "update @blocked6 { ip6 saddr . meta l4proto . th dport counter }");
	chain_end(writer);
}

/*
 * Storage that was connected before the seal: until this side sends, connection tracking does not
 * know the connection, and what the server sends first would be lost for a minute of an NFS
 * time-out.
 */
static void write_storage_answers(struct writer *writer, const struct exception_list *out)
{
	for (size_t i = 0; i < out->count; i++)
		if (out->items[i].peer && out->items[i].protocol != IPPROTO_UDP)
			rule(writer, "%s saddr %s tcp flags & syn == 0 accept",
				exception_peer_is_ipv6(out->items[i].peer) ? "ip6" : "ip",
				out->items[i].peer);
}

/*
 * Answers to what this server began. Strictly: connection tracking may take a session that somebody
 * began with this server for the contrary, when its first packet after the seal goes out; so the
 * port has to be one that this server may reach.
 */
static void write_answers(struct writer *writer, const struct seal_plan *plan)
{
	if (!plan->strict) {
		rule(writer, "ct state established,related accept");
		return;
	}
	rule(writer, "meta l4proto { icmp, ipv6-icmp } ct state related accept");
	if (plan->egress == EGRESS_OPEN) {
		rule(writer, ANSWER "accept");
		return;
	}
	rule(writer, ANSWER "tcp sport { 53, 80, 443, 853, 4460 } accept");
	rule(writer, ANSWER "udp sport { 53, 123 } accept");
	for (size_t i = 0; i < plan->mirrors.count; i++)
		rule(writer, ANSWER "tcp sport %u accept", plan->mirrors.items[i].first);
	grouping_write(writer, &plan->out, &answered);
}

/*
 * Neighbour discovery is link-local by its hop limit of 255 (RFC 4861 6.1, 7.1, 8.1); multicast
 * listener messages come from a link-local or, before an address is confirmed, the unspecified
 * address (RFC 3810 5.1.14, 5.2.13).
 */
static void write_neighbours(struct writer *writer)
{
	rule(writer, "ip6 hoplimit 255 icmpv6 type { nd-router-advert, nd-neighbor-solicit, "
		     "nd-neighbor-advert, nd-redirect } accept");
	rule(writer, "ip6 saddr { ::, fe80::/10 } icmpv6 type { mld-listener-query, "
		     "mld-listener-report, mld-listener-done, mld2-listener-report } accept");
}

static void write_input(struct writer *writer, const struct seal_plan *plan, const char *priority)
{
	chain_begin(writer, "input", "input", priority, "drop");
	rule(writer, "iif \"lo\" accept");
	write_answers(writer, plan);
	write_neighbours(writer);
	write_dhcp_answers(writer);
	write_storage_answers(writer, &plan->out);
	rule(writer, "goto unsolicited");
	chain_end(writer);
}

/*
 * Published ports of containers and guests are forwarded, not input: they are closed as well.
 * Before all other rules: one that hands a connection to a flowtable would take it past this one.
 */
static void write_forward(struct writer *writer, const char *priority)
{
	chain_begin(writer, "forward", "forward", priority, "drop");
	rule(writer, "counter name blocked_forward drop");
	chain_end(writer);
}

/* HTTP, HTTPS, and other ports of mirrors and proxies: for everybody, or for what updates. The
 * comment makes the rules of a new control group differ from those of an old one. */
static void write_mirrors(struct writer *writer, const struct seal_plan *plan)
{
	const bool updater = plan->egress == EGRESS_UPDATER;
	char who[128] = "", comment[64] = "";

	if (updater && plan->updater == 0)
		return;
	if (updater) {
		snprintf(who, sizeof(who), "socket cgroupv2 level 1 \"%s\" ", SEAL_UPDATER_SLICE);
		snprintf(comment, sizeof(comment), " comment \"group %" PRIu64 "\"", plan->updater);
	}
	rule(writer, "%stcp dport { 80, 443 } accept%s", who, comment);
	for (size_t i = 0; i < plan->mirrors.count; i++)
		rule(writer, "%stcp dport %u accept", who, plan->mirrors.items[i].first);
}

/* DHCP, DNS (also over TLS), NTP (also NTS), HTTP, HTTPS, and what IPv6 cannot work without. */
static void write_updates_only(struct writer *writer, const struct seal_plan *plan)
{
	rule(writer, "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert, "
		     "mld-listener-report, mld-listener-done, mld2-listener-report } accept");
	rule(writer, "meta nfproto ipv4 udp sport 68 udp dport 67 accept");
	rule(writer, "meta nfproto ipv6 udp sport 546 udp dport 547 accept");
	rule(writer, "udp dport { 53, 123 } accept");
	rule(writer, "tcp dport { 53, 853, 4460 } accept");
	write_mirrors(writer, plan);
	grouping_write(writer, &plan->out, &leaving);
	/* Over IPv6 the ICMP error of the first SYN comes while connect(2) holds the socket, and is
	 * ignored until the SYN is sent again, a second later; a reset is not. */
	rule(writer, "meta nfproto ipv6 meta l4proto tcp counter name refused_out "
		     "reject with tcp reset");
	rule(writer, "counter name refused_out reject with icmpx admin-prohibited");
}

/* TCP without SYN passes, so that connections from before the seal (a root on iSCSI) go on; or only
 * the answers of exceptions do. */
static void write_going_on(struct writer *writer, const struct seal_plan *plan)
{
	if (!plan->strict) {
		rule(writer, "ct state established,related accept");
		rule(writer, "tcp flags & syn == 0 accept");
		return;
	}
	rule(writer, "meta l4proto { icmp, ipv6-icmp } ct state related accept");
	grouping_write(writer, &plan->in, &answering);
}

/* The rest is rejected, not dropped: a program that may not get out should fail at once. */
static void write_output(struct writer *writer, const struct seal_plan *plan, const char *priority)
{
	bool open = plan->egress == EGRESS_OPEN;

	chain_begin(writer, "output", "output", priority, open ? "accept" : "drop");
	rule(writer, "oif \"lo\" accept");
	if (!open) {
		write_going_on(writer, plan);
		write_updates_only(writer, plan);
	}
	chain_end(writer);
}

static void write_objects(struct writer *writer)
{
	static const char *const families[] = {"4", "6"};
	static const char *const counters[] = {"blocked_in", "blocked_forward", "refused_out"};

	for (size_t i = 0; i < ELEMENTS(counters); i++)
		fprintf(writer->out, "\tcounter %s {\n\t}\n", counters[i]);
	for (size_t i = 0; i < ELEMENTS(families); i++)
		fprintf(writer->out,
			"\tset blocked%s {\n"
			"\t\ttype ipv%s_addr . inet_proto . inet_service\n"
			"\t\tsize 8192\n"
			"\t\tflags dynamic,timeout\n"
			"\t\ttimeout 1d\n"
			"\t}\n",
			families[i], families[i]);
}

/* Replacing in one transaction: make it exist, delete it, make it anew. The kernel has the process
 * wait for what it deleted, at the end some 10 ms: not to be done where nothing stands. */
static void write_way(struct writer *writer, const char *table, enum ruleset_way way)
{
	if (way == RULESET_REPLACE)
		fprintf(writer->out, "table inet %s\ndelete table inet %s\n", table, table);
	if (way == RULESET_CREATE)
		fprintf(writer->out, "create table inet %s\n", table);
}

static void write_table(struct writer *writer, const struct seal_plan *plan, const char *table,
	enum ruleset_way way)
{
	const bool hold = way == RULESET_HOLD;
	const char *raw = hold ? "raw - 20" : "raw - 10";
	const char *filter = hold ? "filter - 20" : "filter - 10";
	const char *first = hold ? "-2147483647" : "-2147483646";

	write_way(writer, table, way);
	fprintf(writer->out, "table inet %s {\n", table);
	if (hold)
		fputs("\tflags owner;\n", writer->out);
	write_objects(writer);
	write_unsolicited(writer, plan);
	write_early(writer, plan, raw);
	write_input(writer, plan, filter);
	write_forward(writer, first);
	write_output(writer, plan, filter);
	fputs("}\n", writer->out);
}

/*
 * No sets with names, no counters, no limits: the fewer modules of the kernel it needs, the more
 * surely an initramfs has them. Nothing about what goes out: all that runs there is what the
 * initramfs was made for, and nothing is forwarded.
 */
static void write_initrd(struct writer *writer)
{
	write_way(writer, TABLE_INITRD, RULESET_REPLACE);
	fputs("table inet " TABLE_INITRD " {\n", writer->out);
	chain_begin(writer, "input", "input", "filter - 30", "drop");
	rule(writer, "iif \"lo\" accept");
	rule(writer, "ct state established,related accept");
	write_neighbours(writer);
	write_dhcp_answers(writer);
	chain_end(writer);
	fputs("}\n", writer->out);
}

int ruleset_render(const struct seal_plan *plan, const char *table, enum ruleset_way way,
	struct ruleset *ruleset)
{
	struct writer writer = {0};
	int r = writer_open(&writer);

	if (r < 0)
		return r;
	write_table(&writer, plan, table, way);
	return writer_close(&writer, &ruleset->text, &ruleset->rules);
}

int ruleset_render_initrd(struct ruleset *ruleset)
{
	struct writer writer = {0};
	int r = writer_open(&writer);

	if (r < 0)
		return r;
	write_initrd(&writer);
	return writer_close(&writer, &ruleset->text, &ruleset->rules);
}

void ruleset_clear(struct ruleset *ruleset)
{
	free(ruleset->text);
	ruleset->text = NULL;
}
