// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What rpm says once and never again, kept on disk until it is mended.
 */

#include "update/rpm/scripts.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/stream.h"

#include <errno.h>
#include <string.h>

#define LIST_MAX (1U << 20)

int rpm_scripts_read(const char *path, struct strv *lines, char **why)
{
	_cleanup_free_ char *content = NULL;
	char *rest, *line;
	int r = file_read(path, LIST_MAX, &content, NULL);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return fail(why, -r,
			"%s: cannot be read (%s), so that it is not known which packages' scripts "
			"failed",
			path, strerror(-r));
	rest = content;
	while (r == 0 && (line = strsep(&rest, "\n")))
		if (*line)
			r = strv_addf(lines, "%s", line);
	return r;
}

char *rpm_scripts_name(const char *line)
{
	return strndup(line, strcspn(line, ": "));
}

static int find(const struct strv *lines, const char *name)
{
	for (size_t i = 0; i < lines->count; i++) {
		_cleanup_free_ char *other = rpm_scripts_name(lines->items[i]);

		if (!other)
			return -ENOMEM;
		if (strcmp(other, name) == 0)
			return 1;
	}
	return 0;
}

int rpm_scripts_remember(const char *path, const char *name, const char *what, char **why)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	_cleanup_free_ char *line = strdup_printf("%s: %s", name, what);
	int r = rpm_scripts_read(path, &lines, why);

	if (r == 0)
		r = line ? find(&lines, name) : -ENOMEM;
	if (r != 0)
		return r < 0 ? r : 0;
	r = file_append_line(path, line, 0644);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

static int write_lines(const char *path, const struct strv *lines, char **why)
{
	_cleanup_free_ char *content = NULL;
	struct stream stream;
	FILE *out = stream_open(&stream);
	int r;

	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < lines->count; i++)
		fprintf(out, "%s\n", lines->items[i]);
	content = stream_close(&stream);
	if (!content)
		return -ENOMEM;
	if (stream.size > 0)
		r = file_write_atomic(path, content, stream.size, 0644);
	else
		r = unlink(path) < 0 && errno != ENOENT ? -errno : file_sync_parent(path);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

int rpm_scripts_forget(const char *path, const struct strv *names, char **why)
{
	_cleanup_(strv_clear) struct strv lines = {0}, kept = {0};
	int r = rpm_scripts_read(path, &lines, why);

	for (size_t i = 0; r == 0 && i < lines.count; i++) {
		_cleanup_free_ char *name = rpm_scripts_name(lines.items[i]);

		if (!name)
			return -ENOMEM;
		if (!strv_has(names, name))
			r = strv_addf(&kept, "%s", lines.items[i]);
	}
	if (r < 0 || kept.count == lines.count)
		return r;
	return write_lines(path, &kept, why);
}
