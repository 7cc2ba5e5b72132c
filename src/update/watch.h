/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_WATCH_H
#define CORDON_UPDATE_WATCH_H

/*
 * Following the update that cordon-update.service runs, from any process that may read /run. Who
 * follows may come and go; the update does not notice.
 */

#include "update/progress.h"

#include <stdbool.h>
#include <sys/types.h>

#define UPDATE_UNIT "cordon-update.service"

enum watch_answer {
	WATCH_GOES_ON,	  /* nothing is decided yet */
	WATCH_DONE,	  /* nothing is pending any more */
	WATCH_INCOMPLETE, /* ended with something left, see the last message */
	WATCH_FAILED,	  /* ended with an error, see the last message */
	WATCH_LOST,	  /* ended without a word, or systemd does not answer */
};

enum watch_news {
	WATCH_NO_NEWS,
	WATCH_MORE_BYTES, /* of the same step */
	WATCH_NEW_STEP,	  /* another message, or percentage */
};

struct watch {
	pid_t ended;		     /* of a run that is over, and not the one that is watched */
	struct update_progress last; /* what was published last; message NULL: nothing yet */
	/* Since when systemd does not answer, by boottime_ms(); 0: it does. */
	long long unanswered;
};

/**
 * watch_start() - Start the update service, or join a run that is under way.
 * @wait: until it runs, as long as that takes (it waits for the network); else that is found out by
 *        watch_look().
 * @watch: filled on success; released with watch_clear().
 *
 * Return: 0 or a negative errno with @why.
 */
int watch_start(struct watch *watch, bool wait, char **why);

/** watch_join() - Watch a run that is under way. Return: 1; 0: there is none. */
int watch_join(struct watch *watch);

/**
 * watch_look() - See what has come, without waiting. To be called some times a second.
 * @news: what of @watch->last has changed since the last look.
 */
enum watch_answer watch_look(struct watch *watch, enum watch_news *news);

/**
 * watch_failure() - Why the last run of this boot left something, if it did and none runs now.
 * @message: malloc'ed; set only then.
 */
void watch_failure(char **message);

/** watch_clear() - Stop watching. */
void watch_clear(struct watch *watch);

#endif
