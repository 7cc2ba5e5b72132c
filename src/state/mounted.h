/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_MOUNTED_H
#define CORDON_STATE_MOUNTED_H

/*
 * Is the place of the record the right one? Private to the room.
 */

#include <stdbool.h>

/**
 * state_is_mounted() - Can the record of the system below @root be looked for?
 *
 * Return: false when its folder is missing (the package ships it), or, on the running system, when
 * a file system that belongs above it is not mounted: what is below would be somebody else's.
 */
bool state_is_mounted(const char *root);

#endif
