// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is in unit files and presets, as systemd.syntax(7) and systemd.preset(5) have it. Pure.
 */

#include "facts/units.h"

#include "util/cleanup.h"

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
