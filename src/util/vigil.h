/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_VIGIL_H
#define CORDON_UTIL_VIGIL_H

/*
 * Does a child still work, or does it hang?
 */

#include "util/limits.h"

#include <stdbool.h>
#include <sys/types.h>

/* What a program and all that it started show of themselves. */
struct vitals {
	/* Processor time and page faults of all of them: another number is a sign of life. */
	unsigned long long spent;
	/* One of them runs, or waits for a processor or a disk. What waits for a disk that does
	 * not answer cannot be killed either. */
	bool busy;
};

/**
 * vitals_read() - Look at a process, its process group and its descendants.
 * @proc: "/proc", or what stands for it.
 * @vitals: filled on success.
 *
 * Return: 0; a negative errno when @proc cannot be read.
 */
int vitals_read(const char *proc, pid_t leader, struct vitals *vitals);

/* Of one child. */
struct vigil {
	pid_t leader;
	struct limit limit;
	long long due;		  /* when to look again, by boottime_ms(); 0: never */
	unsigned int step;	  /* milliseconds between two looks */
	unsigned long long still; /* milliseconds that it was seen to sleep for, in a row ... */
	unsigned long long total; /* ... and that it was seen at all */
	struct vitals last;
};

/** vigil_begin() - Watch a child that has just been started. */
void vigil_begin(struct vigil *vigil, pid_t leader, struct limit limit);

/** vigil_heard() - It has written something. */
void vigil_heard(struct vigil *vigil);

/**
 * vigil_look() - Look at it if that is due.
 *
 * Time counts by looks, each as long as it was meant to take: a machine, or a control group, that
 * stood still does not use up a child's time.
 *
 * Return: 0; -ETIMEDOUT: it is to be stopped.
 */
int vigil_look(struct vigil *vigil);

/**
 * vigil_explain() - Say why vigil_look() had it stopped.
 * @program: its path.
 *
 * Return: -ETIMEDOUT, with @why.
 */
int vigil_explain(const struct vigil *vigil, const char *program, char **why);

#endif
