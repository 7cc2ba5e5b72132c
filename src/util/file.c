// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading with a bound, writing with a promise.
 *
 * Everything that cordon reads may have been put there by somebody careless: a FIFO in place of a
 * file, a log of 100 MB under the name of a configuration file. And everything that it writes must
 * survive the plug being pulled between any two system calls. Both are settled here once.
 */

#include "util/file.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>

char *file_under(const char *root, const char *path)
{
	return strdup_printf("%s%s", root && strcmp(root, "/") != 0 ? root : "", path);
}

/* Reads to the end or to @max + 1 bytes, whichever comes first. */
static int read_up_to(int fd, size_t max, char **data, size_t *size)
{
	_cleanup_free_ char *buffer = NULL;
	size_t capacity = 4096, length = 0;

	for (;;) {
		char *larger;
		ssize_t n;

		if (capacity > max + 1)
			capacity = max + 1;
		larger = realloc(buffer, capacity + 1);
		if (!larger)
			return -ENOMEM;
		buffer = larger;
		n = read(fd, buffer + length, capacity - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		length += (size_t)n;
		if (n == 0 || length > max)
			break;
		if (length == capacity)
			capacity *= 2;
	}
	buffer[length] = '\0';
	*data = TAKE_PTR(buffer);
	*size = length;
	return 0;
}

static int open_for_reading(const char *path, struct stat *st)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return -errno;
	if (fstat(fd, st) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

int file_read_open(int fd, const struct stat *st, size_t max, char **data, size_t *size)
{
	_cleanup_free_ char *content = NULL;
	size_t length;
	int r;

	if (!S_ISREG(st->st_mode))
		return -EINVAL;
	r = read_up_to(fd, max, &content, &length);
	if (r < 0)
		return r;
	if (length > max)
		return -EFBIG;
	*data = TAKE_PTR(content);
	if (size)
		*size = length;
	return 0;
}

int file_read(const char *path, size_t max, char **data, size_t *size)
{
	struct stat st;
	_cleanup_close_ int fd = open_for_reading(path, &st);

	return fd < 0 ? fd : file_read_open(fd, &st, max, data, size);
}

int file_read_virtual(const char *path, size_t max, char **data, size_t *size)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	size_t length;
	int r;

	fd = open_for_reading(path, &st);
	if (fd < 0)
		return fd;
	r = read_up_to(fd, max, data, &length);
	if (r < 0)
		return r;
	if (length > max)
		(*data)[length = max] = '\0';
	if (size)
		*size = length;
	return 0;
}

int file_check_owner(const char *path, const struct stat *st, char **why)
{
	if (st->st_uid != 0)
		return fail(why, EPERM,
			"%s: owned by user %u, not by root, so it is not believed; "
			"chown root %s, or remove it",
			path, st->st_uid, path);
	/* Devices such as /dev/null, to which a drop-in may be linked, are everybody's to write. */
	if (S_ISREG(st->st_mode) && st->st_mode & (S_IWGRP | S_IWOTH))
		return fail(why, EPERM,
			"%s: users other than root may write it (mode %04o), so it is not "
			"believed; chmod go-w %s",
			path, st->st_mode & 07777, path);
	return 0;
}

bool file_is_null_target(const char *target)
{
	if (*target == '/')
		return strcmp(target, "/dev/null") == 0;
	while (strncmp(target, "../", 3) == 0)
		target += 3;
	return strcmp(target, "dev/null") == 0;
}

int file_check_trusted(const char *path, char **why)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	return file_check_owner(path, &st, why);
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		size -= (size_t)n;
	}
	return 0;
}

int file_sync_parent(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

static int write_and_sync(int fd, const void *data, size_t size, mode_t mode)
{
	int r = write_all(fd, data, size);

	if (r < 0)
		return r;
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

int file_write_atomic(const char *path, const void *data, size_t size, mode_t mode)
{
	_cleanup_free_ char *temporary = strdup_printf("%s.XXXXXX", path);
	_cleanup_close_ int fd = -1;
	int r;

	if (!temporary)
		return -ENOMEM;
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	r = write_and_sync(fd, data, size, mode);
	if (r == 0 && rename(temporary, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(temporary);
		return r;
	}
	return file_sync_parent(path);
}

int file_set_aside(const char *path)
{
	_cleanup_free_ char *broken = strdup_printf("%s.broken", path);

	if (!broken)
		return -ENOMEM;
	if (rename(path, broken) < 0)
		unlink(path);
	return 0;
}

/* Does the file end in the middle of a line? */
static bool is_torn(int fd)
{
	struct stat st;
	char last;

	return fstat(fd, &st) == 0 && st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) == 1 &&
	       last != '\n';
}

int file_append_line(const char *path, const char *line, mode_t mode)
{
	_cleanup_free_ char *whole = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -errno;
	whole = strdup_printf("%s%s\n", is_torn(fd) ? "\n" : "", line);
	if (!whole)
		return -ENOMEM;
	r = write_all(fd, whole, strlen(whole));
	if (r < 0)
		return r;
	if (fsync(fd) < 0)
		return -errno;
	return file_sync_parent(path);
}

int file_touch(const char *path)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;

	if (!copy)
		return -ENOMEM;
	if (mkdir(dirname(copy), 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : 0;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}
