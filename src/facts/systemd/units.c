// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unit files, their links, drop-ins and presets, as systemd.unit(5) and systemd.preset(5) have
 * them.
 *
 * SysV scripts are not looked at: whoever cordon asks about has had a unit for a decade.
 */

#include "facts/systemd/units.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/ini.h"

#include <errno.h>
#include <string.h>

#define UNIT_FILE_MAX INI_SIZE_MAX
#define ALIASES_MAX   8

/* The strongest first. The last is where /usr is not merged; see count_folders(). */
static const char *const unit_folders[UNIT_FOLDERS] = {
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
};
static const char *const preset_folders[UNIT_FOLDERS] = {
	"/etc/systemd/system-preset",
	"/run/systemd/system-preset",
	"/usr/local/lib/systemd/system-preset",
	"/usr/lib/systemd/system-preset",
	"/lib/systemd/system-preset",
};

/* What lies in the first two of these is not the vendor's. */
#define LOCAL_FOLDERS 2

/* Where /usr is merged, the last folder is the one before it, under another name. */
static size_t count_folders(const char *root)
{
	_cleanup_free_ char *target = NULL;
	const bool merged =
		file_is_link_in(root, "/lib", &target) && strcmp(target, "usr/lib") == 0;

	return UNIT_FOLDERS - merged;
}

static int list_folders(struct unit_lookup *lookup)
{
	if (lookup->folders > 0)
		return 0;
	lookup->folders = count_folders(lookup->root);
	for (size_t i = 0; i < lookup->folders; i++) {
		int r = file_list_in(lookup->root, unit_folders[i], &lookup->entries[i]);

		if (r == -ENOMEM)
			return r;
		lookup->whole[i] = r == 0 || r == -ENOENT;
	}
	return 0;
}

