/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_REBOOT_KERNEL_H
#define CORDON_UPDATE_REBOOT_KERNEL_H

/*
 * Is the running kernel the newest that is installed?
 */

#include "util/must-check.h"
#include "util/strv.h"

/** kernel_is_shared() - Is this a container, whose kernel is its host's affair? */
bool kernel_is_shared(const char *root);

/**
 * kernel_compare() - Order two releases ("6.1.0-35-amd64") by version, whatever their flavour.
 *
 * Return: less than, equal to or greater than 0, as strcmp(3).
 */
int kernel_compare(const char *a, const char *b);

/**
 * kernel_add_reason() - Add a reason to reboot when a kernel newer than the running one is
 * installed.
 * @root: "" for the running system.
 * @running: as "uname -r" says.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int kernel_add_reason(const char *root, const char *running, struct strv *reasons);

#endif
