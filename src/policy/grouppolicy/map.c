// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merging policies.
 *
 * A Registry.pol is a list of instructions, some of which delete: a value, all values of a key,
 * keys with everything below. Carried out one by one, each deletion would search all values that
 * are there so far, and a hostile file could ask for that ten thousand times. So nothing is carried
 * out until all are known. Then they are sorted so that a key comes just before everything below
 * it, and one walk finds for each value whether a later instruction took it away.
 *
 * Only what lies below WindowsFirewall is kept, but a deletion above it is heeded. Letters compare
 * without case in ASCII only, which suffices: Microsoft's names have no others, and the name of a
 * rule or port is a GUID or repeats the line.
 */

#include "policy/grouppolicy/map.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/printable.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define INSTRUCTIONS_MAX 20000

struct merging {
	struct gpo_map *map;
	const char *file;
	char **why;
};

enum place { PLACE_ELSEWHERE, PLACE_ABOVE, PLACE_BELOW };

/* Where a key lies, seen from WindowsFirewall, which is below itself; then @rest is what follows.
 */
static enum place locate(const char *key, const char **rest)
{
	static const char *const names[] = {"SOFTWARE", "Policies", "Microsoft", "WindowsFirewall"};

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		size_t length;

		key += strspn(key, "\\");
		length = strcspn(key, "\\");
		if (length == 0)
			return PLACE_ABOVE;
		if (length != strlen(names[i]) || strncasecmp(key, names[i], length) != 0)
			return PLACE_ELSEWHERE;
		key += length;
	}
	*rest = key;
	return PLACE_BELOW;
}

/* Without backslashes at the ends or in a row: an odd spelling must not hide a value. */
static char *tidy(const char *key)
{
	char *copy = malloc(strlen(key) + 1), *out = copy;

	for (key += strspn(key, "\\"); copy && *key; key++)
		if (key[0] != '\\' || (key[1] != '\\' && key[1] != '\0'))
			*out++ = *key;
	if (copy)
		*out = '\0';
	return copy;
}

static void clear_value(struct gpo_value *value)
{
	free(value->key);
	free(value->name);
	free(value->data);
}

