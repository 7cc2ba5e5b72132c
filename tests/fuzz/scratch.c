// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nothing is synced and no folder is looked for twice: a run costs some system calls and no more.
 */

#include "scratch.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define PATHS 8

static char root[64];

static void end(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	_exit(EXIT_FAILURE);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_root(void)
{
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void write_text(const char *path, const char *content)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, content, strlen(content)) < 0)
		end(path);
}

/* Of a user namespace at least, as the unit tests do it. */
static void become_root(void)
{
	unsigned int uid = geteuid(), gid = getegid();
	char map[32];

	umask(022);
	if (uid == 0)
		return;
	if (unshare(CLONE_NEWUSER) < 0)
		end("neither root nor a user namespace");
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1\n", uid);
	write_text("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1\n", gid);
	write_text("/proc/self/gid_map", map);
}

const char *scratch_root(void)
{
	static const char *const folders[] = {"/dev/shm", "/tmp"};

	for (size_t i = 0; !root[0] && i < ELEMENTS(folders); i++) {
		if (i == 0)
			become_root();
		snprintf(root, sizeof(root), "%s/cordon-fuzz-XXXXXX", folders[i]);
		if (!mkdtemp(root))
			root[0] = '\0';
		else if (atexit(remove_root) != 0)
			end("atexit");
	}
	if (!root[0])
		end("no folder for files");
	return root;
}

const char *scratch_path(const char *path)
{
	static char paths[PATHS][1024];
	static size_t next;
	char *result = paths[next++ % PATHS];

	snprintf(result, sizeof(paths[0]), "%s%s", scratch_root(), path);
	return result;
}

static void make_parents(const char *path)
{
	char part[1024];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			end(part);
	}
}

static int open_for_writing(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
}

void scratch_write(const char *path, const void *data, size_t size)
{
	const char *full = scratch_path(path);
	_cleanup_close_ int fd = open_for_writing(full);

	if (fd < 0) {
		scratch_remove(path);
		make_parents(full);
		fd = open_for_writing(full);
	}
	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		end(full);
}

void scratch_link(const char *path, const char *target)
{
	const char *full = scratch_path(path);

	scratch_remove(path);
	if (symlink(target, full) == 0)
		return;
	make_parents(full);
	if (symlink(target, full) < 0)
		end(full);
}

void scratch_remove(const char *path)
{
	const char *full = scratch_path(path);

	if (unlink(full) < 0 && errno != ENOENT)
		end(full);
}
