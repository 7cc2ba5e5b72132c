/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_FIREWALL_FIREWALL_H
#define CORDON_FACTS_FIREWALL_FIREWALL_H

/*
 * Does somebody manage this server's firewall on purpose (clause P13)? Explicit means that a person
 * decided, whether for a firewall or against one; one that is on, or off, merely because the
 * distribution ships it so is not.
 */

#include "facts/systemd/units.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <stdbool.h>

/**
 * firewall_find() - Look at ufw, firewalld, nftables.service, iptables-persistent, foomuuri,
 * shorewall and ferm.
 * @managed: appended to: explicit decisions: "ufw is enabled" ...
 * @as_shipped: appended to: firewalls that are there, but as their package put them.
 * @problems: appended to: what could not be read or believed, so that it does not count.
 *
 * What cannot be told is not explicit: the server is sealed.
 *
 * Return: 0 or -ENOMEM.
 */
int firewall_find(struct unit_lookup *lookup, struct sourced_list *managed,
	struct sourced_list *as_shipped, struct strv *problems);

/* Those that a server can be handed over to. */
enum firewall {
	FIREWALL_UFW,
	FIREWALL_FIREWALLD,
	FIREWALL_NFTABLES,
};

/**
 * firewall_find_rules() - Are there rules that somebody wrote for this firewall, whether or not
 * they are in force?
 * @rules: appended to: what there is; of ufw also that it is enabled.
 * @problems: appended to: what could not be read, and may be such a rule.
 *
 * Return: 0 or -ENOMEM.
 */
int firewall_find_rules(const char *root, enum firewall firewall, struct sourced_list *rules,
	struct strv *problems);

/** firewall_is_on() - Is this firewall to come up at boot, with whatever rules? */
bool firewall_is_on(const char *root, enum firewall firewall);

/**
 * firewall_parse_ufw() - Does ufw.conf have ufw start?
 * @content: cut up in place.
 *
 * Return: the line that says so, from 1; 0: none does.
 */
int firewall_parse_ufw(char *content);

/**
 * firewall_parse_iptables() - Has somebody decided, by what iptables-save wrote: is there a rule,
 * or a chain whose policy is not to accept?
 */
bool firewall_parse_iptables(const char *content);

#endif
