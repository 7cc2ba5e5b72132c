/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_REBOOT_H
#define CORDON_LIFECYCLE_REBOOT_H

/*
 * Reboots that nobody asked for: Reboot=auto.
 */

#include "util/strv.h"

/* More than any update needs. */
#define REBOOTS_MAX 3

/**
 * reboot_run() - Reboot this sealed machine because of an update, unless it has been rebooted
 * REBOOTS_MAX times already since it was sealed.
 * @reasons: why, for the record.
 *
 * Return: 0: it is going down; 1: not any more, @why says so; a negative errno with @why.
 */
int reboot_run(const struct strv *reasons, char **why);

#endif
