/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_RULESET_H
#define CORDON_SEAL_RULESET_H

/*
 * From a plan to nftables' own language. Pure; private to the room.
 */

#include "seal/seal.h"

struct ruleset {
	char *text;	    /* complete for one transaction, malloc'ed */
	unsigned int rules; /* how many rules it has, to be found again in the kernel */
};

/**
 * ruleset_render() - Write one table.
 * @table: its name in family inet.
 * @hold: as a hold: with `flags owner`, at earlier priorities so that its counters see the traffic
 *        first, and without removing an older table of the name.
 *
 * Return: 0 or -ENOMEM.
 */
int ruleset_render(
	const struct seal_plan *plan, const char *table, bool hold, struct ruleset *ruleset);

/** ruleset_clear() - Release the text. */
void ruleset_clear(struct ruleset *ruleset);

#endif
