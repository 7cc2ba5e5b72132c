// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rules that block.
 *
 * In Windows a rule that blocks wins over all that allow. cordon's own rules only let through, so a
 * block takes exceptions away: every one that it touches, as a whole, even where it would leave a
 * part of the ports or of the peers. What narrows a block (a program, a user, an interface) is not
 * kept; without it the block is wider, and closes more.
 *
 * The peers of an exception are read into numbers once, not once for every block. A policy that
 * names more addresses and ports in its blocks than are worth comparing blocks all from there on.
 */

#include "policy/grouppolicy/blocks.h"

#include "util/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#define PARTS_MAX 20000

/* The addresses of a peer; family AF_UNSPEC: anyone, or it is not known whom. */
struct range {
	int family;
	unsigned char first[sizeof(struct in6_addr)], last[sizeof(struct in6_addr)];
};

struct gpo_target {
	struct range peer;
	bool closed;
};

static size_t address_size(const struct range *range)
{
	return range->family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
}

static void set_host_bits(struct range *range, unsigned long prefix)
{
	for (size_t i = 0; i < address_size(range); i++) {
		unsigned long bit = i * 8;

		if (bit >= prefix)
			range->last[i] = 0xff;
		else if (prefix - bit < 8)
			range->last[i] |= (unsigned char)(0xff >> (prefix - bit));
	}
}

/* @peer is canonical, as exception_parse_peer() writes it. */
static struct range read_range(const char *peer)
{
	struct range range = {.family = AF_UNSPEC};
	char copy[2 * INET6_ADDRSTRLEN], *end;

	if (!peer)
		return range;
	snprintf(copy, sizeof(copy), "%s", peer);
	end = copy + strcspn(copy, "/-");
	if (*end)
		*end++ = '\0';
	range.family = exception_peer_is_ipv6(copy) ? AF_INET6 : AF_INET;
	if (inet_pton(range.family, copy, range.first) != 1)
		return (struct range){.family = AF_UNSPEC};
	memcpy(range.last, range.first, sizeof(range.last));
	if (strchr(peer, '-'))
		inet_pton(range.family, end, range.last);
	else if (*end)
		set_host_bits(&range, strtoul(end, NULL, 10));
	return range;
}

static bool ranges_overlap(const struct range *a, const struct range *b)
{
	size_t size = address_size(a);

	if (a->family == AF_UNSPEC || b->family == AF_UNSPEC)
		return true;
	return a->family == b->family && memcmp(a->first, b->last, size) <= 0 &&
	       memcmp(b->first, a->last, size) <= 0;
}

/* A block whose words are all known; what else it says makes it one from anyone. */
static bool peers_overlap(
	const struct gpo_rule *rule, const struct range *peers, const struct range *peer)
{
	if (!rule->has_peers || rule->local || rule->bad_peers.count > 0 || rule->narrowed)
		return true;
	for (size_t i = 0; i < rule->peers.count; i++)
		if (ranges_overlap(&peers[i], peer))
			return true;
	return false;
}

static bool ports_overlap(const struct gpo_rule *rule, const struct exception *exception)
{
	if (!rule->has_ports || rule->bad_ports.count > 0)
		return true;
	for (size_t i = 0; i < rule->port_count; i++)
		if (rule->ports[i].first <= exception->last &&
			exception->first <= rule->ports[i].last)
			return true;
	return false;
}

static bool blocks_port(const struct gpo_rule *rule, const struct exception *exception)
{
	bool any = rule->protocol == 0 || rule->protocol & GPO_RULE_UNKNOWN;

	switch (exception->protocol) {
	case IPPROTO_TCP:
		return (any || rule->protocol & GPO_RULE_TCP) && ports_overlap(rule, exception);
	case IPPROTO_UDP:
		return (any || rule->protocol & GPO_RULE_UDP) && ports_overlap(rule, exception);
	default:
		return (any && !rule->has_ports) ||
		       rule->protocol & (GPO_RULE_ICMP4 | GPO_RULE_ICMP6);
	}
}

static int close_target(struct gpo_blocks *blocks, const struct gpo_value *value, size_t i)
{
	const struct exception *exception = &blocks->reading->policy->allow.items[i];
	_cleanup_free_ char *described = exception_describe(exception, true);

	blocks->targets[i].closed = true;
	if (!described)
		return -ENOMEM;
	return gpo_problem(blocks->reading, value,
		"blocks, or may block, %s, so that stays closed; it was opened by %s", described,
		exception->source);
}

int gpo_blocks_begin(struct gpo_blocks *blocks, struct gpo_reading *reading)
{
	const struct exception_list *allow = &reading->policy->allow;

	*blocks = (struct gpo_blocks){.reading = reading};
	blocks->targets = calloc(allow->count + 1, sizeof(*blocks->targets));
	if (!blocks->targets)
		return -ENOMEM;
	for (size_t i = 0; i < allow->count; i++)
		blocks->targets[i].peer = read_range(allow->items[i].peer);
	return 0;
}

static bool is_beyond(struct gpo_blocks *blocks, const struct gpo_rule *rule)
{
	blocks->parts += rule->peers.count + rule->port_count;
	return blocks->parts > PARTS_MAX;
}

int gpo_blocks_apply(
	struct gpo_blocks *blocks, const struct gpo_value *value, const struct gpo_rule *rule)
{
	static const struct gpo_rule everything;
	const struct exception_list *allow = &blocks->reading->policy->allow;
	_cleanup_free_ struct range *peers = calloc(rule->peers.count + 1, sizeof(*peers));
	int r = 0;

	if (!peers)
		return -ENOMEM;
	for (size_t i = 0; i < rule->peers.count; i++)
		peers[i] = read_range(rule->peers.items[i]);
	if (is_beyond(blocks, rule)) {
		rule = &everything;
		r = gpo_problem(blocks->reading, value,
			"with it more than %d addresses and ports are blocked, so all are",
			PARTS_MAX);
	}
	for (size_t i = 0; r == 0 && i < allow->count; i++)
		if (!blocks->targets[i].closed && blocks_port(rule, &allow->items[i]) &&
			peers_overlap(rule, peers, &blocks->targets[i].peer))
			r = close_target(blocks, value, i);
	return r;
}

int gpo_blocks_end(struct gpo_blocks *blocks)
{
	struct exception_list *allow = &blocks->reading->policy->allow;
	_cleanup_free_ struct gpo_target *targets = TAKE_PTR(blocks->targets);
	_cleanup_(exception_list_clear) struct exception_list kept = {0};

	for (size_t i = 0; i < allow->count; i++)
		if (!targets[i].closed && exception_add(&kept, &allow->items[i]) < 0)
			return -ENOMEM;
	exception_list_clear(allow);
	*allow = kept;
	kept = (struct exception_list){0};
	return 0;
}
