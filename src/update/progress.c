// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One small JSON file, replaced as a whole with every step, so that a reader sees a step or the one
 * before it and never half of one, and needs no connection to the process that writes.
 */

#include "update/progress.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"

#include <errno.h>
#include <jansson.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

#define SCHEMA	     1
#define PROGRESS_MAX (64U << 10)

static int make_folder(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);

	if (!copy)
		return -ENOMEM;
	return mkdir(dirname(copy), 0755) < 0 && errno != EEXIST ? -errno : 0;
}

/* Not every package manager's output is UTF-8, and the percentage is worth having alone. */
static json_t *foreign_string(const char *value)
{
	json_t *string = json_string(value ? value : "");

	return string ? string : json_string("");
}

char *progress_format(const struct update_step *step, const char *since)
{
	_cleanup_(cleanup_json) json_t *root = NULL;

	root = json_pack("{s:i, s:s, s:i, s:o, s:i, s:s}", "schema", SCHEMA, "state", step->state,
		"percent", (int)step->percent, "message", foreign_string(step->message), "pid",
		(int)getpid(), "since", since);
	if (root && step->package && *step->package)
		json_object_set_new(root, "package", foreign_string(step->package));
	if (root && step->bytes_total > 0) {
		json_object_set_new(root, "bytes", json_integer((json_int_t)step->bytes));
		json_object_set_new(
			root, "bytes_total", json_integer((json_int_t)step->bytes_total));
	}
	if (root && step->seconds_left > 0)
		json_object_set_new(root, "seconds_left", json_integer(step->seconds_left));
	return json_write(root, JSON_COMPACT);
}

int progress_write(const char *path, const struct update_step *step, const char *since)
{
	_cleanup_free_ char *content = progress_format(step, since);
	int r = content ? make_folder(path) : -ENOMEM;

	return r < 0 ? r : file_write_atomic(path, content, strlen(content), 0644);
}

int progress_parse(const char *content, size_t size, struct update_progress *progress)
{
	_cleanup_(progress_clear) struct update_progress read = {0};
	_cleanup_(cleanup_json) json_t *root = json_loadb(content, size, 0, NULL);
	const char *state, *message, *since, *package = "";
	json_int_t bytes = 0, bytes_total = 0;
	int schema, percent, pid = 0, seconds_left = 0;

	if (!root ||
		json_unpack(root, "{s:i, s:s, s:i, s:s, s?i, s:s, s?s, s?I, s?I, s?i}", "schema",
			&schema, "state", &state, "percent", &percent, "message", &message, "pid",
			&pid, "since", &since, "package", &package, "bytes", &bytes, "bytes_total",
			&bytes_total, "seconds_left", &seconds_left) < 0)
		return -EBADMSG;
	if (schema != SCHEMA || percent < 0 || percent > 100 || bytes < 0 || bytes_total < 0 ||
		seconds_left < 0)
		return -EBADMSG;
	read = (struct update_progress){.state = strdup(state),
		.message = strdup(message),
		.percent = (unsigned int)percent,
		.pid = pid,
		.since = strdup(since),
		.package = strdup(package),
		.bytes = (unsigned long long)bytes,
		.bytes_total = (unsigned long long)bytes_total,
		.seconds_left = (unsigned int)seconds_left};
	if (!read.state || !read.message || !read.since || !read.package)
		return -ENOMEM;
	*progress = read;
	read = (struct update_progress){0};
	return 0;
}

int progress_read(const char *path, struct update_progress *progress)
{
	_cleanup_free_ char *content = NULL;
	size_t size;
	int r = file_read(path, PROGRESS_MAX, &content, &size);

	return r < 0 ? r : progress_parse(content, size, progress);
}

void progress_clear(struct update_progress *progress)
{
	free(progress->state);
	free(progress->message);
	free(progress->since);
	free(progress->package);
	*progress = (struct update_progress){0};
}
