/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_CMDLINE_H
#define CORDON_POLICY_CMDLINE_H

/*
 * What whoever starts the machine says on the kernel command line: cordon=off, cordon.mode=,
 * cordon.allow=, cordon.egress=. Private to the room.
 */

#include "policy/policy.h"

/** boot_read() - Read the command line of the running system. Return: 0 or -ENOMEM. */
int boot_read(struct policy *policy);

/**
 * boot_parse() - The same for its words.
 * @text: as in /proc/cmdline: separated by blanks, where a quoted part may have blanks in it; or
 *        as in /proc/1/cmdline, where every word ends with NUL.
 *
 * Return: 0 or -ENOMEM.
 */
int boot_parse(const char *text, size_t size, struct policy *policy);

#endif
