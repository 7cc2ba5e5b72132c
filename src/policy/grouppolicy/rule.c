// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of a firewall rule, MS-GPFAS 2.2.2.19.
 *
 * The grammar grows with every version of Windows, and most of what was added narrows: to a user,
 * an interface, a kind of network. So the fields that change nothing on Linux are listed by name,
 * and whatever is not in the table counts as a narrowing that cannot be kept. What becomes of the
 * rule is not decided here: a rule that allows has to be understood, one that blocks need not be.
 */

#include "policy/grouppolicy/rule.h"

#include "policy/grouppolicy/grouppolicy.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

struct field {
	const char *name;
	/* Reads one value of it, which may be nonsense: 0 or -ENOMEM. NULL: it changes nothing
	 * here. */
	int (*read)(struct gpo_rule *rule, const struct field *field, const char *value);
};

/* The bit of a word: the first of @words is 1 << 1. */
static unsigned int word_bit(const char *value, const char *const *words)
{
	for (unsigned int i = 0; words[i]; i++)
		if (strcasecmp(value, words[i]) == 0)
			return 1U << (i + 1);
	return GPO_RULE_UNKNOWN;
}

static int read_action(struct gpo_rule *rule, const struct field *field, const char *value)
{
	static const char *const words[] = {"Allow", "ByPass", "Block", NULL};

	(void)field;
	rule->action |= word_bit(value, words);
	return 0;
}

static int read_active(struct gpo_rule *rule, const struct field *field, const char *value)
{
	static const char *const words[] = {"TRUE", "FALSE", NULL};

	(void)field;
	rule->active |= word_bit(value, words);
	return 0;
}

static int read_direction(struct gpo_rule *rule, const struct field *field, const char *value)
{
	static const char *const words[] = {"In", "Out", NULL};

	(void)field;
	rule->direction |= word_bit(value, words);
	return 0;
}

static int read_profile(struct gpo_rule *rule, const struct field *field, const char *value)
{
	static const char *const words[] = {"Domain", "Private", "Public", NULL};

	(void)field;
	rule->profiles |= word_bit(value, words);
	return 0;
}

static int read_protocol(struct gpo_rule *rule, const struct field *field, const char *value)
{
	static const char *const words[] = {"6", "17", "1", "58", NULL};
	size_t digits = strspn(value, "0123456789");
	unsigned int bit = word_bit(value, words);

	(void)field;
	/* Without leading zeros, so that no protocol has a second name. */
	if (bit == GPO_RULE_UNKNOWN && digits > 0 && digits <= 3 && !value[digits] &&
		(value[0] != '0' || digits == 1) && atoi(value) <= 255)
		bit = GPO_RULE_OTHER;
	rule->protocol |= bit;
	return 0;
}

static int read_port(struct gpo_rule *rule, const struct field *field, const char *value)
{
	_cleanup_free_ char *both = strdup_printf("%s/tcp", value);
	struct exception port = {0}, *larger;

	rule->has_ports = true;
	if (!both)
		return -ENOMEM;
	if (exception_parse_port(both, &port, NULL) < 0)
		return strv_addf(&rule->bad_ports, "%s=%s", field->name, value);
	larger = reallocarray(rule->ports, rule->port_count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	rule->ports = larger;
	rule->ports[rule->port_count++] = port;
	return 0;
}

static int read_remote(struct gpo_rule *rule, const struct field *field, const char *value)
{
	bool ipv6 = strcmp(field->name, "RA6") == 0;
	_cleanup_free_ char *peer = NULL;
	int r;

	rule->has_peers = true;
	if (strcasecmp(value, PEER_LOCAL_SUBNET) == 0) {
		rule->local |= ipv6 ? GPO_RULE_LOCAL6 : GPO_RULE_LOCAL4;
		return 0;
	}
	r = exception_parse_peer(value, &peer, NULL);
	if (r == 0 && exception_peer_is_ipv6(peer) == ipv6)
		return strv_addf(&rule->peers, "%s", peer);
	return r == -ENOMEM ? r : strv_addf(&rule->bad_peers, "%s=%s", field->name, value);
}

static int read_icmp(struct gpo_rule *rule, const struct field *field, const char *value)
{
	const char *echo = strcmp(field->name, "ICMP6") == 0 ? "128:*" : "8:*";

	rule->icmp |= strcmp(value, echo) == 0 ? GPO_RULE_ECHO : GPO_RULE_UNKNOWN;
	return 0;
}

static int read_program(struct gpo_rule *rule, const struct field *field, const char *value)
{
	(void)field;
	(void)value;
	rule->has_program = true;
	return 0;
}

static int read_name(struct gpo_rule *rule, const struct field *field, const char *value)
{
	(void)field;
	free(rule->name);
	rule->name = strdup(value);
	return rule->name ? 0 : -ENOMEM;
}

static const struct field fields[] = {
	{"Action", read_action},
	{"Active", read_active},
	{"App", read_program},
	{"Defer", NULL}, /* about Edge */
	{"Desc", NULL},
	{"Dir", read_direction},
	{"Edge", NULL}, /* also for traffic that came through a NAT, which Linux does not tell */
	{"EmbedCtxt", NULL},
	{"ICMP4", read_icmp},
	{"ICMP6", read_icmp},
	{"LPort", read_port},
	{"LPort2_10", read_port},
	{"Name", read_name},
	{"Profile", read_profile},
	{"Protocol", read_protocol},
	{"RA4", read_remote},
	{"RA6", read_remote},
	{"Svc", read_program},
};

static int read_unknown(struct gpo_rule *rule, const char *name, const char *value)
{
	/* LPort2_20= and its like: ports by names that only Windows knows. */
	if (strncasecmp(name, "LPort", 5) == 0) {
		rule->has_ports = true;
		return strv_addf(&rule->bad_ports, "%s=%s", name, value);
	}
	if (!rule->narrowed)
		rule->narrowed = strdup(name);
	return rule->narrowed ? 0 : -ENOMEM;
}

static int read_field(struct gpo_rule *rule, char *word)
{
	char *value = word + strcspn(word, "=");

	if (*value)
		*value++ = '\0';
	for (size_t i = 0; i < ELEMENTS(fields); i++)
		if (strcasecmp(word, fields[i].name) == 0)
			return fields[i].read ? fields[i].read(rule, &fields[i], value) : 0;
	return read_unknown(rule, word, value);
}

/* "v2.29" */
static bool is_version(const char *word)
{
	size_t major = *word == 'v' ? strspn(word + 1, "0123456789") : 0;
	const char *minor = word + 1 + major;

	return major > 0 && *minor == '.' && minor[1] &&
	       !minor[1 + strspn(minor + 1, "0123456789")];
}

int gpo_rule_parse(const char *text, struct gpo_rule *rule)
{
	_cleanup_(gpo_rule_clear) struct gpo_rule result = {0};
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *word = strsep(&rest, "|");
	int r = 0;

	if (!copy)
		return -ENOMEM;
	result.has_version = is_version(word);
	/* Without a version the first word is a field like the others. */
	if (result.has_version)
		word = strsep(&rest, "|");
	for (; r == 0 && word; word = strsep(&rest, "|"))
		if (*word)
			r = read_field(&result, word);
	if (r < 0)
		return r;
	*rule = result;
	result = (struct gpo_rule){0};
	return 0;
}

void gpo_rule_clear(struct gpo_rule *rule)
{
	free(rule->ports);
	strv_clear(&rule->peers);
	strv_clear(&rule->bad_ports);
	strv_clear(&rule->bad_peers);
	free(rule->narrowed);
	free(rule->name);
	*rule = (struct gpo_rule){0};
}
