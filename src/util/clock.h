/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_CLOCK_H
#define CORDON_UTIL_CLOCK_H

/*
 * Can the real-time clock be believed?
 */

#include <stdbool.h>

/**
 * clock_is_synchronised() - Does the kernel (adjtimex(2)), or systemd-timesyncd, say that the clock
 * is kept right by somebody?
 */
bool clock_is_synchronised(void);

/**
 * clock_is_before() - Is the clock more than a day behind the time at which a file of the system
 * came onto this disk (its ctime)? Then it cannot be right. False when the file cannot be asked.
 */
bool clock_is_before(const char *path);

#endif
