/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_STAMP_H
#define CORDON_STATE_STAMP_H

/*
 * The stamp: one line on the root file system that stands in for a record that is not there (yet).
 * Private to the room.
 */

#include "state/state.h"

/**
 * stamp_read() - Fill phase and machine-id from the stamp below @root.
 * @state: untouched unless 1 is returned.
 *
 * Return: 1: there is a sound stamp; 0: there is none that can be believed; -ENOMEM.
 */
int stamp_read(const char *root, struct state *state);

/**
 * stamp_sync() - Make the stamp say what @state says: written for a machine that is finished or
 * where cordon stands aside, removed for any other.
 *
 * Return: 0 or a negative errno.
 */
int stamp_sync(const char *root, const struct state *state);

#endif
