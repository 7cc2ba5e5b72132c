/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_SETTINGS_H
#define CORDON_POLICY_SETTINGS_H

/*
 * Which settings there are, and what a value of each means. Private to the room: conf.h and boot.h
 * find the values.
 */

#include "policy/policy.h"

/* What one place (a file, the kernel command line) says while it is being read: its ports and its
 * peers meet only at its end. */
struct reading {
	struct policy *policy;
	struct exception_list ports; /* of [Allow] Port= */
	struct sentences peers;	     /* of [Allow] From= */
	bool narrowed;		     /* there is a From=, whether or not any of it was understood */
	bool doubtful;		     /* something was left out that may have been meant to narrow */
};

/** setting_defaults() - Fill every choice of an empty policy. Return: 0 or -ENOMEM. */
int setting_defaults(struct policy *policy);

/** setting_settle() - Defaults that depend on other choices. Return: 0 or -ENOMEM. */
int setting_settle(struct policy *policy);

/**
 * setting_read() - Read one value: words separated by blanks or commas, or nothing.
 * @value: NULL or "" for an empty value.
 * @source: where it is said.
 *
 * A setting that does not exist, and a word that is not understood, are left out and named.
 *
 * Return: 0 or -ENOMEM.
 */
int setting_read(struct reading *reading, const char *section, const char *name, const char *value,
	const char *source);

/**
 * reading_doubt() - Something of this place is left out, and nobody can know what it was about:
 * its ports stay closed, and the decision is unclear.
 */
void reading_doubt(struct reading *reading);

/** reading_end() - Join ports and peers into the policy; release. Return: 0 or -ENOMEM. */
int reading_end(struct reading *reading);

#endif
