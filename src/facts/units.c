// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unit files, their links, drop-ins and presets, as systemd.unit(5) and systemd.preset(5) have
 * them.
 *
 * SysV scripts are not looked at: whoever cordon asks about has had a unit for a decade.
 */

#include "facts/units.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define UNIT_FILE_MAX (1U << 20)
#define ALIASES_MAX   8

/* The strongest first. The last is where /usr is not merged; elsewhere it is a link. */
static const char *const unit_folders[] = {
	"/etc/systemd/system",
	"/run/systemd/system",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
};
static const char *const preset_folders[] = {
	"/etc/systemd/system-preset",
	"/run/systemd/system-preset",
	"/usr/local/lib/systemd/system-preset",
	"/usr/lib/systemd/system-preset",
	"/lib/systemd/system-preset",
};

/* What lies in the first two of these is not the vendor's. */
#define LOCAL_FOLDERS 2

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

/* "/dev/null", also from a folder: "../../../dev/null". */
static bool is_null_device(const char *target)
{
	if (*target == '/')
		return strcmp(target, "/dev/null") == 0;
	while (strncmp(target, "../", 3) == 0)
		target += 3;
	return strcmp(target, "dev/null") == 0;
}

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
static int look_up(const char *root, struct unit *unit)
{
	for (size_t i = 0; i < ELEMENTS(unit_folders); i++) {
		_cleanup_free_ char *target = NULL;
		bool is_link, is_null;
		char path[512];
		int r = 0;

		snprintf(path, sizeof(path), "%s/%s", unit_folders[i], unit->name);
		is_link = file_is_link_in(root, path, &target);
		if (!is_link && !file_exists_in(root, path))
			continue;
		is_null = is_link && is_null_device(target);
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

static int find_unit(const char *root, const char *name, struct unit *unit)
{
	int r = 1;

	*unit = (struct unit){0};
	snprintf(unit->name, sizeof(unit->name), "%s", name);
	for (int i = 0; r == 1 && i < ALIASES_MAX; i++)
		r = look_up(root, unit);
	return r < 0 ? r : 0;
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

	if (ends_with(entry, ".wants") || ends_with(entry, ".requires") ||
		ends_with(entry, ".upholds"))
		snprintf(path, sizeof(path), "%s/%s/%s", folder, entry, unit->name);
	else if (local && strcmp(entry, unit->name) != 0)
		snprintf(path, sizeof(path), "%s/%s", folder, entry);
	else
		return false;
	if (!file_is_link_in(root, path, &target) || is_null_device(target) ||
		(strcmp(name_of(path), unit->name) != 0 &&
			strcmp(name_of(target), unit->name) != 0))
		return false;
	*source = strdup(path);
	return *source != NULL;
}

static int find_start(const char *root, const struct unit *unit, char **source)
{
	for (size_t i = 0; !*source && i < ELEMENTS(unit_folders); i++) {
		_cleanup_(sentences_clear) struct sentences entries = {0};
		int r = file_list_in(root, unit_folders[i], &entries);

		if (r == -ENOMEM)
			return r;
		for (size_t k = 0; !*source && k < entries.count; k++)
			starts_unit(root, unit_folders[i], i < LOCAL_FOLDERS, entries.items[k],
				unit, source);
	}
	return 0;
}

int unit_file_state(const char *root, const char *name, char **source)
{
	_cleanup_free_ char *found = NULL;
	struct unit unit;
	int state = UNIT_ABSENT, r = find_unit(root, name, &unit);

	if (r == 0 && unit.path && !unit.masked)
		r = find_start(root, &unit, &found);
	if (r == 0 && unit.path)
		state = unit.masked ? UNIT_MASKED : found ? UNIT_ENABLED : UNIT_DISABLED;
	if (r == 0 && source)
		*source = found ? take(found) : take(unit.path);
	free(unit.path);
	return r < 0 ? r : state;
}

/* Names of files that end with @suffix, over all folders, sorted; of equal names the strongest. */
static int collect(const char *root, const char *const *folders, size_t count, const char *suffix,
	struct sentences *paths)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		_cleanup_(sentences_clear) struct sentences entries = {0};

		if (file_list_in(root, folders[i], &entries) == -ENOMEM)
			return -ENOMEM;
		for (size_t k = 0; r == 0 && k < entries.count; k++) {
			bool known = !ends_with(entries.items[k], suffix);

			for (size_t n = 0; !known && n < paths->count; n++)
				known = strcmp(name_of(paths->items[n]), entries.items[k]) == 0;
			if (!known)
				r = sentences_add(paths, "%s/%s", folders[i], entries.items[k]);
		}
	}
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(name_of(*(char *const *)a), name_of(*(char *const *)b));
}

static void sort_by_name(struct sentences *paths)
{
	if (paths->count > 0)
		qsort(paths->items, paths->count, sizeof(paths->items[0]), by_name);
}

/*
 * "enable PATTERN"; what names everything is no word about this unit, unless it says no, and an
 * "ignore" is none by intent. Of several words systemd knows only the instances of a template; such
 * a line is about no unit that cordon asks for. PRESET_*, -1: ends the search in silence.
 */
static int match_preset(char *line, const char *unit)
{
	char *rest = line + strspn(line, " \t"), *verb = strsep(&rest, " \t"), *pattern;
	const bool enable = strcmp(verb, "enable") == 0, disable = strcmp(verb, "disable") == 0;

	if (!rest || (!enable && !disable && strcmp(verb, "ignore") != 0))
		return PRESET_SILENT;
	rest += strspn(rest, " \t");
	pattern = strsep(&rest, " \t");
	if (rest && rest[strspn(rest, " \t")])
		return PRESET_SILENT;
	if (!*pattern || fnmatch(pattern, unit, FNM_NOESCAPE) != 0)
		return PRESET_SILENT;
	if (disable)
		return PRESET_DISABLE;
	return enable && strcmp(pattern, "*") != 0 ? PRESET_ENABLE : -1;
}

