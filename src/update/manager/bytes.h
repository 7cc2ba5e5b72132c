/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MANAGER_BYTES_H
#define CORDON_UPDATE_MANAGER_BYTES_H

/*
 * How much a package manager says that it will fetch. Private to the room.
 */

/* What stands behind a number, and what it means. */
struct bytes_unit {
	const char *name; /* " kB"; NULL ends a list */
	double bytes;
};

/**
 * bytes_announced() - The size in a line such as "Need to get 43.2 MB of archives.", as exact as
 * that line is.
 * @begin: what the line begins with in front of the number.
 * @units: the first that fits counts.
 *
 * Return: bytes; 0: not such a line.
 */
unsigned long long bytes_announced(
	const char *line, const char *begin, const struct bytes_unit *units);

#endif
