/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_TICKS_H
#define CORDON_ASSISTANT_TICKS_H

/*
 * What stays reachable after finishing, as the administrator ticks it. A tick belongs to a port, so
 * it outlives the program that listens there, and two programs on one port share it.
 */

#include "exposure/exposure.h"
#include "policy/policy.h"
#include "util/must-check.h"

struct tick {
	unsigned int port;
	char protocol[8];
	bool present; /* something listens there at present */
	bool ticked;
	bool remote_admin;
	bool narrowed; /* remote administration that not everybody may reach */
};

struct ticks {
	struct tick *items;
	size_t count;
	bool narrowed; /* something was unticked once, or the policy has another firewall take over
			*/
};

/** ticks_merge() - Bring in what listens now; what was ticked stays so. Return: 0 or -ENOMEM. */
_must_check_ int ticks_merge(
	struct ticks *ticks, const struct exposure *exposure, const struct policy *policy);

/** ticks_find() - The tick of a port, or NULL. */
struct tick *ticks_find(const struct ticks *ticks, unsigned int port, const char *protocol);

/** ticks_toggle() - The other way round. Ways in that are one word of --allow= go together. */
void ticks_toggle(struct ticks *ticks, struct tick *tick);

/** ticks_count() - How many of those that are present are ticked, or are not. */
size_t ticks_count(const struct ticks *ticks, bool ticked);

/** ticks_locks_out() - Are there ways in for administrators, and none of them is ticked? */
bool ticks_locks_out(const struct ticks *ticks);

/** ticks_list() - "22/tcp, 443/tcp"; "": none. malloc'ed, or NULL. */
char *ticks_list(const struct ticks *ticks, bool ticked);

/** ticks_allow() - The same as `cordon finish --allow=` reads it: "443/tcp,remote-admin". */
char *ticks_allow(const struct ticks *ticks);

/** ticks_clear() - Release. */
void ticks_clear(struct ticks *ticks);

#endif
