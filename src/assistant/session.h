/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_SESSION_H
#define CORDON_ASSISTANT_SESSION_H

/*
 * What the assistant knows while it is open, and the screens that share it.
 *
 * There are two looks. The first is thorough, asks the package manager, and takes a second or two;
 * it is taken when something may have changed by what was done here, and anew from time to time,
 * for others do something, too. The other is quick, and is
 * taken once a second: does the server still have to be sealed, does the seal stand, does an update
 * run, what was refused meanwhile.
 */

#include "assistant/face/face.h"
#include "assistant/job.h"
#include "assistant/review.h"
#include "report/status.h"
#include "update/watch.h"

struct session {
	bool looked;	     /* thoroughly, at least once, and nothing has been done since */
	long long looked_at; /* by boottime_ms() */
	struct status status;
	unsigned long long bytes; /* of the pending updates, to be fetched; 0: not known */
	bool automatic_known;
	struct update_automatic automatic;
	struct review review;
	bool updating; /* an update runs: @watch follows it */
	struct watch watch;
	struct job looking; /* `cordon update --check`, which fetches what is not known yet */
	bool sought;	    /* that was tried once */
	char *trouble;	    /* why it came to nothing; NULL: it did not */
	char *failure;	    /* why the last update left something; NULL: it did not, or none ran */
};

/* The exit status of verbs that say "not yet", see cordon(1). */
#define NOT_YET 3

/* How a screen ends. */
enum session_end {
	SESSION_GOES_ON, /* back to the first page */
	SESSION_LEFT,	 /* the person leaves for later, or the terminal is gone */
	SESSION_OVER,	 /* this server is not sealed any more */
	SESSION_REBOOTS,
};

/** session_look() - The thorough look. */
void session_look(struct session *session);

/** session_refresh() - The quick one. Return: false: this server is not sealed any more. */
bool session_refresh(struct session *session);

/**
 * session_renew() - As page.renew of a page that stands still: it is over when this server is not
 * sealed any more.
 */
bool session_renew(void *context, struct page *page);

/** session_seek() - Have the metadata fetched in the background, once, if there are none yet. */
void session_seek(struct session *session);

/** session_forget_update() - The update that was watched has ended: what is known of updates is
 * old. */
void session_forget_update(struct session *session);

/** session_clear() - Release everything; an update goes on. */
void session_clear(struct session *session);

/** overview_run() - The first page, and from it all others, until the assistant ends. */
enum session_end overview_run(struct session *session);

/** updating_run() - Step 1: update this server (P6). */
enum session_end updating_run(struct session *session);

/** automatic_run() - Step 2: configure automatic updates (P7). */
enum session_end automatic_run(struct session *session);

/** reachable_run() - Step 3: review what becomes reachable. */
enum session_end reachable_run(struct session *session);

/** finishing_run() - Step 4: finish (P9, P10). */
enum session_end finishing_run(struct session *session);

/**
 * session_tell() - Show a page that has only a way back.
 * @text: taken; NULL when memory is short.
 */
enum session_end session_tell(const char *title, char *text);

/**
 * session_work() - Run a verb and show that it runs, until it ends or the person leaves the page,
 * which does not end it.
 * @said: what it wrote, malloc'ed; set when an exit status is returned.
 *
 * Return: its exit status, or one of FACE_*.
 */
int session_work(const char *title, const char *what, const char *const *arguments, char **said);

#endif
