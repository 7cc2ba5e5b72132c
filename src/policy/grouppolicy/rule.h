/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_RULE_H
#define CORDON_POLICY_GROUPPOLICY_RULE_H

/*
 * One value of FirewallRules, as text and as what can be known of it. Private to the room.
 */

#include "util/exception.h"
#include "util/strv.h"

#include <stdbool.h>

/* Fields may repeat, so each is a set of the words that were seen; none of them is 0. */
enum {
	GPO_RULE_UNKNOWN = 1 << 0, /* a word that is none of those below */

	GPO_RULE_ALLOW = 1 << 1,
	GPO_RULE_BYPASS = 1 << 2,
	GPO_RULE_BLOCK = 1 << 3,

	GPO_RULE_TRUE = 1 << 1,
	GPO_RULE_FALSE = 1 << 2,

	GPO_RULE_IN = 1 << 1,
	GPO_RULE_OUT = 1 << 2,

	GPO_RULE_DOMAIN = 1 << 1,
	GPO_RULE_PRIVATE = 1 << 2,
	GPO_RULE_PUBLIC = 1 << 3,

	GPO_RULE_TCP = 1 << 1,
	GPO_RULE_UDP = 1 << 2,
	GPO_RULE_ICMP4 = 1 << 3,
	GPO_RULE_ICMP6 = 1 << 4,
	GPO_RULE_OTHER = 1 << 5, /* another protocol */

	GPO_RULE_ECHO = 1 << 1,

	GPO_RULE_LOCAL4 = 1 << 1, /* the local subnet, of IPv4 */
	GPO_RULE_LOCAL6 = 1 << 2,
};

struct gpo_rule {
	unsigned int action, active, direction, profiles, protocol;
	unsigned int icmp;	 /* GPO_RULE_ECHO, GPO_RULE_UNKNOWN */
	unsigned int local;	 /* GPO_RULE_LOCAL4, GPO_RULE_LOCAL6 */
	bool has_version;	 /* it begins with "v2.29" */
	bool has_ports;		 /* it names local ports, understood or not */
	bool has_peers;		 /* it names remote addresses, understood or not */
	bool has_program;	 /* it is bound to a program or service */
	struct exception *ports; /* only first and last */
	size_t port_count;
	struct strv peers;		  /* addresses, prefixes and ranges */
	struct strv bad_ports, bad_peers; /* what is not understood: "LPort=RPC" */
	char *narrowed; /* the first field that may narrow it and cannot be kept: "LUAuth" */
	char *name;	/* may be NULL */
};

/**
 * gpo_rule_parse() - Read "v2.29|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=22|".
 * @rule: filled on success; release with gpo_rule_clear().
 *
 * Every text is a rule of some kind; what is not understood is said in @rule.
 *
 * Return: 0 or -ENOMEM.
 */
int gpo_rule_parse(const char *text, struct gpo_rule *rule);

/** gpo_rule_clear() - Release what gpo_rule_parse() filled. */
void gpo_rule_clear(struct gpo_rule *rule);

#endif
