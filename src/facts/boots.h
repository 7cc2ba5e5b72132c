/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_BOOTS_H
#define CORDON_FACTS_BOOTS_H

/*
 * Was this installation in use before cordon came to it (clause P12)? Private to the room.
 */

#include "util/sourced.h"

/**
 * boots_find_earlier() - Look for boots of this installation in which cordon had no part: in its
 * journal, and by boots and logins in its login records.
 * @machine_id: whose boots count; with "" nobody's do.
 * @boot_id: the boot that is under way, which does not count; "" below another root.
 * @earlier: appended to: "earlier boots are in its journal", "... in its login records".
 *
 * Return: 0 (what cannot be read tells of no boot) or -ENOMEM.
 */
int boots_find_earlier(const char *root, const char *machine_id, const char *boot_id,
	struct sourced_list *earlier);

/**
 * boots_find_stateless() - Is the root file system one that forgets: a tmpfs, or an overlay?
 * @notes: appended to.
 *
 * Return: 0 or -ENOMEM.
 */
int boots_find_stateless(const char *root, struct sourced_list *notes);

#endif
