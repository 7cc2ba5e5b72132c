/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SITUATION_H
#define CORDON_SITUATION_H

/*
 * The decision together with all that it was made of: what nearly every verb starts from.
 */

#include "decide.h"

struct situation {
	struct inputs inputs;
	struct decision decision;
	char *damage; /* what is wrong with the record, when it is damaged; else NULL */
};

/**
 * situation_gather() - Read policy, facts and state below @root and decide.
 * @root: "" for the running system.
 * @situation: filled on success; release with situation_clear(). Nothing is written anywhere.
 *
 * Return: 0 or -ENOMEM.
 */
int situation_gather(const char *root, struct situation *situation);

/** situation_clear() - Release what situation_gather() filled. */
void situation_clear(struct situation *situation);

#endif
