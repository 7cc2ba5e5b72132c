/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MARKER_H
#define CORDON_UPDATE_MARKER_H

/*
 * UPDATE_MARKER: that an update has begun and not ended, and what it was about. Private to the
 * room.
 *
 * {"schema": 1, "since": "2026-01-31T23:59:59Z", "packages": [{"name": "openssl", "from":
 * "3.0.15-1", "to": "3.0.17-1", "origin": "Debian-Security:12/stable-security", "security": true}]}
 */

#include "update/update.h"
#include "util/must-check.h"

/**
 * marker_write() - Say durably that an update has begun.
 * @since: when, see util/when.h.
 * @list: what it is about to install.
 *
 * Return: 0 or a negative errno with @why.
 */
_must_check_ int marker_write(
	const char *path, const char *since, const struct update_list *list, char **why);

/**
 * marker_read() - What an update that was cut off was about.
 * @list: appended to; nothing, where there is no marker, or it cannot be understood: then that is
 *        not known, and the update goes on all the same.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int marker_read(const char *path, struct update_list *list);

/** marker_remove() - It has ended. Return: 0 or a negative errno with @why. */
int marker_remove(const char *path, char **why);

#endif
