// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Presets: what is said of a unit stands on the line that is named, in words of systemd.preset(5),
 * and nothing before that line is about the unit. Silence must not come from a line that speaks.
 */

#include "facts/systemd/units.h"
#include "util/cleanup.h"

#include <assert.h>
#include <fnmatch.h>
#include <stdint.h>
#include <string.h>

#define UNIT "ufw.service"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The words of a line; 3 for more than two. */
static int split(const char *line, char words[static 2][1024])
{
	int count = 0;

	for (line += strspn(line, " \t"); *line; line += strspn(line, " \t")) {
		const size_t length = strcspn(line, " \t");

		if (count == 2)
			return 3;
		snprintf(words[count++], 1024, "%.*s", (int)length, line);
		line += length;
	}
	return count;
}

/* What one line says of the unit, by another way of reading: one verb, one pattern, no more. */
static const char *verb_of(const char *line, size_t length, char pattern[static 1024])
{
	static const char *const verbs[] = {"enable", "disable", "ignore"};
	_cleanup_free_ char *copy = strndup(line, length);
	char words[2][1024];

	copy[strcspn(copy, "\r")] = '\0';
	if (split(copy, words) != 2 || fnmatch(words[1], UNIT, FNM_NOESCAPE) != 0)
		return NULL;
	strcpy(pattern, words[1]);
	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		if (strcmp(words[0], verbs[i]) == 0)
			return verbs[i];
	return NULL;
}

/* The first line that is about the unit; *number becomes its, or that of the last one. */
static const char *first_verb(const char *content, char pattern[static 1024], int *number)
{
	const char *verb = NULL;

	*number = 0;
	for (const char *line = content; line && !verb; (*number)++) {
		const size_t length = strcspn(line, "\n");

		verb = verb_of(line, length, pattern);
		line = line[length] ? line + length + 1 : NULL;
	}
	return verb;
}

static void check(const char *content, int preset, int number)
{
	char pattern[1024];
	int expected;
	const char *verb = first_verb(content, pattern, &expected);

	assert(number == expected);
	if (!verb)
		assert(preset == PRESET_SILENT);
	else if (strcmp(verb, "disable") == 0)
		assert(preset == PRESET_DISABLE);
	else if (strcmp(verb, "ignore") == 0 || strcmp(pattern, "*") == 0)
		assert(preset == -1);
	else
		assert(preset == PRESET_ENABLE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = NULL, *copy = NULL;
	int preset, number = -1;

	/* The other way of reading has words of that many bytes. */
	if (size > 1000)
		return -1;
	content = strndup((const char *)data, size);
	copy = strdup(content);
	preset = unit_parse_preset(copy, UNIT, &number);
	check(content, preset, number);
	return 0;
}
