// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit trail: JSON lines, only ever appended to.
 *
 * One line is one event, with its time first. A power cut can tear the last line; the next append
 * ends it, and reading passes over it and says so.
 */

#include "state/record.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define HISTORY_SIZE_MAX (16U << 20)

DEFINE_CLEANUP(json, json_t *, json_decref)

char *history_format(const char *event, json_t *details)
{
	_cleanup_(cleanup_json) json_t *entry = NULL, *added = details;
	char now[WHEN_SIZE];

	entry = json_pack("{s:s, s:s}", "time", when_now(now), "event", event);
	if (!entry || (added && json_object_update_missing(entry, added) < 0))
		return NULL;
	return json_dumps(entry, JSON_COMPACT);
}

int history_append(const char *root, const char *event, json_t *details, char **why)
{
	_cleanup_free_ char *path = NULL, *line = history_format(event, details);
	int r;

	if (!line)
		return -ENOMEM;
	r = file_place_in(root, HISTORY_FILE, false, &path);
	if (r == 0)
		r = file_append_line(path, line, 0644);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", HISTORY_FILE, strerror(-r));
	return 0;
}

int history_parse(char *content, size_t size, json_t **entries, unsigned int *skipped)
{
	json_t *list = json_array();
	unsigned int left_out = 0;
	char *rest = content, *line;

	if (!list)
		return -ENOMEM;
	/* A power cut may leave a run of zeroes, which must not hide the lines behind it. */
	for (size_t i = 0; i < size; i++)
		if (content[i] == '\0')
			content[i] = '?';
	while ((line = strsep(&rest, "\n")) != NULL) {
		json_t *entry = *line ? json_loads(line, 0, NULL) : NULL;

		if (json_is_object(entry))
			json_array_append(list, entry);
		else if (*line)
			left_out++;
		json_decref(entry);
	}
	*entries = list;
	*skipped = left_out;
	return 0;
}

int history_load(const char *root, json_t **entries, unsigned int *skipped, char **why)
{
	_cleanup_free_ char *content = NULL;
	size_t size = 0;
	int r = file_read_in(root, HISTORY_FILE, HISTORY_SIZE_MAX, &content, &size);

	if (r < 0 && r != -ENOENT)
		return fail(why, -r, "%s: cannot be read: %s", HISTORY_FILE, strerror(-r));
	return history_parse(content, size, entries, skipped);
}
