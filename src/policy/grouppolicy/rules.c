// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * FirewallRules: what Windows Vista and later write in place of lists of ports.
 *
 * A rule that allows opens only what it says in words that are all understood and can all be kept
 * on Linux; else it is left out. A rule that blocks, or that may be meant to, closes as much as it
 * can possibly mean. So the two are read with opposite prejudice, in two rounds: first all that
 * opens, then what closes.
 *
 * Programs have no names here that Windows would know. The ports of a rule for one program are
 * opened to whatever listens on them, and a sentence says so.
 */

#include "policy/grouppolicy/blocks.h"
#include "policy/grouppolicy/gpo.h"
#include "policy/grouppolicy/rule.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

#define RULES_KEY "FirewallRules"

/* The profiles that a rule has to name. A network that is just not the domain may be any other. */
static unsigned int profiles_of(enum group_policy_profile profile)
{
	static const unsigned int profiles[] = {
		[GROUP_POLICY_DOMAIN] = GPO_RULE_DOMAIN,
		[GROUP_POLICY_STANDARD] = GPO_RULE_PRIVATE | GPO_RULE_PUBLIC,
		[GROUP_POLICY_PRIVATE] = GPO_RULE_PRIVATE,
		[GROUP_POLICY_PUBLIC] = GPO_RULE_PUBLIC,
	};

	return profiles[profile];
}

/*
 * Switched off, or about outbound traffic: of no interest, whatever else it says. A rule is off
 * that does not say it is on; but what does not even begin like a rule may be the ruin of one that
 * did.
 */
static bool is_idle(const struct gpo_rule *rule)
{
	if (rule->active == 0)
		return rule->has_version;
	return rule->active == GPO_RULE_FALSE || rule->direction == GPO_RULE_OUT;
}

static bool may_block(const struct gpo_rule *rule)
{
	return rule->action == 0 || rule->action & (GPO_RULE_BLOCK | GPO_RULE_UNKNOWN);
}

/* For a rule that blocks one of them is enough. */
static bool touches(const struct gpo_rule *rule, unsigned int profiles)
{
	return rule->profiles == 0 || rule->profiles & (profiles | GPO_RULE_UNKNOWN);
}

static bool is_ping(const struct gpo_rule *rule)
{
	return (rule->protocol == GPO_RULE_ICMP4 || rule->protocol == GPO_RULE_ICMP6) &&
	       rule->icmp == GPO_RULE_ECHO;
}

/* Why a rule's ports cannot be opened; NULL: they can. */
static const char *why_no_ports(const struct gpo_rule *rule)
{
	if (is_ping(rule))
		return rule->has_ports ? _("it names ports of a protocol that has none") : NULL;
	if (rule->protocol == 0)
		return _("it names no protocol");
	if (rule->protocol != GPO_RULE_TCP && rule->protocol != GPO_RULE_UDP)
		return _("it is not about TCP, UDP or echo requests alone");
	if (!rule->has_ports && rule->has_program)
		return _("it names a program, which Linux does not know, and no port");
	if (!rule->has_ports)
		return _("it names no port");
	return NULL;
}

/* Why a rule that allows is left out; NULL: it is not. */
static const char *why_not(const struct gpo_rule *rule, unsigned int profiles)
{
	if (!rule->has_version)
		return _("it does not begin with a version such as v2.29");
	if (rule->action != GPO_RULE_ALLOW)
		return _("its Action= is not Allow");
	if (rule->active != GPO_RULE_TRUE || rule->direction != GPO_RULE_IN)
		return _("its Active= is not TRUE, or its Dir= not In");
	if (rule->profiles && (rule->profiles & GPO_RULE_UNKNOWN || profiles & ~rule->profiles))
		return _("its Profile= is another one");
	return why_no_ports(rule);
}

static int report_bad(
	struct gpo_reading *reading, const struct gpo_value *value, const struct strv *bad)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < bad->count; i++)
		r = gpo_problem(reading, value,
			"\"%s\" is left out: not understood, or not known on "
			"Linux",
			bad->items[i]);
	return r;
}

/* A ping is of one version of IP, so that anyone, too, is anyone of that version. */
static bool fits(const struct gpo_rule *rule, const char *peer)
{
	return !is_ping(rule) || exception_peer_is_ipv6(peer) == (rule->protocol == GPO_RULE_ICMP6);
}

