/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_HOLD_H
#define CORDON_SEAL_HOLD_H

/*
 * systemd's file descriptor store as the keeper of the hold's netlink socket. Private to the room.
 */

#include <stdbool.h>

/** hold_possible() - Does systemd listen to this process (is it one of SEAL_UNIT's)? */
bool hold_possible(void);

/**
 * hold_close_inherited() - Close the duplicates that systemd passed to this process.
 *
 * A unit's stored descriptors are handed to its processes when it starts (sd_listen_fds(3)). As
 * long as a duplicate is open, a hold that is dropped from the store stays.
 */
void hold_close_inherited(void);

/**
 * hold_store() - Give a duplicate of @fd to systemd under @name, and wait until it has it.
 *
 * Return: 0 or a negative errno with @why.
 */
int hold_store(int fd, const char *name, char **why);

/**
 * hold_drop() - Have systemd close what it keeps under @name, and wait until it has.
 *
 * Return: 0 or a negative errno with @why.
 */
int hold_drop(const char *name, char **why);

#endif
