/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_DECISION_SITUATION_H
#define CORDON_DECISION_SITUATION_H

/*
 * The decision together with all that it was made of: what nearly every verb starts from.
 */

#include "decision/decide.h"
#include "util/must-check.h"

struct situation {
	struct inputs inputs;
	struct decision decision;
	char *damage; /* what is wrong with the record, when it is damaged; else NULL */
};

/* How far to look. */
enum situation_depth {
	SITUATION_NEEDED, /* on a machine that is finished or aside, no further than its record */
	SITUATION_WHOLE,  /* everything, to explain it */
};

/**
 * situation_gather() - Read policy, facts and state below @root and decide.
 * @root: "" for the running system.
 * @situation: filled on success; release with situation_clear(). Nothing is written anywhere.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int situation_gather(
	const char *root, enum situation_depth depth, struct situation *situation);

/**
 * situation_ignore_off() - Decide as if cordon=off were not on the kernel command line: for finish,
 * which is about the boots to come. @situation: gathered as a whole.
 */
void situation_ignore_off(struct situation *situation);

/**
 * situation_is_settled() - Is the decision on record, or this boot's alone, so that it needs no
 * recording? A decision to stand aside that was made just now is not.
 */
bool situation_is_settled(const struct situation *situation);

/**
 * situation_continues() - Is there a sound record that this very machine is sealed, so that what
 * comes next continues it? Another machine's, or a damaged one, is begun anew.
 */
bool situation_continues(const struct situation *situation);

/** situation_problems() - All that was left out, from wherever. Return: 0 or -ENOMEM. */
_must_check_ int situation_problems(const struct situation *situation, struct strv *problems);

/** situation_clear() - Release what situation_gather() filled. */
void situation_clear(struct situation *situation);

#endif