static const char *anyone(const struct gpo_rule *rule)
{
	if (!is_ping(rule))
		return PEER_ANYONE;
	return rule->protocol == GPO_RULE_ICMP6 ? "::/0" : "0.0.0.0/0";
}

static int collect_peers(struct gpo_reading *reading, const struct gpo_value *value,
	const struct gpo_rule *rule, struct strv *peers)
{
	int r = 0;

	if (!rule->has_peers)
		return strv_addf(peers, "%s", anyone(rule));
	for (size_t i = 0; r == 0 && i < rule->peers.count; i++)
		if (fits(rule, rule->peers.items[i]))
			r = strv_addf(peers, "%s", rule->peers.items[i]);
	if (r == 0 && rule->local == (GPO_RULE_LOCAL4 | GPO_RULE_LOCAL6))
		r = strv_addf(peers, PEER_LOCAL_SUBNET);
	else if (r == 0 && rule->local)
		r = gpo_problem(reading, value,
			"LocalSubnet is left out: it counts only where both RA4= and RA6= name it");
	return r < 0 ? r : report_bad(reading, value, &rule->bad_peers);
}

static int open_ports(struct gpo_reading *reading, const struct gpo_value *value,
	const struct gpo_rule *rule, const struct strv *peers)
{
	int r = report_bad(reading, value, &rule->bad_ports);

	for (size_t i = 0; r == 0 && i < rule->port_count; i++) {
		struct exception ports = rule->ports[i];

		ports.protocol = rule->protocol == GPO_RULE_TCP ? IPPROTO_TCP : IPPROTO_UDP;
		r = gpo_open(reading, value, &ports, peers);
	}
	if (r == 0 && rule->has_program && rule->port_count > 0)
		r = gpo_problem(reading, value,
			"meant for one program; on Linux its ports are open to whatever listens");
	return r;
}

static int allow(
	struct gpo_reading *reading, const struct gpo_value *value, const struct gpo_rule *rule)
{
	static const struct exception pings = {.protocol = IPPROTO_ICMP};
	_cleanup_(strv_clear) struct strv peers = {0};
	const char *reason = why_not(rule, profiles_of(reading->profile));
	int r;

	if (reason)
		return gpo_problem(reading, value, "left out: %s", reason);
	if (rule->narrowed)
		return gpo_problem(reading, value,
			"left out: its %s= may narrow it, and cannot be kept on Linux",
			rule->narrowed);
	r = collect_peers(reading, value, rule, &peers);
	if (r < 0)
		return r;
	return is_ping(rule) ? gpo_open(reading, value, &pings, &peers)
			     : open_ports(reading, value, rule, &peers);
}

/* What both rounds do with a value: exactly one of them finds it to be its own. */
static int read_rule(
	struct gpo_reading *reading, const struct gpo_value *value, struct gpo_blocks *blocks)
{
	_cleanup_(gpo_rule_clear) struct gpo_rule rule = {0};
	struct registry_record record = gpo_value_record(value);
	_cleanup_free_ char *content = NULL;
	int r = registrypol_text(&record, &content);

	/* Nobody knows what it was: the rule that blocks everything. */
	if (r == -EINVAL)
		return blocks ? gpo_blocks_apply(blocks, value, &rule) : 0;
	if (r == 0 && !content[0])
		return blocks ? 0 : gpo_problem(reading, value, "left out: empty");
	if (r == 0)
		r = gpo_rule_parse(content, &rule);
	if (r < 0 || is_idle(&rule))
		return r;
	reading->label = rule.name;
	if (!blocks && !may_block(&rule))
		r = allow(reading, value, &rule);
	else if (blocks && may_block(&rule) && touches(&rule, profiles_of(reading->profile)))
		r = gpo_blocks_apply(blocks, value, &rule);
	reading->label = NULL;
	return r;
}

int gpo_rules_read(struct gpo_reading *reading)
{
	struct gpo_blocks blocks;
	size_t count;
	const struct gpo_value *values = gpo_map_values(reading->map, RULES_KEY, &count);
	int r = 0, closed;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = read_rule(reading, &values[i], NULL);
	if (r == 0)
		r = gpo_blocks_begin(&blocks, reading);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = read_rule(reading, &values[i], &blocks);
	closed = gpo_blocks_end(&blocks);
	return r < 0 ? r : closed;
}
