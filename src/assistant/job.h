/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_JOB_H
#define CORDON_ASSISTANT_JOB_H

/*
 * A verb of the command that runs while its page is shown. What takes long, or must not be cut off
 * with the terminal, is done by such a process of its own: it has no terminal, and goes on if the
 * assistant ends.
 */

#include <stddef.h>
#include <sys/types.h>

#define JOB_OUTPUT_MAX 65536

struct job {
	pid_t pid; /* 0: none */
	int output;
	char *said; /* what it wrote so far, to its standard output and error; the rest is dropped
		     */
	size_t length;
};

/**
 * job_start() - Run `cordon VERB...`.
 * @arguments: of the verb, the verb first, NULL at the end.
 * @job: filled on success; released with job_end().
 *
 * Return: 0 or a negative errno.
 */
int job_start(const char *const *arguments, struct job *job);

/**
 * job_poll() - Has it ended?
 *
 * Return: its exit status (128 + signal, as a shell would say); -1: it runs.
 */
int job_poll(struct job *job);

/** job_end() - Release. A job that runs is ended if @kill_it says so, else it goes on. */
void job_end(struct job *job, int kill_it);

#endif
