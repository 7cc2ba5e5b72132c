/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_SETTINGS_H
#define CORDON_POLICY_SETTINGS_H

/*
 * Which settings there are, what a value of each means (settings.c), and how one place is read
 * (reading.c). Private to the room: conf.h and cmdline.h find the values.
 */

#include "policy/policy.h"
#include "util/must-check.h"

/* What one place (a file, the kernel command line) says while it is being read: its ports and its
 * peers meet only at its end. */
struct reading {
	struct policy *policy;
	struct exception_list ports; /* of [Allow] Port= */
	struct strv peers;	     /* of [Allow] From= */
	bool narrowed;		     /* there is a From=, whether or not any of it was understood */
	bool doubtful;		     /* something was left out that may have been meant to narrow */
	size_t named; /* problems of this place, those that are not listed included */
};

/* How many problems of one place are listed: an administrator reads no more, and a file of nonsense
 * must not fill memory and the console. */
#define READING_PROBLEMS_MAX 100

/* One setting. */
struct setting {
	const char *section, *name;
	/* Reads one word of the value, or NULL for an empty value. -ENOMEM is fatal, -EINVAL with
	 * *why leaves the word out. */
	int (*read)(struct reading *reading, const struct setting *key, const char *word,
		const char *source, char **why);
	size_t choice;		  /* where its struct choice lies in struct policy */
	const char *const *names; /* of a choice, by value; ends with NULL */
	bool decides;		  /* a value that is not understood makes the decision unclear */
	bool list;		  /* several words are several values; else one is expected */
};

/** setting_find() - Look a setting up in the table. Return: NULL when there is none. */
const struct setting *setting_find(const char *section, const char *name);

/** setting_list() - "[Cordon] Egress=, [Cordon] Mode=, ...": malloc'ed; NULL: -ENOMEM. */
char *setting_list(void);

/** setting_choice() - Of a setting with @names: where its value is kept. */
struct choice *setting_choice(struct policy *policy, const struct setting *key);

/** setting_defaults() - Fill every choice of an empty policy. Return: 0 or -ENOMEM. */
_must_check_ int setting_defaults(struct policy *policy);

/** setting_settle() - Defaults that depend on other choices. Return: 0 or -ENOMEM. */
_must_check_ int setting_settle(struct policy *policy);

/**
 * setting_read() - Read one value: words separated by blanks, commas or lines, or nothing.
 * @place: where it is said: a file, or "kernel command line".
 * @line: in which the value begins, from 1; 0: @place has no lines.
 *
 * A setting that does not exist, and a word that is not understood, are left out and named. So is
 * the whole value where several words stand and one is expected.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int setting_read(struct reading *reading, const char *section, const char *name,
	const char *value, const char *place, unsigned int line);

/**
 * reading_problem() - Name something of this place that is left out, at most READING_PROBLEMS_MAX
 * of them.
 * @source: where it is said; @sentence: what is wrong, translated, any text.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int reading_problem(struct reading *reading, const char *source, const char *sentence);

/**
 * reading_doubt() - Something of this place is left out, and nobody can know what it was about:
 * its ports stay closed, and the decision is unclear.
 */
void reading_doubt(struct reading *reading);

/**
 * reading_end() - Join ports and peers into the policy; say of @place how many problems were not
 * listed; release.
 *
 * Return: 0 or -ENOMEM.
 */
int reading_end(struct reading *reading, const char *place);

#endif
