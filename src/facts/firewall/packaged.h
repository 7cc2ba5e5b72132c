/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_FIREWALL_PACKAGED_H
#define CORDON_FACTS_FIREWALL_PACKAGED_H

/*
 * Is a configuration file as its package shipped it? Private to the room.
 */

#include <stdbool.h>
#include <stddef.h>

enum packaged {
	PACKAGED_AS_SHIPPED,
	PACKAGED_CHANGED, /* somebody edited it, or wrote it */
	PACKAGED_UNKNOWN, /* dpkg is in the middle of something, or its record cannot be read */
};

/**
 * packaged_look() - Compare a file with dpkg's record of it; where there is no dpkg, a file of
 * nothing but comments is as shipped.
 * @path: absolute, of the system below @root.
 * @content, @size: what is in it.
 *
 * Return: an enum packaged.
 */
int packaged_look(const char *root, const char *path, const char *content, size_t size);

/**
 * packaged_find_conffile() - What dpkg's status file says of a conffile (deb-conffiles(5)).
 * @md5: filled with 32 hexadecimal digits when found.
 *
 * Return: 1: found; 0: no package has it; -EAGAIN: its package is only half installed, or dpkg has
 * not noted the sum.
 */
int packaged_find_conffile(const char *status, const char *path, char md5[static 33]);

/** packaged_is_only_comments() - Nothing but blanks and lines that begin with #? */
bool packaged_is_only_comments(const char *content);

#endif
