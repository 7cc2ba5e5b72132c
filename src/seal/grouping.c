// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many exceptions, few rules.
 *
 * A packet that nobody is waiting for is compared with every exception. One rule each would make it
 * the dearer the more there are, and a flood with it. As all of them accept, their order means
 * nothing: those that differ in one thing only become one rule, with a set of what they differ in,
 *
 *	tcp dport { 80, 443, 8000-8010 } accept
 *	ip saddr . tcp dport { 192.0.2.7 . 22, 192.0.2.8 . 443 } accept
 *	ip saddr { 192.0.2.0/24, 198.51.100.1-198.51.100.9 } udp dport 514 accept
 *
 * These sets have no name, so that nobody can change them, and what is read back has them in it.
 */

#include "seal/grouping.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

enum shape {
	ALONE,	 /* a rule of its own */
	BY_PORT, /* from anywhere */
	BY_BOTH, /* one address, one port */
	BY_PEER, /* whatever else: one rule for each range of ports */
};

static enum shape shape_of(const struct exception *e)
{
	const bool has_port = e->protocol == IPPROTO_TCP || e->protocol == IPPROTO_UDP;

	if (!e->peer)
		return has_port ? BY_PORT : ALONE;
	if (has_port && e->first == e->last && !strpbrk(e->peer, "/-"))
		return BY_BOTH;
	return BY_PEER;
}

/* Equal numbers: of one rule. */
static uint64_t group_of(const struct exception *e)
{
	const enum shape shape = shape_of(e);
	const uint64_t ipv6 = e->peer && exception_peer_is_ipv6(e->peer);
	const uint64_t ports = shape == BY_PEER ? (uint64_t)e->first << 16 | e->last : 0;

	return (uint64_t)shape << 56 | ipv6 << 48 | (uint64_t)e->protocol << 32 | ports;
}

/* Into groups; within one the order stays. */
static int compare(const void *a, const void *b)
{
	const struct exception *one = *(const struct exception *const *)a;
	const struct exception *two = *(const struct exception *const *)b;
	const uint64_t group1 = group_of(one), group2 = group_of(two);

	if (group1 != group2)
		return group1 < group2 ? -1 : 1;
	return one < two ? -1 : one > two;
}

static const char *protocol_of(const struct exception *e)
{
	return e->protocol == IPPROTO_TCP ? "tcp" : "udp";
}

static const char *family_of(const struct exception *e)
{
	return exception_peer_is_ipv6(e->peer) ? "ip6" : "ip";
}

static void write_ports(FILE *out, const struct exception *e)
{
	fprintf(out, e->first == e->last ? "%u" : "%u-%u", e->first, e->last);
}

static void write_element(FILE *out, enum shape shape, const struct exception *e)
{
	if (shape != BY_PORT)
		fputs(e->peer, out);
	if (shape == BY_BOTH)
		fputs(" . ", out);
	if (shape != BY_PEER)
		write_ports(out, e);
}

static void write_set(
	FILE *out, enum shape shape, const struct exception *const *group, size_t count)
{
	if (count > 1)
		fputs("{ ", out);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			fputs(", ", out);
		write_element(out, shape, group[i]);
	}
	if (count > 1)
		fputs(" }", out);
}

/* What is the same for all of a group BY_PEER. */
static void write_rest(FILE *out, const struct exception *e, const struct rule_direction *direction)
{
	if (e->protocol == IPPROTO_ICMP) {
		fprintf(out, " %s type %s", exception_peer_is_ipv6(e->peer) ? "icmpv6" : "icmp",
			direction->echo);
	} else if (e->protocol) {
		fprintf(out, " %s %s ", protocol_of(e), direction->port);
		write_ports(out, e);
	}
}

static void write_group(struct writer *writer, const struct exception *const *group, size_t count,
	const struct rule_direction *direction)
{
	const struct exception *e = group[0];
	/* A single one as people write it. */
	const enum shape shape = count == 1 && e->peer ? BY_PEER : shape_of(e);

	rule_begin(writer);
	fputs(direction->first, writer->out);
	if (shape != BY_PORT)
		fprintf(writer->out, "%s %s ", family_of(e), direction->peer);
	if (shape == BY_BOTH)
		fputs(". ", writer->out);
	if (shape != BY_PEER)
		fprintf(writer->out, "%s %s ", protocol_of(e), direction->port);
	write_set(writer->out, shape, group, count);
	if (shape == BY_PEER)
		write_rest(writer->out, e, direction);
	fputs(" accept", writer->out);
	rule_end(writer);
}

/* Pings, or what answers them; or everything. */
static void write_alone(
	struct writer *writer, const struct exception *e, const struct rule_direction *direction)
{
	if (e->protocol == IPPROTO_ICMP) {
		rule(writer, "%sicmp type %s accept", direction->first, direction->echo);
		rule(writer, "%sicmpv6 type %s accept", direction->first, direction->echo);
	} else {
		rule(writer, "%saccept", direction->first);
	}
}

static bool may_match(const struct exception *e, const struct rule_direction *direction)
{
	return !direction->only || !e->protocol || e->protocol == direction->only;
}

void grouping_write(struct writer *writer, const struct exception_list *list,
	const struct rule_direction *direction)
{
	_cleanup_free_ const struct exception **sorted = calloc(list->count + 1, sizeof(*sorted));
	size_t begin = 0, end, count = 0;

	if (!sorted) {
		writer->error = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < list->count; i++)
		if (may_match(&list->items[i], direction))
			sorted[count++] = &list->items[i];
	qsort(sorted, count, sizeof(*sorted), compare);
	for (; begin < count; begin = end) {
		end = begin + 1;
		while (end < count && group_of(sorted[end]) == group_of(sorted[begin]))
			end++;
		if (shape_of(sorted[begin]) == ALONE)
			write_alone(writer, sorted[begin], direction);
		else
			write_group(writer, sorted + begin, end - begin, direction);
	}
}
