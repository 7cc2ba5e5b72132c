/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_RELEASE_H
#define CORDON_UPDATE_APT_RELEASE_H

/*
 * The Release file that apt keeps of each source. Private to the room.
 */

#include <time.h>

/**
 * apt_release_path() - Where apt keeps what it fetched from below an address.
 * @lists: "/var/lib/apt/lists/".
 * @base: "http://mirror.example/debian/dists/bookworm", without credentials and a slash at its end.
 * @file: "InRelease".
 *
 * Return: malloc'ed path, owned by the caller; NULL when memory is short.
 */
char *apt_release_path(const char *lists, const char *base, const char *file);

/**
 * apt_release_date() - The field Date of a Release file, signed inside or not. Pure.
 *
 * Return: seconds since the epoch; 0 when there is none, or it is not understood.
 */
time_t apt_release_date(const char *release);

#endif
