// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit trail: JSON lines, only ever appended to, and the same to the journal.
 *
 * One line is one event, with its time first. A power cut can tear the last line; the next append
 * ends it, and reading passes over it and says so.
 *
 * At 1 MiB the file becomes history.jsonl.1, in place of an older one. That comes after the append,
 * so that a full disk, which fails it, takes nothing away; a power cut finds either names. What is
 * no regular file, under either name, is left alone, and the trail goes on where it is.
 */

#include "state/record.h"

#include "state/journal.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"
#include "util/process.h"
#include "util/when.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define HISTORY_SIZE_MAX (16U << 20)

json_t *history_entry(const char *event, json_t *details)
{
	_cleanup_(cleanup_json) json_t *entry = NULL, *added = details;
	char now[WHEN_SIZE];
	const char *key;
	json_t *value;

	if (!added)
		return NULL;
	entry = json_pack("{s:s, s:s}", "time", when_now(now), "event", event);
	/* Not json_object_update_missing(), which ignores what it could not set. */
	json_object_foreach(added, key, value)
	{
		if (!json_object_get(entry, key))
			json_put(&entry, key, json_incref(value));
	}
	return TAKE_PTR(entry);
}

static bool is_file_or_nothing(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 ? errno == ENOENT : S_ISREG(st.st_mode);
}

/* Is it still this file that has the name? */
static bool is_named(const struct stat *file, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_dev == file->st_dev && st.st_ino == file->st_ino;
}

/* Of two that find the file long one moves it, and the other goes on: it would move the new, short
 * one over what was moved just now. Nobody waits, and only who may write it can have this lock. */
static void rotate(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	_cleanup_free_ char *older = strdup_printf("%s.1", path);
	struct stat st;

	if (fd < 0 || !older || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) ||
		st.st_size < HISTORY_ROTATE_SIZE || fcntl(fd, F_OFD_SETLK, &lock) < 0 ||
		!is_named(&st, path) || !is_file_or_nothing(older))
		return;
	if (rename(path, older) == 0)
		file_sync_parent(path);
}

static int write_entry(const char *root, const json_t *entry, char **why)
{
	_cleanup_free_ char *path = NULL, *line = json_write(entry, JSON_COMPACT);
	int r = line ? file_resolve_in(root, HISTORY_FILE, false, &path) : -ENOMEM;

	if (r == 0)
		r = file_append_line(path, line, 0644);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", HISTORY_FILE, strerror(-r));
	rotate(path);
	return 0;
}

/* An image is not this system, whose journal would tell of a machine that it is not. */
static void tell_journal(const char *root, const struct history_event *event, json_t *entry)
{
	_cleanup_free_ char *data = NULL;
	size_t size = 0;

	if (root[0] || !process_is_in_running_system())
		return;
	data = journal_format(event, entry, &size);
	if (data)
		journal_send(JOURNAL_SOCKET, data, size);
}

int history_append(const char *root, const char *event, json_t *details, char **why)
{
	const struct history_event *known = history_event_find(event);
	_cleanup_(cleanup_json) json_t *entry = history_entry(event, details);

	if (!known)
		return fail(why, EINVAL, "history: %s: there is no such event", event);
	if (!entry)
		return -ENOMEM;
	/* In any case: it is what is left where the disk is full. */
	tell_journal(root, known, entry);
	return write_entry(root, entry, why);
}

int history_parse(char *content, size_t size, json_t **entries, unsigned int *skipped)
{
	_cleanup_(cleanup_json) json_t *list = json_array();
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

		if (json_is_object(entry)) {
			json_add(&list, entry);
			if (!list)
				return -ENOMEM;
			continue;
		}
		if (*line)
			left_out++;
		json_decref(entry);
	}
	*entries = TAKE_PTR(list);
	*skipped = left_out;
	return 0;
}

/* One generation. Return: as history_load(). */
static int read_generation(
	const char *root, const char *path, char **content, size_t *size, char **why)
{
	int r = file_read_in(root, path, HISTORY_SIZE_MAX, content, size);

	if (r < 0 && r != -ENOENT)
		return fail(why, -r, "%s: cannot be read: %s", path, strerror(-r));
	return 0;
}

int history_load(const char *root, json_t **entries, unsigned int *skipped, char **why)
{
	_cleanup_free_ char *newer = NULL, *older = NULL;
	_cleanup_(cleanup_json) json_t *list = NULL, *rest = NULL;
	size_t newer_size = 0, older_size = 0;
	unsigned int torn = 0, more = 0;
	/* In this order: what is moved meanwhile is read twice, not missed. */
	int r = read_generation(root, HISTORY_FILE, &newer, &newer_size, why);

	if (r == 0)
		r = read_generation(root, HISTORY_OLDER, &older, &older_size, why);
	if (r == 0 && newer_size > 0 && older_size >= newer_size &&
		memcmp(older, newer, newer_size) == 0)
		newer_size = 0;
	if (r == 0)
		r = history_parse(older, older_size, &list, &torn);
	if (r == 0)
		r = history_parse(newer_size ? newer : NULL, newer_size, &rest, &more);
	if (r == 0 && json_array_extend(list, rest) < 0)
		r = -ENOMEM;
	if (r < 0)
		return r;
	*entries = TAKE_PTR(list);
	*skipped = torn + more;
	return 0;
}
