/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_WAITING_H
#define CORDON_UPDATE_WAITING_H

/*
 * Waiting for what goes away by itself, and saying so: once when it begins, once when it is over.
 * Private to the room.
 */

#include "update/update.h"

/* What may end by itself while one waits. */
enum retry_reason {
	RETRY_NONE,
	RETRY_LOCK,  /* another program is installing or refreshing */
	RETRY_CLOCK, /* what is signed seems to lie in the future: the clock is not set */
	RETRY_STALE, /* or in the past: a mirror is forgotten, or the clock is ahead */
};

struct waiting {
	const struct update_audience *audience; /* NULL: nothing is told */
	enum retry_reason retry_reason;		/* that is waited for */
	long long since;			/* by boottime_ms() */
};

/**
 * waiting_pause() - Something is in the way: wait for some time, before it is tried again.
 * @retry_reason: any but RETRY_NONE; RETRY_STALE is waited for as the clock.
 * @reason: what is waited for, for people; told only when the waiting for it begins.
 * @seconds: that one pause lasts.
 *
 * Return: 0: try again; 1: it has been waited for as long as it may be, see limits.h; -ECANCELED
 * with @why: the update is to end.
 */
int waiting_pause(struct waiting *waiting, enum retry_reason retry_reason, const char *reason,
	unsigned int seconds, char **why);

/** waiting_end() - Nothing is in the way: say that it goes on, if it was said that it does not. */
void waiting_end(struct waiting *waiting);

/** update_is_to_end() - Has the update been told to end? @audience may be NULL. */
bool update_is_to_end(const struct update_audience *audience);

#endif
