/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MANAGER_AUTOMATIC_H
#define CORDON_UPDATE_MANAGER_AUTOMATIC_H

/*
 * What switching automatic updates on (P7) means with every package manager: timers, and a file
 * that is written only where there is none. Private to the room.
 */

#include <stdbool.h>

/** automatic_timer_is_on() - Is this timer enabled? False when systemctl cannot be asked. */
bool automatic_timer_is_on(const char *timer);

/**
 * automatic_enable() - Enable and start a timer.
 * @other: a second one; NULL: there is none.
 * @what: for the sentence in @why: "the timers of apt".
 *
 * Return: 0; -EIO with @why: refused; as run_command() where systemctl could not be run.
 */
int automatic_enable(const char *timer, const char *other, const char *what, char **why);

/**
 * automatic_configure() - Write a file, unless there is one already.
 *
 * Return: 0 or a negative errno with @why.
 */
int automatic_configure(const char *path, const char *content, char **why);

#endif
