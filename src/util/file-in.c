// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of another root directory: an image, a fixture, a mounted disk.
 *
 * An absolute link in an image means a file of the image. Resolved by the host it would lead to the
 * host's own file, and a hostile image could have cordon read whatever it likes. openat2(2)
 * resolves inside of a root (RESOLVE_IN_ROOT); where the kernel has none (before 5.6) only the
 * running system can be read.
 */

#include "util/file.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES_MAX 4096

static int open_resolved(const char *root, const char *path, int flags, uint64_t resolve)
{
	const struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | resolve,
	};
	_cleanup_close_ int folder = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	long fd;

	if (folder < 0)
		return -errno;
	fd = syscall(SYS_openat2, folder, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

int file_open_in(const char *root, const char *path, int flags)
{
	int fd;

	/* O_PATH takes no O_NONBLOCK there: openat2(2) refuses what open(2) ignores. */
	if (root[0])
		return open_resolved(root, path,
			flags & O_PATH ? flags : flags | O_NONBLOCK | O_NOCTTY,
			RESOLVE_NO_MAGICLINKS);
	fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int file_open_folder_in(const char *root, const char *path)
{
	return open_resolved(
		root[0] ? root : "/", path, O_RDONLY | O_DIRECTORY, RESOLVE_NO_SYMLINKS);
}

static int open_with_stat(const char *root, const char *path, struct stat *st)
{
	int fd = file_open_in(root, path, O_RDONLY);

	if (fd >= 0 && fstat(fd, st) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

int file_read_in(const char *root, const char *path, size_t max, char **data, size_t *size)
{
	struct stat st;
	_cleanup_close_ int fd = open_with_stat(root, path, &st);

	return fd < 0 ? fd : file_read_open(fd, &st, max, data, size);
}

int file_read_trusted_in(
	const char *root, const char *path, size_t max, char **data, size_t *size, char **why)
{
	struct stat st;
	_cleanup_close_ int fd = open_with_stat(root, path, &st);
	int r = fd < 0 ? fd : file_check_owner(path, &st, why);

	if (r == 0)
		r = file_read_open(fd, &st, max, data, size);
	if (r == -EINVAL)
		return fail(why, EINVAL, "%s: not a regular file, so it is not read", path);
	if (r == -EFBIG)
		return fail(why, EFBIG, "%s: longer than %zu bytes, so it is not read", path, max);
	return r;
}

int file_read_text_in(const char *root, const char *path, size_t max, char **text, char **why)
{
	_cleanup_free_ char *data = NULL, *reason = NULL;
	size_t size;
	int r = file_read_trusted_in(root, path, max, &data, &size, &reason);

	if (r == -ENOENT || r == -ENOMEM)
		return r;
	if (r == 0 && memchr(data, '\0', size))
		return fail(why, EINVAL, "%s: has NUL bytes in it, so it is not read", path);
	if (r < 0)
		return reason ? fail(why, -r, "%s", reason)
			      : fail(why, -r, "%s: %s", path, strerror(-r));
	*text = TAKE_PTR(data);
	return 0;
}

static int collect(DIR *folder, struct strv *names)
{
	const struct dirent *entry;
	size_t count = 0;

	while ((entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (++count > ENTRIES_MAX)
			return -E2BIG;
		if (strv_addf(names, "%s", entry->d_name) < 0)
			return -ENOMEM;
	}
	return 0;
}

int file_list_in(const char *root, const char *path, struct strv *names)
{
	_cleanup_(strv_clear) struct strv found = {0};
	_cleanup_closedir_ DIR *folder = NULL;
	int fd = file_open_in(root, path, O_RDONLY | O_DIRECTORY), r;

	if (fd < 0)
		return fd;
	folder = fdopendir(fd);
	if (!folder) {
		close(fd);
		return -ENOMEM;
	}
	r = collect(folder, &found);
	strv_sort(&found);
	return r < 0 ? r : strv_move(&found, names);
}

bool file_exists_in(const char *root, const char *path)
{
	_cleanup_close_ int fd = -1;

	if (!root[0])
		return file_exists(path);
	fd = file_open_in(root, path, O_PATH);
	return fd >= 0;
}

static ssize_t read_link(const char *root, const char *path, char *buffer, size_t size)
{
	_cleanup_close_ int fd = -1;

	if (!root[0])
		return readlink(path, buffer, size);
	fd = file_open_in(root, path, O_PATH | O_NOFOLLOW);
	return fd < 0 ? -1 : readlinkat(fd, "", buffer, size);
}

bool file_is_link_in(const char *root, const char *path, char **target)
{
	char buffer[4096];
	ssize_t n = read_link(root, path, buffer, sizeof(buffer) - 1);

	if (n <= 0)
		return false;
	buffer[n] = '\0';
	if (target) {
		char *copy = strdup(buffer);

		if (!copy)
			return false;
		*target = copy;
	}
	return true;
}

static int make_folder_in(const char *root, const char *folder)
{
	_cleanup_free_ char *copy = strdup(folder), *other = strdup(folder);
	_cleanup_close_ int parent = -1;

	if (!copy || !other)
		return -ENOMEM;
	parent = file_open_in(root, dirname(copy), O_RDONLY | O_DIRECTORY);
	if (parent < 0)
		return parent;
	if (mkdirat(parent, basename(other), 0755) < 0)
		return errno == EEXIST ? 0 : -errno;
	return fsync(parent) < 0 ? -errno : 0;
}

/* What the kernel calls this folder; its name has no links in it. */
static int name_of_folder(int fd, char **name)
{
	_cleanup_free_ char *link = strdup_printf("/proc/self/fd/%d", fd);
	char target[4096];
	ssize_t n = link ? readlink(link, target, sizeof(target)) : -1;

	if (n < 0)
		return link ? -errno : -ENOMEM;
	if (n == (ssize_t)sizeof(target))
		return -ENAMETOOLONG;
	*name = strndup(target, (size_t)n);
	return *name ? 0 : -ENOMEM;
}

int file_resolve_in(const char *root, const char *path, bool make, char **place)
{
	_cleanup_free_ char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = -1;
	int r = folder ? 0 : -ENOMEM;

	if (r == 0 && make)
		r = make_folder_in(root, folder);
	if (r < 0)
		return r;
	fd = file_open_in(root, folder, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	/* The running system's files keep the names that people know. */
	r = root[0] ? name_of_folder(fd, &name) : 0;
	if (r == 0)
		*place = strdup_printf("%s%s", name ? name : folder, strrchr(path, '/'));
	return r == 0 && !*place ? -ENOMEM : r;
}
