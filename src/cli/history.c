// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon history: the audit trail.
 */

#include "cli/cli.h"
#include "state/state.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/log.h"

#include <stdio.h>
#include <string.h>

static void print_entry(json_t *entry)
{
	const char *time = json_string_value(json_object_get(entry, "time"));
	const char *event = json_string_value(json_object_get(entry, "event"));
	const char *key;
	json_t *value;

	printf("%-20s %s", time ? time : "?", event ? event : "?");
	json_object_foreach(entry, key, value)
	{
		_cleanup_free_ char *text =
			json_write(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII);

		if (strcmp(key, "time") != 0 && strcmp(key, "event") != 0)
			printf(" %s=%s", key, text ? text : "?");
	}
	putchar('\n');
}

int verb_history(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;
	_cleanup_free_ char *why = NULL;
	unsigned int skipped = 0;
	struct view view = {0};
	size_t index;
	json_t *entry;
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = history_load(view.root, &entries, &skipped, &why);
	if (r < 0)
		return log_failure("history", why, r);
	if (skipped > 0)
		log_warning("history: %u torn or foreign lines are left out", skipped);
	if (view.json)
		return print_json(json_pack("{s:i, s:O}", "schema", 1, "events", entries));
	json_array_foreach(entries, index, entry) print_entry(entry);
	return EXIT_DONE;
}
