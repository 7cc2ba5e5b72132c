/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_REVIEW_H
#define CORDON_ASSISTANT_REVIEW_H

/*
 * The model of step 3: what becomes reachable, and who keeps closed what is not to.
 */

#include "assistant/ticks.h"
#include "exposure/exposure.h"
#include "report/status.h"

#include <stdio.h>

/* Starts as {0}. */
struct review {
	bool known;    /* the last look went well */
	size_t opened; /* sockets that finishing opens */
	struct ticks ticks;
	enum on_finish to; /* who takes over */
};

/**
 * review_look() - Find out what listens, and carry over what was ticked.
 * @exposure: release with exposure_clear(), also on failure.
 *
 * Return: 0; or a negative errno with @why, and then the ticks are those from before.
 */
int review_look(
	struct review *review, const struct status *status, struct exposure *exposure, char **why);

/** review_clear() - Release what review_look() filled. */
void review_clear(struct review *review);

/** review_has_tick() - Does finishing open it, so that a person may choose? */
bool review_has_tick(const struct exposure_item *item);

/**
 * review_write() - What listens, a line each, at most @max lines and one that says how many are
 * left.
 * @ticked: those that have a tick are shown elsewhere.
 */
void review_write(FILE *out, const struct exposure *exposure, size_t max, bool ticked);

/**
 * review_text() - review_write() of what listens now, or why that is not known.
 *
 * Return: malloc'ed, owned by the caller; NULL when memory is short.
 */
char *review_text(const struct status *status, size_t max);

/**
 * review_toggle() - Tick or untick what listens there; only what a firewall can close is unticked.
 * @refusal: why it cannot be closed, malloc'ed and owned by the caller; untouched otherwise.
 */
void review_toggle(struct review *review, const struct status *status,
	const struct exposure_item *item, char **refusal);

/** review_closes() - Does another firewall take over, and something stay closed? */
bool review_closes(const struct review *review, const struct status *status);

/**
 * review_verdict() - Then: which, and what it admits.
 *
 * Return: malloc'ed, owned by the caller; NULL when memory is short.
 */
char *review_verdict(const struct review *review);

#endif
