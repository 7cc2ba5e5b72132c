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

#endif