static int make_room(const struct merging *merging)
{
	struct gpo_map *map = merging->map;
	struct gpo_value *larger;
	size_t room;

	if (map->count == INSTRUCTIONS_MAX)
		return fail(merging->why, E2BIG,
			"more than %d settings of the firewall, with those of the files before it",
			INSTRUCTIONS_MAX);
	if (map->count < map->room)
		return 0;
	room = map->room ? map->room * 2 : 16;
	larger = reallocarray(map->items, room, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	map->items = larger;
	map->room = room;
	return 0;
}

/* @record: what a GPO_SET sets; NULL for the others. */
static int add(const struct merging *merging, enum gpo_verb verb, const char *key, const char *name,
	const struct registry_record *record)
{
	struct gpo_value value = {.verb = verb, .file = merging->file};
	int r = make_room(merging);

	if (r < 0)
		return r;
	value.key = tidy(key);
	value.name = strdup(name);
	value.data = malloc(record && record->size ? record->size : 1);
	if (!value.key || !value.name || !value.data) {
		clear_value(&value);
		return -ENOMEM;
	}
	if (record) {
		value.type = record->type;
		value.size = record->size;
		memcpy(value.data, record->data, record->size);
	}
	value.order = merging->map->count + 1;
	merging->map->items[merging->map->count++] = value;
	return 0;
}

static int refuse(const struct merging *merging, const struct registry_record *record)
{
	_cleanup_free_ char *name = printable(record->value, 80);

	return fail(merging->why, EINVAL,
		"the instruction \"%s\", which may delete settings, is not understood",
		name ? name : "");
}

/* "**DeleteValues" and "**DeleteKeys": names separated by semicolons. */
static int delete_listed(const struct merging *merging, const struct registry_record *record,
	int (*erase)(const struct merging *merging, const char *key, const char *name))
{
	_cleanup_free_ char *list = NULL;
	char *rest, *name;
	int r = registrypol_text(record, &list);

	if (r == -EINVAL)
		return refuse(merging, record);
	rest = list;
	while (r == 0 && (name = strsep(&rest, ";")) != NULL)
		if (*name)
			r = erase(merging, record->key, name);
	return r;
}

static int delete_key(const struct merging *merging, const char *key, const char *name)
{
	_cleanup_free_ char *full = strdup_printf("%s\\%s", key, name);
	const char *rest;

	if (!full)
		return -ENOMEM;
	switch (locate(full, &rest)) {
	case PLACE_ABOVE:
		return add(merging, GPO_DELETE_KEY, "", "", NULL);
	case PLACE_BELOW:
		return add(merging, GPO_DELETE_KEY, rest, "", NULL);
	default:
		return 0;
	}
}

static int delete_value(const struct merging *merging, const char *key, const char *name)
{
	const char *rest = key;

	locate(key, &rest);
	return add(merging, GPO_DELETE_VALUE, rest, name, NULL);
}

/* An instruction that is unknown may delete: without it the rest cannot be believed. */
static int merge_magic(const struct merging *merging, const struct registry_record *record)
{
	const char *name = record->value + 2, *rest = record->key;

	if (strncasecmp(name, "del.", 4) == 0)
		return delete_value(merging, record->key, name + 4);
	if (strcasecmp(name, "DeleteValues") == 0)
		return delete_listed(merging, record, delete_value);
	if (strcasecmp(name, "SecureKey") == 0)
		return 0;
	if (strcasecmp(name, "DelVals") != 0 && strcasecmp(name, "DelVals.") != 0)
		return refuse(merging, record);
	locate(record->key, &rest);
	return add(merging, GPO_DELETE_VALUES, rest, "", NULL);
}

static int merge_below(const struct merging *merging, const struct registry_record *record)
{
	const char *rest = record->key;

	/* Without a name it makes a key, and says nothing. */
	if (locate(record->key, &rest) != PLACE_BELOW || !record->value[0])
		return 0;
	if (strncmp(record->value, "**", 2) == 0)
		return merge_magic(merging, record);
	return add(merging, GPO_SET, rest, record->value, record);
}

static int merge_record(void *context, const struct registry_record *record)
{
	const struct merging *merging = context;
	struct registry_record tidied = *record;
	_cleanup_free_ char *key = NULL;
	const char *rest;

	if (locate(record->key, &rest) == PLACE_ELSEWHERE)
		return 0;
	tidied.key = key = tidy(record->key);
	if (!key)
		return -ENOMEM;
	if (strcasecmp(record->value, "**DeleteKeys") == 0)
		return delete_listed(merging, &tidied, delete_key);
	return merge_below(merging, &tidied);
}

int gpo_map_merge(
	struct gpo_map *map, const char *file, const uint8_t *data, size_t size, char **why)
{
	struct merging merging = {.map = map, .file = file, .why = why};

	return registrypol_parse(data, size, merge_record, &merging, why);
}

/* The backslash before all other characters, so that a key comes just before those below it. */
static int rank(char c)
{
	if (c == '\0' || c == '\\')
		return c == '\\';
	return 2 + tolower((unsigned char)c);
}

static int compare_keys(const char *a, const char *b)
{
	while (*a && rank(*a) == rank(*b)) {
		a++;
		b++;
	}
	return rank(*a) - rank(*b);
}

static int compare(const struct gpo_value *value, const char *key, const char *name)
{
	int order = compare_keys(value->key, key);

	return order ? order : strcasecmp(value->name, name);
}

static int by_key_and_name(const void *a, const void *b)
{
	const struct gpo_value *left = a, *right = b;
	int order = compare(left, right->key, right->name);

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

static bool is_below(const char *key, const char *above)
{
	size_t length = strlen(above);

	return length == 0 || (strncasecmp(key, above, length) == 0 && key[length] == '\\');
}

/* A key that was deleted, and when: what was set before is gone from it and from all below. */
struct deletion {
	const char *key;
	size_t order;
};

/* The deletions of the keys above the one that the walk has reached, the nearest last. */
struct walk {
	struct deletion *deletions;
	size_t depth;
};

/* When the values of the key that begins at @first were last deleted; 0: never. */
static size_t enter_key(struct walk *walk, const struct gpo_value *first, size_t count)
{
	size_t key_order = 0, values_order = 0;

	while (walk->depth && !is_below(first->key, walk->deletions[walk->depth - 1].key))
		walk->depth--;
	if (walk->depth)
		key_order = walk->deletions[walk->depth - 1].order;
	for (size_t i = 0; i < count; i++) {
		if (first[i].verb == GPO_DELETE_KEY && first[i].order > key_order)
			key_order = first[i].order;
		if (first[i].verb == GPO_DELETE_VALUES && first[i].order > values_order)
			values_order = first[i].order;
	}
	walk->deletions[walk->depth++] = (struct deletion){first->key, key_order};
	return key_order > values_order ? key_order : values_order;
}

/* Of the instructions about one value the last one counts. */
static bool stands(const struct gpo_map *map, size_t i, size_t deleted)
{
	const struct gpo_value *value = &map->items[i];

	return value->verb == GPO_SET && value->order > deleted &&
	       (i + 1 == map->count || compare(&map->items[i + 1], value->key, value->name) != 0);
}

static size_t count_same_key(const struct gpo_map *map, size_t first)
{
	size_t end = first;

	while (end < map->count && compare_keys(map->items[end].key, map->items[first].key) == 0)
		end++;
	return end - first;
}

/* Leaves the items where they are, and marks those that do not stand by a verb that deletes. */
static void mark(struct gpo_map *map, struct walk *walk)
{
	for (size_t first = 0, count; first < map->count; first += count) {
		size_t deleted;

		count = count_same_key(map, first);
		deleted = enter_key(walk, &map->items[first], count);
		for (size_t i = first; i < first + count; i++)
			if (!stands(map, i, deleted))
				map->items[i].verb = GPO_DELETE_VALUE;
	}
}

int gpo_map_settle(struct gpo_map *map)
{
	_cleanup_free_ struct deletion *deletions = calloc(map->count + 1, sizeof(*deletions));
	struct walk walk = {.deletions = deletions};
	size_t kept = 0;

	if (!deletions)
		return -ENOMEM;
	if (map->count > 0)
		qsort(map->items, map->count, sizeof(map->items[0]), by_key_and_name);
	mark(map, &walk);
	for (size_t i = 0; i < map->count; i++) {
		if (map->items[i].verb == GPO_SET)
			map->items[kept++] = map->items[i];
		else
			clear_value(&map->items[i]);
	}
	map->count = kept;
	return 0;
}

/* The first value that does not come before this key and name. */
static size_t lower_bound(const struct gpo_map *map, const char *key, const char *name)
{
	size_t low = 0, high = map->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&map->items[middle], key, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct gpo_value *gpo_map_find(const struct gpo_map *map, const char *key, const char *name)
{
	size_t i = lower_bound(map, key, name);

	return i < map->count && compare(&map->items[i], key, name) == 0 ? &map->items[i] : NULL;
}

const struct gpo_value *gpo_map_values(const struct gpo_map *map, const char *key, size_t *count)
{
	size_t first = lower_bound(map, key, "");

	*count = 0;
	if (first == map->count || compare_keys(map->items[first].key, key) != 0)
		return NULL;
	*count = count_same_key(map, first);
	return &map->items[first];
}

int gpo_map_has(const struct gpo_map *map, const char *key)
{
	size_t i = lower_bound(map, key, "");

	return i < map->count &&
	       (compare_keys(map->items[i].key, key) == 0 || is_below(map->items[i].key, key));
}

struct registry_record gpo_value_record(const struct gpo_value *value)
{
	return (struct registry_record){.key = value->key,
		.value = value->name,
		.type = value->type,
		.size = value->size,
		.data = value->data};
}

void gpo_map_clear(struct gpo_map *map)
{
	for (size_t i = 0; i < map->count; i++)
		clear_value(&map->items[i]);
	free(map->items);
	*map = (struct gpo_map){0};
}