int unit_parse_preset(char *content, const char *unit, int *number)
{
	char *rest = content, *line;

	*number = 0;
	while ((line = strsep(&rest, "\n")) != NULL) {
		int preset;

		(*number)++;
		line[strcspn(line, "\r")] = '\0';
		preset = match_preset(line, unit);
		if (preset != PRESET_SILENT)
			return preset;
	}
	return PRESET_SILENT;
}

int unit_preset(const char *root, const char *unit, char **source)
{
	_cleanup_(sentences_clear) struct sentences files = {0};
	_cleanup_free_ char *place = NULL;
	int preset = PRESET_SILENT, line = 0;
	int r = collect(root, preset_folders, ELEMENTS(preset_folders), ".preset", &files);

	sort_by_name(&files);
	for (size_t i = 0; r == 0 && preset == PRESET_SILENT && i < files.count; i++) {
		_cleanup_free_ char *content = NULL;

		if (file_read_in(root, files.items[i], UNIT_FILE_MAX, &content, NULL) < 0)
			continue;
		preset = unit_parse_preset(content, unit, &line);
		if (preset > PRESET_SILENT) {
			place = text("%s:%d", files.items[i], line);
			r = place ? 0 : -ENOMEM;
		}
	}
	if (r < 0)
		return r;
	if (source)
		*source = take(place);
	return preset < 0 ? PRESET_SILENT : preset;
}

static char *trim(char *word)
{
	size_t length;

	word += strspn(word, " \t\r");
	length = strlen(word);
	while (length > 0 && strchr(" \t\r", word[length - 1]))
		word[--length] = '\0';
	return word;
}

struct wanted {
	const char *section, *name, *path;
	struct sentences *values, *sources;
};

static int take_value(const struct wanted *wanted, const char *value, int line)
{
	int r;

	if (!*value) {
		sentences_clear(wanted->values);
		if (wanted->sources)
			sentences_clear(wanted->sources);
		return 0;
	}
	r = sentences_add(wanted->values, "%s", value);
	if (r == 0 && wanted->sources)
		r = sentences_add(wanted->sources, "%s:%d", wanted->path, line);
	return r;
}

/* Ends in a backslash that no other one quotes. */
static bool goes_on(const char *line, const char *end)
{
	bool odd = false;

	while (end > line && *--end == '\\')
		odd = !odd;
	return odd;
}

/*
 * The next line, joined in place with those that go on from it; comments are left out first
 * (systemd.syntax(7)). @number becomes that of its first line, @last counts lines.
 */
static char *next_line(char **rest, int *number, int *last)
{
	char *line = NULL, *end = NULL, *part;

	while ((part = strsep(rest, "\n")) != NULL) {
		const size_t blanks = strspn(part, " \t"), length = strlen(part);

		(*last)++;
		if (part[blanks] == '#' || part[blanks] == ';')
			continue;
		if (!line) {
			line = end = part;
			*number = *last;
		}
		memmove(end, part, length);
		end += length;
		*end = '\0';
		if (!goes_on(line, end))
			return line;
		end[-1] = ' ';
	}
	return line;
}

int unit_parse_setting(char *content, const char *path, const char *section, const char *setting,
	struct sentences *values, struct sentences *sources)
{
	const struct wanted wanted = {section, setting, path, values, sources};
	char *rest = content, *line;
	bool inside = false;
	int number = 0, last = 0, r = 0;

	while (r == 0 && (line = next_line(&rest, &number, &last)) != NULL) {
		char *value;

		line = trim(line);
		if (*line == '[') {
			line[strcspn(line, "]")] = '\0';
			inside = strcmp(line + 1, wanted.section) == 0;
			continue;
		}
		value = strchr(line, '=');
		if (!inside || !value)
			continue;
		*value++ = '\0';
		if (strcmp(trim(line), wanted.name) == 0)
			r = take_value(&wanted, trim(value), number);
	}
	return r;
}

static int list_dropins(const char *root, const char *unit, struct sentences *files)
{
	char *folders[ELEMENTS(unit_folders)] = {NULL};
	int r = 0;

	for (size_t i = 0; i < ELEMENTS(unit_folders); i++) {
		folders[i] = text("%s/%s.d", unit_folders[i], unit);
		r = folders[i] ? r : -ENOMEM;
	}
	if (r == 0)
		r = collect(root, (const char *const *)folders, ELEMENTS(folders), ".conf", files);
	for (size_t i = 0; i < ELEMENTS(folders); i++)
		free(folders[i]);
	sort_by_name(files);
	return r;
}

int unit_read_setting(const char *root, const char *name, const char *section, const char *setting,
	struct sentences *values, struct sentences *sources)
{
	_cleanup_(sentences_clear) struct sentences files = {0}, dropins = {0};
	struct unit unit;
	int r = find_unit(root, name, &unit);

	if (r == 0 && unit.path)
		r = sentences_add(&files, "%s", unit.path);
	if (r == 0 && unit.path)
		r = list_dropins(root, unit.name, &dropins);
	free(unit.path);
	for (size_t i = 0; r == 0 && i < dropins.count; i++)
		r = sentences_add(&files, "%s", dropins.items[i]);
	for (size_t i = 0; r == 0 && i < files.count; i++) {
		_cleanup_free_ char *content = NULL;

		if (file_read_trusted_in(
			    root, files.items[i], UNIT_FILE_MAX, &content, NULL, NULL) == 0)
			r = unit_parse_setting(
				content, files.items[i], section, setting, values, sources);
	}
	return r;
}