/* Need it be looked for in this folder? */
static bool may_have(const struct unit_lookup *lookup, size_t folder, const char *name)
{
	return !lookup->whole[folder] || strv_has_sorted(&lookup->entries[folder], name);
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool ends_with(const char *text_in, const char *end)
{
	size_t length = strlen(text_in), size = strlen(end);

	return length > size && strcmp(text_in + length - size, end) == 0;
}

/* A file of no bytes masks a unit as a link to /dev/null does. */
static bool is_empty_file(const char *root, const char *path)
{
	_cleanup_free_ char *content = NULL;
	size_t size;

	return file_read_in(root, path, UNIT_FILE_MAX, &content, &size) == 0 && size == 0;
}

struct unit {
	char name[256]; /* its own one, where it was asked for by an alias */
	char *path;	/* NULL: there is none */
	bool masked;
};

/* 1: an alias, and unit->name the next to look for; 0: a link to a file of its own name; -ENOENT: a
 * broken link. */
static int follow(const char *root, const char *path, const char *target, struct unit *unit)
{
	const char *name = name_of(target);

	if (strcmp(name, unit->name) == 0)
		return file_exists_in(root, path) ? 0 : -ENOENT;
	if (!strchr(name, '.') || strcmp(name, "..") == 0 || strcmp(name, ".") == 0)
		return -ENOENT;
	snprintf(unit->name, sizeof(unit->name), "%s", name);
	return 1;
}

/* One step: the strongest file of this name. 1: it is an alias; 0: found, or there is none. */
static int look_up(const struct unit_lookup *lookup, struct unit *unit)
{
	const char *root = lookup->root;

	for (size_t i = 0; i < lookup->folders; i++) {
		_cleanup_free_ char *target = NULL;
		bool is_link, is_null;
		char path[512];
		int r = 0;

		if (!may_have(lookup, i, unit->name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", unit_folders[i], unit->name);
		is_link = file_is_link_in(root, path, &target);
		if (!is_link && !file_exists_in(root, path))
			continue;
		is_null = is_link && file_is_null_target(target);
		if (is_link && !is_null)
			r = follow(root, path, target, unit);
		if (r != 0)
			return r < 0 ? 0 : 1;
		unit->masked = i < LOCAL_FOLDERS && (is_null || is_empty_file(root, path));
		free(unit->path);
		unit->path = strdup(path);
		return unit->path ? 0 : -ENOMEM;
	}
	return 0;
}

static int find_unit(struct unit_lookup *lookup, const char *name, struct unit *unit)
{
	int r = list_folders(lookup), step = 1;

	*unit = (struct unit){0};
	snprintf(unit->name, sizeof(unit->name), "%s", name);
	for (int i = 0; r == 0 && step == 1 && i < ALIASES_MAX; i++)
		step = look_up(lookup, unit);
	return r < 0 ? r : step < 0 ? step : 0;
}

/* A folder of links to units that another one has started. */
static bool is_of_links(const char *entry)
{
	const char *dot = strrchr(entry, '.');

	return dot && dot > entry &&
	       (strcmp(dot, ".wants") == 0 || strcmp(dot, ".requires") == 0 ||
		       strcmp(dot, ".upholds") == 0);
}

/*
 * Is the entry of a folder of units a link that has systemd start the unit? Aliases count where
 * `systemctl enable` puts them; those of the vendor's start nothing.
 */
static bool starts_unit(const char *root, const char *folder, bool local, const char *entry,
	const struct unit *unit, char **source)
{
	_cleanup_free_ char *target = NULL;
	char path[1024];

	if (is_of_links(entry))
		snprintf(path, sizeof(path), "%s/%s/%s", folder, entry, unit->name);
	else if (local && strcmp(entry, unit->name) != 0)
		snprintf(path, sizeof(path), "%s/%s", folder, entry);
	else
		return false;
	if (!file_is_link_in(root, path, &target) || file_is_null_target(target) ||
		(strcmp(name_of(path), unit->name) != 0 &&
			strcmp(name_of(target), unit->name) != 0))
		return false;
	*source = strdup(path);
	return *source != NULL;
}

static bool find_start(const struct unit_lookup *lookup, const struct unit *unit, char **source)
{
	for (size_t i = 0; i < lookup->folders; i++)
		for (size_t k = 0; k < lookup->entries[i].count; k++)
			if (starts_unit(lookup->root, unit_folders[i], i < LOCAL_FOLDERS,
				    lookup->entries[i].items[k], unit, source))
				return true;
	return false;
}

struct unit_answer {
	char *name, *source; /* NULL: it is absent */
	enum unit_file_state state;
};

static int find_state(struct unit_lookup *lookup, const char *name, struct unit_answer *answer)
{
	_cleanup_free_ char *found = NULL;
	struct unit unit;
	int r = find_unit(lookup, name, &unit);

	answer->state = UNIT_ABSENT;
	if (r == 0 && unit.path && !unit.masked)
		find_start(lookup, &unit, &found);
	if (r == 0 && unit.path)
		answer->state = unit.masked ? UNIT_MASKED : found ? UNIT_ENABLED : UNIT_DISABLED;
	if (r == 0)
		answer->source = found ? TAKE_PTR(found) : TAKE_PTR(unit.path);
	free(unit.path);
	return r;
}

static int add_answer(struct unit_lookup *lookup, const char *name)
{
	struct unit_answer *larger =
		reallocarray(lookup->answers, lookup->answers_count + 1, sizeof(*larger));
	struct unit_answer answer = {.name = strdup(name)};
	int r = larger && answer.name ? find_state(lookup, name, &answer) : -ENOMEM;

	if (larger)
		lookup->answers = larger;
	if (r == 0)
		larger[lookup->answers_count++] = answer;
	else
		free(answer.name);
	return r;
}

int unit_lookup_state(struct unit_lookup *lookup, const char *name, char **source)
{
	const struct unit_answer *answer;
	size_t i = 0;
	int r = 0;

	while (i < lookup->answers_count && strcmp(lookup->answers[i].name, name) != 0)
		i++;
	if (i == lookup->answers_count)
		r = add_answer(lookup, name);
	if (r < 0)
		return r;
	answer = &lookup->answers[i];
	if (source) {
		char *copy = answer->source ? strdup(answer->source) : NULL;

		if (answer->source && !copy)
			return -ENOMEM;
		*source = copy;
	}
	return (int)answer->state;
}

void unit_lookup_clear(struct unit_lookup *lookup)
{
	for (size_t i = 0; i < ELEMENTS(lookup->entries); i++)
		strv_clear(&lookup->entries[i]);
	for (size_t i = 0; i < lookup->answers_count; i++) {
		free(lookup->answers[i].name);
		free(lookup->answers[i].source);
	}
	free(lookup->answers);
	strv_clear(&lookup->presets);
	strv_clear(&lookup->presets_content);
	*lookup = (struct unit_lookup){.root = lookup->root};
}

int unit_file_state(const char *root, const char *name, char **source)
{
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};

	return unit_lookup_state(&lookup, name, source);
}

/* Names of files that end with @suffix, over all folders, sorted; of equal names the strongest. */
static int collect(const char *root, const char *const *folders, size_t count, const char *suffix,
	struct strv *paths)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		_cleanup_(strv_clear) struct strv entries = {0};

		if (file_list_in(root, folders[i], &entries) == -ENOMEM)
			return -ENOMEM;
		for (size_t k = 0; r == 0 && k < entries.count; k++) {
			bool known = !ends_with(entries.items[k], suffix);

			for (size_t n = 0; !known && n < paths->count; n++)
				known = strcmp(name_of(paths->items[n]), entries.items[k]) == 0;
			if (!known)
				r = strv_addf(paths, "%s/%s", folders[i], entries.items[k]);
		}
	}
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(name_of(*(char *const *)a), name_of(*(char *const *)b));
}

