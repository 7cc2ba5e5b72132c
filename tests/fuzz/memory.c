// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The folder of scratch.h without a file: it stands in for util/file-in.c as well, so that what
 * walks a whole root is fuzzed as it is, and a look at a path is no system call. The corpora of
 * such targets run with real files, too: what holds for one has to hold for the other.
 *
 * MUST resolve links as openat2(2) does with RESOLVE_IN_ROOT. Unlike there a folder is gone with
 * the last entry in it, and nothing lies behind a link to a folder unless it was written there.
 */

#include "scratch.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

#define ROOT	    "/scratch"
#define ENTRIES_MAX 64
#define PATH_SIZE   1024
#define LINKS_MAX   40 /* the kernel's */

/* What looks a path up is not what is looked at: neither checked nor a place to be reached, and its
 * comparisons teach libFuzzer nothing. */
#ifdef __clang__
#pragma clang attribute push(                                                                      \
	__attribute__((no_sanitize("address", "undefined", "coverage"))), apply_to = function)
#endif

struct entry {
	char path[PATH_SIZE];
	size_t length; /* of the path */
	bool is_link;
	char *content; /* of a file, or the target; malloc'ed */
	size_t size;
};

static struct entry entries[ENTRIES_MAX];
static size_t count;

const char *scratch_root(void)
{
	return ROOT;
}

/* From the end, where paths differ; memcmp(3) would be told to libFuzzer. */
static bool is_same(const char *a, const char *b, size_t length)
{
	while (length > 0 && a[length - 1] == b[length - 1])
		length--;
	return length == 0;
}

static struct entry *find(const char *path, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].length == length && is_same(entries[i].path, path, length))
			return &entries[i];
	return NULL;
}

static bool is_folder(const char *path, size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].length > length && entries[i].path[length] == '/' &&
			is_same(entries[i].path, path, length))
			return true;
	return length == 0;
}

static void put(const char *path, bool is_link, const void *data, size_t size)
{
	struct entry *entry;

	scratch_remove(path);
	if (count == ENTRIES_MAX || strlen(path) >= PATH_SIZE)
		abort();
	entry = &entries[count++];
	entry->length = strlen(path);
	memcpy(entry->path, path, entry->length + 1);
	entry->is_link = is_link;
	entry->size = size;
	entry->content = malloc(size + 1);
	memcpy(entry->content, data, size);
	entry->content[size] = '\0';
}

void scratch_write(const char *path, const void *data, size_t size)
{
	put(path, false, data, size);
}

void scratch_link(const char *path, const char *target)
{
	put(path, true, target, strlen(target));
}

void scratch_remove(const char *path)
{
	struct entry *entry = find(path, strlen(path));

	if (!entry)
		return;
	free(entry->content);
	if (entry != &entries[--count])
		*entry = entries[count];
}

/* Where a walk is: what was passed, without links in it, and what is left to go. */
struct walk {
	char passed[PATH_SIZE], rest[2 * PATH_SIZE];
	size_t length; /* of what was passed */
	unsigned int links;
};

static void go_up(struct walk *walk)
{
	while (walk->length > 0 && walk->passed[--walk->length] != '/')
		;
}

static int go_through(struct walk *walk, const struct entry *link, const char *behind)
{
	char rest[sizeof(walk->rest)];

	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if ((size_t)snprintf(rest, sizeof(rest), "%s%s", link->content, behind) >= sizeof(rest))
		return -ENAMETOOLONG;
	memcpy(walk->rest, rest, strlen(rest) + 1);
	if (*link->content == '/')
		walk->length = 0;
	else
		go_up(walk);
	return 0;
}

/* Goes into one component of the rest, which is @length long; what is left to go is @behind. */
static int go_down(struct walk *walk, size_t length, const char *behind, bool follow)
{
	const struct entry *entry;

	if (walk->length + length + 2 > PATH_SIZE)
		return -ENAMETOOLONG;
	walk->passed[walk->length] = '/';
	memcpy(walk->passed + walk->length + 1, behind - length, length);
	walk->length += length + 1;
	entry = find(walk->passed, walk->length);
	if (entry && entry->is_link && (*behind || follow))
		return go_through(walk, entry, behind);
	if (entry ? *behind && !entry->is_link : !is_folder(walk->passed, walk->length))
		return entry ? -ENOTDIR : -ENOENT;
	memmove(walk->rest, behind, strlen(behind) + 1);
	return 0;
}

