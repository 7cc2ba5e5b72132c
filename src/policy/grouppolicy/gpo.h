/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_GPO_H
#define CORDON_POLICY_GROUPPOLICY_GPO_H

/*
 * What the files that interpret Group Policy share. Private to the room; see grouppolicy.h.
 */

#include "policy/grouppolicy/grouppolicy.h"
#include "policy/grouppolicy/map.h"
#include "util/must-check.h"

/* A peer that stands for anyone, where peers are kept as text. */
#define PEER_ANYONE "*"

/* How far the interpretation has come. */
struct gpo_reading {
	const struct gpo_map *map;
	enum group_policy_profile profile;
	const char *profile_key;     /* "DomainProfile" */
	const char *label;	     /* what the setting at hand calls itself; NULL: nothing */
	size_t opened;		     /* exceptions so far, repetitions included */
	struct group_policy *policy; /* what is found is appended here */
};

enum gpo_switch {
	GPO_SWITCH_ABSENT,
	GPO_SWITCH_OFF,
	GPO_SWITCH_ON,
	GPO_SWITCH_BAD, /* no DWORD, or neither 0 nor 1 */
};

/** gpo_switch() - What a value says that should be a DWORD of 0 or 1; NULL: absent. */
enum gpo_switch gpo_switch(const struct gpo_value *value);

/** gpo_profile_key() - "DomainProfile\\@rest", for gpo_map_find(); malloc'ed, NULL: no memory. */
char *gpo_profile_key(const struct gpo_reading *reading, const char *rest);

/**
 * gpo_place() - "FILE: FirewallRules\\{GUID} (Remote Desktop)".
 * @label: what is in the parentheses; may be NULL.
 *
 * Return: malloc'ed text that is fit to show; NULL when memory is short.
 */
char *gpo_place(const struct gpo_value *value, const char *label);

/**
 * gpo_problem() - Add "PLACE: sentence" to the problems.
 * @format: printf format; the result may have any foreign text in it.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int gpo_problem(struct gpo_reading *reading, const struct gpo_value *value,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * gpo_open() - Add one exception for each peer.
 * @ports: protocol, first and last.
 * @peers: addresses, PEER_LOCAL_SUBNET, PEER_ANYONE.
 * @value: who says so.
 *
 * More than can be meant are damage. Return: 0 or -ENOMEM.
 */
int gpo_open(struct gpo_reading *reading, const struct gpo_value *value,
	const struct exception *ports, const struct strv *peers);

/**
 * gpo_scope_element() - One of a scope's elements: "*", "LocalSubnet", an address, prefix or range.
 * @peers: the peer is appended.
 *
 * Return: 0; -EINVAL: none of these; -ENOMEM.
 */
int gpo_scope_element(const char *element, struct strv *peers);

/**
 * gpo_scope() - A whole scope, separated by commas.
 * @peers: appended to, sorted and without repetitions afterwards.
 * @bad: the elements that are not understood are appended; that an empty scope is, too.
 *
 * Return: 0 or -ENOMEM.
 */
int gpo_scope(const char *scope, struct strv *peers, struct strv *bad);

/** gpo_scope_compare() - The order of two sorted scopes; 0: they are the same. */
int gpo_scope_compare(const struct strv *a, const struct strv *b);

/** gpo_ports_read() - GloballyOpenPorts of the profile. Return: 0 or -ENOMEM. */
int gpo_ports_read(struct gpo_reading *reading);

/** gpo_services_read() - Services, remote administration and pings. Return: 0 or -ENOMEM. */
int gpo_services_read(struct gpo_reading *reading);

/**
 * gpo_rules_read() - FirewallRules. Comes last: a rule that blocks takes away what the others
 * opened. Return: 0 or -ENOMEM.
 */
int gpo_rules_read(struct gpo_reading *reading);

/**
 * gpo_interpret() - All of the above, and the decision.
 * @map: settled.
 * @policy: appended to; with damage nothing is decided or opened.
 *
 * Return: 0 or -ENOMEM.
 */
int gpo_interpret(
	const struct gpo_map *map, enum group_policy_profile profile, struct group_policy *policy);

#endif
