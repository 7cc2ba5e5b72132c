/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_REBOOT_STALE_H
#define CORDON_UPDATE_REBOOT_STALE_H

/*
 * Programs that still run code which an update has replaced on disk.
 */

#include "util/must-check.h"
#include "util/strv.h"

/**
 * stale_find_file() - The first piece of code in a process's maps that is gone from the disk.
 * @maps: the text of /proc/PID/maps.
 * @file: its path, malloc'ed, owned by the caller; set for 1 only.
 *
 * Return: 1; 0: there is none; -ENOMEM.
 */
int stale_find_file(const char *maps, char **file);

/**
 * stale_add_reasons() - Add one sentence for each program that still runs replaced code, ten at
 * most, and one that counts the others.
 * @proc: "/proc".
 *
 * Return: 0; a negative errno with @why.
 */
_must_check_ int stale_add_reasons(const char *proc, struct strv *reasons, char **why);

#endif
