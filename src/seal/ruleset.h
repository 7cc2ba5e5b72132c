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

/* In which way a table is made. */
enum ruleset_way {
	RULESET_REPLACE, /* in the place of one of its name, if there is one */
	RULESET_CREATE,	 /* refused by the kernel where there is one */
	/* With `flags owner`, and at earlier priorities so that its counters see the traffic first;
	 * also refused where there is one, which is another socket's. */
	RULESET_HOLD,
};

/**
 * ruleset_render() - Write one table.
 * @table: its name in family inet.
 *
 * Return: 0 or -ENOMEM.
 */
int ruleset_render(const struct seal_plan *plan, const char *table, enum ruleset_way way,
	struct ruleset *ruleset);

/**
 * ruleset_render_initrd() - Write the table of the initramfs, whatever the plan is: nothing is
 * known there.
 *
 * Return: 0 or -ENOMEM.
 */
int ruleset_render_initrd(struct ruleset *ruleset);

/** ruleset_clear() - Release the text. */
void ruleset_clear(struct ruleset *ruleset);

#endif
