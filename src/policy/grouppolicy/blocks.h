/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_BLOCKS_H
#define CORDON_POLICY_GROUPPOLICY_BLOCKS_H

/*
 * Rules that block, against the exceptions that the rest of Group Policy made. Private to the room.
 */

#include "policy/grouppolicy/gpo.h"
#include "policy/grouppolicy/rule.h"

struct gpo_target;

struct gpo_blocks {
	struct gpo_reading *reading;
	struct gpo_target *targets; /* one for each of the reading's exceptions */
	size_t parts;		    /* addresses and ports that were compared so far */
};

/** gpo_blocks_begin() - Once all exceptions are known. Return: 0 or -ENOMEM. */
int gpo_blocks_begin(struct gpo_blocks *blocks, struct gpo_reading *reading);

/**
 * gpo_blocks_apply() - Close what @rule blocks, and may be blocking, and say so.
 * @rule: where it does not say, or not in words that are understood, it blocks all.
 *
 * Return: 0 or -ENOMEM.
 */
int gpo_blocks_apply(
	struct gpo_blocks *blocks, const struct gpo_value *value, const struct gpo_rule *rule);

/** gpo_blocks_end() - Remove what was closed, and release @blocks. Return: 0 or -ENOMEM. */
int gpo_blocks_end(struct gpo_blocks *blocks);

#endif
