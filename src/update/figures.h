/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_FIGURES_H
#define CORDON_UPDATE_FIGURES_H

/*
 * What the last look at updates found, as numbers, for those who want them more often than a
 *package manager should be asked:
 *
 *	{"schema": 1, "when": "2026-01-31T23:59:59Z", "pending": 12, "security": 3, "reboot": true}
 *
 * It lies in /run, so it speaks of the present boot only.
 */

#include "update/update.h"

#define FIGURES_FILE RUN_DIRECTORY "/pending.json"

/**
 * figures_save() - Keep them.
 * @path: its folder has to be there.
 *
 * Return: 0 or a negative errno.
 */
int figures_save(const char *path, const struct update_figures *figures);

/**
 * figures_load() - Read them back.
 * @figures: untouched on failure.
 *
 * Return: 0; -EBADMSG: damaged, or of a schema that is not understood; another negative errno.
 */
int figures_load(const char *path, struct update_figures *figures);

/**
 * figures_hold() - Is that found so short a time before @now, and is nothing of what it depends on
 * newer?
 * @root: "" for the running system.
 * @max_age: in seconds.
 */
bool figures_hold(
	const struct update_figures *figures, const char *root, unsigned int max_age, time_t now);

#endif
