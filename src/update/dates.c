// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A signature says who made metadata, not that they are the newest: whoever can answer for a mirror
 * can go on serving last year's. What was seen once is the least that a source has to offer.
 *
 * A damaged record is begun anew and said so: it must not keep a server sealed for ever, and age
 * alone (MaxAge=) still bounds what can be replayed.
 */

#include "update/dates.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define SCHEMA	    1
#define DATES_MAX   (256U << 10)
#define SOURCES_MAX 1024

json_t *dates_parse(const char *content, size_t size)
{
	_cleanup_(cleanup_json) json_t *root = json_loadb(content, size, 0, NULL);
	json_t *sources, *value;
	const char *name;
	int schema;
	time_t date;

	if (!root || json_unpack(root, "{s:i, s:o}", "schema", &schema, "sources", &sources) < 0 ||
		schema != SCHEMA || !json_is_object(sources))
		return NULL;
	json_object_foreach(sources, name,
		value) if (!json_is_string(value) ||
			   when_parse(json_string_value(value), &date) < 0) return NULL;
	return json_incref(sources);
}

static int set_aside(const char *path, char **why)
{
	int r = file_set_aside(path);

	if (r < 0)
		return r;
	fail(why, EBADMSG,
		"%s: damaged, and set aside as %s.broken: it is not known how new the package "
		"sources were before",
		path, path);
	return 1;
}

int dates_load(const char *path, struct dates *dates, char **why)
{
	_cleanup_free_ char *content = NULL;
	size_t size = 0;
	int r = file_read(path, DATES_MAX, &content, &size);

	*dates = (struct dates){.sources = r == 0 ? dates_parse(content, size) : NULL};
	if (dates->sources)
		return 0;
	dates->sources = json_object();
	if (!dates->sources)
		return -ENOMEM;
	if (r < 0 && r != -ENOENT && r != -EFBIG && r != -EINVAL)
		return fail(why, -r, "%s: cannot be read: %s", path, strerror(-r));
	return r == -ENOENT ? 0 : set_aside(path, why);
}

time_t dates_get(const struct dates *dates, const char *source)
{
	const char *value = json_string_value(json_object_get(dates->sources, source));
	time_t date = 0;

	return value && when_parse(value, &date) == 0 ? date : 0;
}

int dates_raise(struct dates *dates, const char *source, time_t date)
{
	char buffer[WHEN_SIZE];

	if (date <= dates_get(dates, source))
		return 0;
	/* Of sources that were removed since, too many, say. */
	if (json_object_size(dates->sources) >= SOURCES_MAX)
		json_object_clear(dates->sources);
	dates->raised = true;
	return json_object_set_new(dates->sources, source, json_string(when_write(date, buffer))) <
			       0
		       ? -ENOMEM
		       : 0;
}

char *dates_format(const struct dates *dates)
{
	_cleanup_(cleanup_json) json_t *root =
		json_pack("{s:i, s:O}", "schema", SCHEMA, "sources", dates->sources);

	return json_write(root, JSON_INDENT(1) | JSON_SORT_KEYS);
}

int dates_save(const char *path, struct dates *dates, char **why)
{
	_cleanup_free_ char *content = NULL;
	int r;

	if (!dates->raised)
		return 0;
	content = dates_format(dates);
	r = content ? file_write_atomic(path, content, strlen(content), 0644) : -ENOMEM;
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

void dates_clear(struct dates *dates)
{
	json_decref(dates->sources);
	*dates = (struct dates){0};
}