static int step(struct walk *walk, bool follow)
{
	char *name = walk->rest + strspn(walk->rest, "/");
	const size_t length = strcspn(name, "/");
	const bool up = length == 2 && strncmp(name, "..", 2) == 0;

	if (length > 0 && !up && !(length == 1 && *name == '.'))
		return go_down(walk, length, name + length, follow);
	if (up)
		go_up(walk);
	memmove(walk->rest, name + length, strlen(name + length) + 1);
	return 0;
}

/* Is there no link on the way, nor a component that is not one? */
static bool is_plain(const char *path, size_t length)
{
	char before = '\0';

	for (size_t i = 0; i < length; before = path[i++])
		if (before == '/' && (path[i] == '/' || path[i] == '.'))
			return false;
	for (size_t i = 0; i < count; i++)
		if (entries[i].is_link && entries[i].length <= length &&
			is_same(entries[i].path, path, entries[i].length))
			return false;
	return *path == '/' && before != '/';
}

/* 0: walk->passed is where @path leads, and *entry what is there; NULL for a folder. */
static int look_up(const char *root, const char *path, bool follow, struct walk *walk,
	const struct entry **entry)
{
	const size_t length = strlen(path);
	int r = 0;

	if (strcmp(root, ROOT) != 0 || length >= PATH_SIZE)
		abort();
	if (length == 0)
		return -ENOENT;
	walk->length = is_plain(path, length) ? length : 0;
	walk->links = 0;
	memcpy(walk->length ? walk->passed : walk->rest, path, length + 1);
	if (walk->length)
		walk->rest[0] = '\0';
	while (r == 0 && walk->rest[0])
		r = step(walk, follow);
	if (r < 0)
		return r;
	*entry = find(walk->passed, walk->length);
	return *entry || is_folder(walk->passed, walk->length) ? 0 : -ENOENT;
}

int file_read_in(const char *root, const char *path, size_t max, char **data, size_t *size)
{
	const struct entry *entry;
	struct walk walk;
	int r = look_up(root, path, true, &walk, &entry);

	if (r == 0 && !entry)
		return -EINVAL;
	if (r == 0 && entry->size > max)
		return -EFBIG;
	if (r < 0)
		return r;
	*data = malloc(entry->size + 1);
	memcpy(*data, entry->content, entry->size + 1);
	if (size)
		*size = entry->size;
	return 0;
}

int file_read_trusted_in(
	const char *root, const char *path, size_t max, char **data, size_t *size, char **why)
{
	int r = file_read_in(root, path, max, data, size);

	return r == -EINVAL || r == -EFBIG ? fail(why, -r, "%s: is not read", path) : r;
}

int file_read_text_in(const char *root, const char *path, size_t max, char **text_out, char **why)
{
	_cleanup_free_ char *data = NULL;
	size_t size;
	int r = file_read_trusted_in(root, path, max, &data, &size, why);

	if (r == 0 && memchr(data, '\0', size))
		return fail(why, EINVAL, "%s: has NUL bytes in it, so it is not read", path);
	if (r == 0)
		*text_out = TAKE_PTR(data);
	return r == 0 || r == -ENOENT ? r : fail(why, -r, "%s: %s", path, strerror(-r));
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(struct strv *names, const char *name, int length)
{
	for (size_t i = 0; i < names->count; i++)
		if (strncmp(names->items[i], name, (size_t)length) == 0 && !names->items[i][length])
			return 0;
	return strv_addf(names, "%.*s", length, name);
}

int file_list_in(const char *root, const char *path, struct strv *names)
{
	_cleanup_(strv_clear) struct strv found = {0};
	const struct entry *entry;
	struct walk walk;
	int r = look_up(root, path, true, &walk, &entry);

	if (r < 0 || entry)
		return r < 0 ? r : -ENOTDIR;
	for (size_t i = 0; r == 0 && i < count; i++) {
		const char *name = entries[i].path + walk.length + 1;

		if (entries[i].length > walk.length && entries[i].path[walk.length] == '/' &&
			is_same(entries[i].path, walk.passed, walk.length))
			r = add_name(&found, name, (int)strcspn(name, "/"));
	}
	if (found.count > 0)
		qsort(found.items, found.count, sizeof(found.items[0]), by_name);
	return r < 0 ? r : strv_move(&found, names);
}

bool file_exists_in(const char *root, const char *path)
{
	const struct entry *entry;
	struct walk walk;

	return look_up(root, path, true, &walk, &entry) == 0;
}

bool file_is_link_in(const char *root, const char *path, char **target)
{
	const struct entry *entry;
	struct walk walk;

	if (look_up(root, path, false, &walk, &entry) < 0 || !entry || !entry->is_link)
		return false;
	if (target)
		*target = strdup(entry->content);
	return true;
}

#ifdef __clang__
#pragma clang attribute pop
#endif
