/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_MAP_H
#define CORDON_POLICY_GROUPPOLICY_MAP_H

/*
 * What a registry would hold below Microsoft's WindowsFirewall key after all policies were applied,
 * one after the other. Private to the room; see grouppolicy.h.
 */

#include "policy/grouppolicy/registrypol.h"
#include "util/must-check.h"

/* What a Registry.pol may ask for; the map keeps the instructions until it is settled. */
enum gpo_verb {
	GPO_SET,
	GPO_DELETE_VALUE,
	GPO_DELETE_VALUES, /* all of a key */
	GPO_DELETE_KEY,	   /* with all below it */
};

struct gpo_value {
	char *key;  /* below WindowsFirewall, "DomainProfile\\GloballyOpenPorts\\List", or "" */
	char *name; /* as written */
	const char *file; /* of the caller of gpo_map_merge() */
	uint32_t type, size;
	uint8_t *data;
	enum gpo_verb verb; /* GPO_SET in a settled map */
	size_t order;	    /* of the instruction, from 1 */
};

struct gpo_map {
	struct gpo_value *items;
	size_t count, room;
};

/**
 * gpo_map_merge() - Add the instructions of one file; later ones win.
 * @file: must outlive the map.
 * @why: does not name the file.
 *
 * Return: 0; -EINVAL: not a Registry.pol, or an instruction that is not understood; -E2BIG: too
 * many; -ENOMEM. The map counts for nothing after a failure.
 */
_must_check_ int gpo_map_merge(
	struct gpo_map *map, const char *file, const uint8_t *data, size_t size, char **why);

/**
 * gpo_map_settle() - Carry the instructions out: only the values that stand remain, sorted by key
 * and name. Comes after the last gpo_map_merge() and before the functions below.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int gpo_map_settle(struct gpo_map *map);

/** gpo_map_find() - A value; NULL when there is none. ASCII letters compare without case. */
const struct gpo_value *gpo_map_find(const struct gpo_map *map, const char *key, const char *name);

/**
 * gpo_map_values() - The values of a key, without those of its subkeys.
 *
 * Return: the first of @count.
 */
const struct gpo_value *gpo_map_values(const struct gpo_map *map, const char *key, size_t *count);

/** gpo_map_has() - Is there any value in this key or below it? */
int gpo_map_has(const struct gpo_map *map, const char *key);

/** gpo_value_record() - The value as registrypol_text() and registrypol_number() take it. */
struct registry_record gpo_value_record(const struct gpo_value *value);

/** gpo_map_clear() - Release all; the map is empty afterwards. */
void gpo_map_clear(struct gpo_map *map);

#endif