static void sort_by_name(struct strv *paths)
{
	if (paths->count > 0)
		qsort(paths->items, paths->count, sizeof(paths->items[0]), by_name);
}

static int read_presets(struct unit_lookup *lookup)
{
	_cleanup_(strv_clear) struct strv files = {0};
	int r = lookup->has_presets ? 0 : list_folders(lookup);

	if (r < 0 || lookup->has_presets)
		return r;
	r = collect(lookup->root, preset_folders, lookup->folders, ".preset", &files);
	sort_by_name(&files);
	for (size_t i = 0; r == 0 && i < files.count; i++) {
		_cleanup_free_ char *content = NULL;

		if (file_read_in(lookup->root, files.items[i], UNIT_FILE_MAX, &content, NULL) < 0)
			continue;
		r = strv_addf(&lookup->presets, "%s", files.items[i]);
		if (r == 0)
			r = strv_addf(&lookup->presets_content, "%s", content);
	}
	lookup->has_presets = r == 0;
	return r;
}

int unit_preset(struct unit_lookup *lookup, const char *unit, char **source)
{
	_cleanup_free_ char *place = NULL;
	int preset = PRESET_SILENT, line = 0;
	int r = read_presets(lookup);

	for (size_t i = 0; r == 0 && preset == PRESET_SILENT && i < lookup->presets.count; i++) {
		_cleanup_free_ char *content = strdup(lookup->presets_content.items[i]);

		preset = content ? unit_parse_preset(content, unit, &line) : PRESET_SILENT;
		if (preset > PRESET_SILENT)
			place = strdup_printf("%s:%d", lookup->presets.items[i], line);
		if (!content || (preset > PRESET_SILENT && !place))
			r = -ENOMEM;
	}
	if (r < 0)
		return r;
	if (source)
		*source = TAKE_PTR(place);
	return preset < 0 ? PRESET_SILENT : preset;
}

static int list_dropins(const struct unit_lookup *lookup, const char *unit, struct strv *files)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < lookup->folders; i++) {
		_cleanup_free_ char *name = strdup_printf("%s.d", unit);
		_cleanup_free_ char *folder = strdup_printf("%s/%s.d", unit_folders[i], unit);

		if (!name || !folder)
			return -ENOMEM;
		if (may_have(lookup, i, name))
			r = collect(lookup->root, (const char *const[]){folder}, 1, ".conf", files);
	}
	sort_by_name(files);
	return r;
}

int unit_read_setting(struct unit_lookup *lookup, const char *name, const char *section,
	const char *setting, struct strv *values, struct strv *sources)
{
	_cleanup_(strv_clear) struct strv files = {0}, dropins = {0};
	struct unit unit;
	int r = find_unit(lookup, name, &unit);

	if (r == 0 && unit.path)
		r = strv_addf(&files, "%s", unit.path);
	if (r == 0 && unit.path)
		r = list_dropins(lookup, unit.name, &dropins);
	free(unit.path);
	if (r == 0)
		r = strv_move(&dropins, &files);
	for (size_t i = 0; r == 0 && i < files.count; i++) {
		_cleanup_free_ char *content = NULL;
		size_t size;

		if (file_read_trusted_in(lookup->root, files.items[i], UNIT_FILE_MAX, &content,
			    &size, NULL) == 0)
			r = unit_parse_setting(
				content, size, files.items[i], section, setting, values, sources);
	}
	return r;
}
