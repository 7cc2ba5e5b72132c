/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_OS_RELEASE_H
#define CORDON_UTIL_OS_RELEASE_H

/*
 * How a system calls itself: os-release(5).
 */

/**
 * os_release_read() - Read /etc/os-release below @root; without one, /usr/lib/os-release.
 * @content: malloc'ed, owned by the caller; set on success.
 *
 * Return: 0; a negative errno: there is neither.
 */
int os_release_read(const char *root, char **content);

/**
 * os_release_get() - The value of a field such as "VERSION_ID". Pure.
 * @content: of an os-release(5).
 * @value: malloc'ed, owned by the caller, without quotation marks and backslashes, as a shell would
 *         have it; not empty; any bytes. Set for 1 only.
 *
 * The last assignment counts. Lines that are none are passed over, as systemd does.
 *
 * Return: 1; 0: not there, or empty; -ENOMEM.
 */
int os_release_get(const char *content, const char *field, char **value);

#endif
