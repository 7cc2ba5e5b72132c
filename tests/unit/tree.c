// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Folders that come and go with a test. A helper that cannot do its work fails the test at once, so
 * none of them returns an error.
 */

#include "tree.h"

#include <errno.h>
#include <ftw.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SKIPPED 77 /* as meson has it */

/* Root of the namespace is who this was outside. */
static void write_map(const char *path, unsigned int id)
{
	FILE *file = fopen(path, "we");

	if (!file || fprintf(file, "0 %u 1\n", id) < 0 || fflush(file) != 0)
		print_message("%s: cannot be written: %s\n", path, strerror(errno));
	if (file)
		fclose(file);
}

static void deny_setgroups(void)
{
	FILE *file = fopen("/proc/self/setgroups", "we");

	if (!file)
		return;
	fputs("deny\n", file);
	fclose(file);
}

int tree_become_root(void **state)
{
	unsigned int uid = geteuid(), gid = getegid();

	(void)state;
	umask(022);
	if (uid == 0)
		return 0;
	if (unshare(CLONE_NEWUSER) < 0) {
		print_message("skipped: neither root nor a user namespace: %s\n", strerror(errno));
		exit(SKIPPED);
	}
	deny_setgroups();
	write_map("/proc/self/uid_map", uid);
	write_map("/proc/self/gid_map", gid);
	return geteuid() == 0 ? 0 : -1;
}

int tree_setup(void **state)
{
	*state = strdup("/tmp/cordon-test-XXXXXX");
	return *state && mkdtemp(*state) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int tree_teardown(void **state)
{
	int r = nftw(*state, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	*state = NULL;
	return r;
}

const char *tree_path(const char *root, const char *path)
{
	static char paths[16][4096];
	static size_t next;
	char *result = paths[next++ % 16];

	assert_true(snprintf(result, 4096, "%s%s", root, path) < 4096);
	return result;
}

static void make_parents(const char *path)
{
	char part[4096];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		assert_true(mkdir(part, 0755) == 0 || errno == EEXIST);
	}
}

const char *tree_folder(const char *root, const char *path)
{
	const char *full = tree_path(root, path);

	make_parents(full);
	assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
	return full;
}

const char *tree_write_bytes(const char *root, const char *path, const void *data, size_t size)
{
	const char *full = tree_path(root, path);
	FILE *file;

	make_parents(full);
	file = fopen(full, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	return full;
}

const char *tree_write(const char *root, const char *path, const char *content)
{
	return tree_write_bytes(root, path, content, strlen(content));
}

const char *tree_fifo(const char *root, const char *path)
{
	const char *full = tree_path(root, path);

	make_parents(full);
	assert_int_equal(mkfifo(full, 0644), 0);
	return full;
}

const char *tree_link(const char *root, const char *path, const char *target)
{
	const char *full = tree_path(root, path);

	make_parents(full);
	assert_int_equal(symlink(target, full), 0);
	return full;
}

char *tree_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *content = NULL;
	size_t capacity = 0;

	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	if (getdelim(&content, &capacity, '\0', file) < 0) {
		free(content);
		content = strdup("");
	}
	fclose(file);
	return content;
}

size_t tree_count(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(dir);
	return count;
}

size_t tree_count_descriptors(void)
{
	return tree_count("/proc/self/fd");
}

void tree_skip(const char *format, ...)
{
	char why[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	print_message("skipped: %s\n", why);
	skip();
}

/* A user namespace that was made without root has no users but its own. */
void tree_need_other_users(void)
{
	_cleanup_close_ int fd = memfd_create("tree", MFD_CLOEXEC);

	if (fd < 0 || fchown(fd, 4711, 4711) < 0)
		tree_skip("no file can be given to another user: %s", strerror(errno));
}

void tree_need_devices(void)
{
	struct stat st;

	if (stat("/dev/null", &st) < 0 || st.st_uid != 0)
		tree_skip("no device is root's");
}

void tree_mount(const char *folder, const char *options)
{
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("tmpfs", folder, "tmpfs", 0, options) < 0)
		tree_skip("no tmpfs can be mounted: %s", strerror(errno));
}

void tree_unmount(const char *folder)
{
	assert_int_equal(umount2(folder, MNT_DETACH), 0);
}

void deadline_set(void)
{
	alarm(DEADLINE);
}

void deadline_clear(void)
{
	alarm(0);
}

void tree_limit_file_size(long bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < 0 ? limit.rlim_max : (rlim_t)bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

void assert_contains_at(const char *text, const char *part, const char *file, int line)
{
	if (text && strstr(text, part))
		return;
	print_error("\"%s\"\n  lacks \"%s\"\n", text ? text : "(nothing)", part);
	_fail(file, line);
}

void assert_listed_at(const struct strv *list, const char *part, const char *file, int line)
{
	for (size_t i = 0; i < list->count; i++)
		if (strstr(list->items[i], part))
			return;
	print_error("No sentence has \"%s\" in it, among:\n", part);
	for (size_t i = 0; i < list->count; i++)
		print_error("  %s\n", list->items[i]);
	_fail(file, line);
}
