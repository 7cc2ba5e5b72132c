/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MANAGER_CALL_H
#define CORDON_UPDATE_MANAGER_CALL_H

/*
 * Calling a package manager: without a question, with patience, and not for ever. Private to the
 * room.
 */

#include "update/update.h"
#include "update/waiting.h"
#include "util/run.h"

struct call {
	const char *const *argv;
	const char *const *environment; /* as in struct command */
	struct limit limit;		/* of each attempt */
	/* It is repeated as long as what is in its way may go away; else one attempt. */
	bool waits;
	/* What kept this attempt from working; asked when the exit status is not 0. */
	enum retry_reason (*retry_reason)(const struct output *output);
	/* The program's own words for it, malloc'ed. */
	char *(*reason)(const struct output *output);
	/* Hears what is waited for; asked whether to end. NULL: nobody. */
	const struct update_audience *audience;
	/* It only fetches, into these folders (ends with NULL): stopped when that is a drip, or
	 * when the update is to end. NULL: it may touch what is installed, and is left alone. */
	const char *const *fetches;
	/* Is this line a sign that it is fetching right now? For a program that computes in
	 * between; NULL: it fetches all the time. */
	bool (*is_downloading)(const char *line);
	void (*line)(void *context, bool from_stderr, const char *line);
	void *context;
};

/**
 * call_run() - Run a program of a package manager.
 * @output: of the last attempt, released with output_clear(); untouched on failure.
 *
 * Return: 0 when it ran, see @output->status; -ETIMEDOUT: at its limit, or a drip; -ECANCELED:
 * the update is to end; otherwise as run_command().
 */
int call_run(const struct call *call, struct output *output, char **why);

/**
 * call_query() - call_run() of a program that only answers: any exit status other than 0 is an
 * error.
 * @call: with a reason.
 *
 * Return: 0; -EIO with @why: it failed; otherwise as call_run().
 */
int call_query(const struct call *call, struct output *output, char **why);

/**
 * call_understood() - Say it where an answer was not understood.
 * @r: of the function that read the answer: -EBADMSG, or anything else.
 * @question: the command, for people: "dnf repolist".
 * @unknown: what is not known therefore: "which sources this machine has".
 *
 * Return: @r; @why is set for -EBADMSG.
 */
int call_understood(int r, const char *question, const char *unknown, char **why);

#endif
