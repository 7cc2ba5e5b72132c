// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is in unit files and presets, as systemd.syntax(7) and systemd.preset(5) have it. Pure.
 */

#include "facts/systemd/units.h"

#include "util/ini.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

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

struct wanted {
	const char *section, *name, *path;
	struct strv *values, *sources;
};

static int take_value(const struct wanted *wanted, const char *value, unsigned int line)
{
	int r;

	if (!*value) {
		strv_clear(wanted->values);
		if (wanted->sources)
			strv_clear(wanted->sources);
		return 0;
	}
	r = strv_addf(wanted->values, "%s", value);
	if (r == 0 && wanted->sources)
		r = strv_addf(wanted->sources, "%s:%u", wanted->path, line);
	return r;
}

static int wanted_entry(void *context, const struct ini_entry *entry)
{
	const struct wanted *wanted = context;

	if (strcmp(entry->section, wanted->section) != 0 || strcmp(entry->key, wanted->name) != 0)
		return 0;
	return take_value(wanted, entry->value, entry->line);
}

int unit_parse_setting(const char *content, size_t size, const char *path, const char *section,
	const char *setting, struct strv *values, struct strv *sources)
{
	static const struct ini_dialect dialect = {
		.continuation = INI_BACKSLASH,
		.comments = "#;",
		.trailing = "",
		.exact_header = true,
	};
	static const struct ini_visitor visitor = {.entry = wanted_entry};
	struct wanted wanted = {section, setting, path, values, sources};
	int r = ini_parse(content, size, &dialect, &visitor, &wanted);

	return r == -EFBIG ? 0 : r;
}
