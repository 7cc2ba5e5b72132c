/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_RPM_SCRIPTS_H
#define CORDON_UPDATE_RPM_SCRIPTS_H

/*
 * The list of packages whose scripts failed, or may not have run: a file of lines "NAME: what".
 * Private to the files of rpm.
 */

#include "util/must-check.h"
#include "util/strv.h"

/**
 * rpm_scripts_read() - What is on the list. No file: nothing.
 * @lines: whole lines are appended.
 *
 * A line that is not understood is one, too: what is damaged must not look like nothing.
 *
 * Return: 0 or a negative errno with @why.
 */
_must_check_ int rpm_scripts_read(const char *path, struct strv *lines, char **why);

/**
 * rpm_scripts_remember() - Put a package on the list, durably, unless it is there.
 *
 * Return: 0 or a negative errno with @why.
 */
_must_check_ int rpm_scripts_remember(
	const char *path, const char *name, const char *what, char **why);

/**
 * rpm_scripts_forget() - Take packages from the list, durably. The file goes with the last.
 *
 * Return: 0 or a negative errno with @why.
 */
_must_check_ int rpm_scripts_forget(const char *path, const struct strv *names, char **why);

/** rpm_scripts_name() - The NAME of a line. Return: malloc'ed; NULL: -ENOMEM. */
char *rpm_scripts_name(const char *line);

#endif
