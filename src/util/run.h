/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_RUN_H
#define CORDON_UTIL_RUN_H

/*
 * Running another program: an absolute path, an argument list, a clean environment, a limit.
 * Never a shell.
 */

#include "util/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct command {
	/* argv[0] is the absolute path; ends with NULL. */
	const char *const *argv;
	/* Added to the clean environment (PATH, LC_ALL=C.UTF-8, HOME=/root); "NAME=value"; NULL at
	 * the end; may itself be NULL. */
	const char *const *environment;
	/* When the program is killed with all that it started. */
	struct limit limit;
	/* Called for each line of standard output and standard error, without its newline, as it
	 * comes. May be NULL. */
	void (*line)(void *context, bool from_stderr, const char *line);
	/* Asked about once a second; false: the program, which is @child, is killed with all that
	 * it started. May be NULL. */
	bool (*may_go_on)(void *context, pid_t child);
	void *context; /* of both */
};

struct output {
	int status;  /* exit status, or 128 + signal as a shell would say */
	char *out;   /* standard output, at most RUN_OUTPUT_MAX bytes, the rest is dropped */
	char *error; /* standard error, likewise */
};

#define RUN_OUTPUT_MAX (16U << 20)

/**
 * run_command() - Run a program to its end.
 * @command: standard input is /dev/null.
 * @output: filled on success, released with output_clear(); untouched on failure.
 * @why: says which program could not be run.
 *
 * Return: 0 when it ran (see @output->status for how it ended); -ETIMEDOUT when it was killed at
 * its limit; -ECANCELED when it might not go on; another negative errno when it could not be
 * started.
 */
int run_command(const struct command *command, struct output *output, char **why);

/** output_clear() - Release what run_command() filled. */
void output_clear(struct output *output);

/**
 * output_excerpt() - The last line that is worth showing to a person.
 *
 * Return: the last line of standard error that is not blank, else of standard output; malloc'ed;
 * "no output" when there was none; NULL when memory is short.
 */
char *output_excerpt(const struct output *output);

#endif
