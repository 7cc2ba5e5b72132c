/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_CACHE_H
#define CORDON_POLICY_GROUPPOLICY_CACHE_H

/*
 * Where Group Policy lies on this machine. Private to the room; see grouppolicy.h.
 */

#include "util/strv.h"

/**
 * gpo_cache_find() - The cached Machine/Registry.pol files below @root.
 * @folder: NULL: where samba-gpupdate and adsys cache them; else a folder to search, which may also
 *          have a Registry.pol in itself.
 * @files: their paths without @root are appended, sorted by strcmp(3).
 * @damage: what could hide one: a folder that others may write, too much to search.
 *
 * Return: 0 or -ENOMEM.
 */
int gpo_cache_find(const char *root, const char *folder, struct strv *files, struct strv *damage);

#endif
