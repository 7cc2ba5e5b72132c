// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An update on disk does not reach a process that has mapped the old file.
 *
 * The kernel marks such mappings "(deleted)", because dpkg and rpm put a new file in place of the
 * old one by rename. Only executable mappings count, and only those of folders that packages fill:
 * caches, locales, memfd and JIT code are replaced all the time and mean nothing. Processes of
 * another PID namespace belong to a container, which is updated with its image and not by a reboot
 * of this machine; they are left out. So is what exits while one looks.
 */

#include "update/reboot/stale.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/process.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MAPS_MAX     (8U << 20)
#define PROGRAMS_MAX 10
#define PIDS_SHOWN   3

struct program {
	char *name;
	char *file; /* one of the replaced files */
	char *pids; /* "31, 32, 33" */
	unsigned int count;
};

struct programs {
	struct program *items;
	size_t count;
};

static void programs_clear(struct programs *programs)
{
	for (size_t i = 0; i < programs->count; i++) {
		free(programs->items[i].name);
		free(programs->items[i].file);
		free(programs->items[i].pids);
	}
	free(programs->items);
}

static bool is_of_packages(const char *path)
{
	static const char *const folders[] = {
		"/usr/", "/lib/", "/lib32/", "/lib64/", "/bin/", "/sbin/", "/opt/"};

	for (size_t i = 0; i < ELEMENTS(folders); i++)
		if (strncmp(path, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* "7f00-7f10 r-xp 00000000 fe:00 1234   /usr/lib/libc.so.6 (deleted)": its path, if it counts,
 * which is not ended there. Return: its length, or 0. */
static size_t stale_path(const char *line, size_t length, const char **path)
{
	const char *permissions = memchr(line, ' ', length);
	const char *start = memchr(line, '/', length);
	size_t path_length = start ? length - (size_t)(start - line) : 0;

	if (!permissions || !start || length - (size_t)(permissions - line) < 5 ||
		permissions[3] != 'x' || !is_of_packages(start) ||
		path_length <= strlen(PROCESS_DELETED))
		return 0;
	path_length -= strlen(PROCESS_DELETED);
	if (memcmp(start + path_length, PROCESS_DELETED, strlen(PROCESS_DELETED)) != 0)
		return 0;
	*path = start;
	return path_length;
}

int stale_find_file(const char *maps, char **file)
{
	const char *path;

	for (const char *line = maps; *line;) {
		const size_t length = strcspn(line, "\n"), found = stale_path(line, length, &path);

		if (found > 0) {
			*file = strndup(path, found);
			return *file ? 1 : -ENOMEM;
		}
		line += length + (line[length] == '\n');
	}
	return 0;
}

/* 1: yes; 0: no, or it is gone; -ENOMEM. */
static int is_in_our_namespace(const char *proc, const char *pid)
{
	_cleanup_free_ char *their_path = strdup_printf("%s/%s/ns/pid", proc, pid);
	_cleanup_free_ char *our_path = strdup_printf("%s/self/ns/pid", proc);
	char theirs[64], ours[64];
	ssize_t length;

	if (!their_path || !our_path)
		return -ENOMEM;
	length = readlink(their_path, theirs, sizeof(theirs));
	return length > 0 && readlink(our_path, ours, sizeof(ours)) == length &&
	       memcmp(theirs, ours, (size_t)length) == 0;
}

/* Whoever follows the update, or waits for it, ends by itself: no reboot is needed for that. */
static bool is_ours(const char *proc, const char *pid)
{
	_cleanup_free_ char *theirs = process_file(proc, pid), *ours = process_file(proc, "self");

	return theirs && ours && strcmp(theirs, ours) == 0;
}

/* The program of a process, by its file's name; its number when it cannot be told. */
static char *program_name(const char *proc, const char *pid)
{
	_cleanup_free_ char *file = process_file(proc, pid);
	const char *slash = file ? strrchr(file, '/') : NULL;

	if (!file)
		return strdup(pid);
	return strdup(slash ? slash + 1 : file);
}

static struct program *get_program(struct programs *programs, const char *name, const char *file)
{
	struct program *larger, *program;
	const char *slash = strrchr(file, '/');

	for (size_t i = 0; i < programs->count; i++)
		if (strcmp(programs->items[i].name, name) == 0)
			return &programs->items[i];
	larger = reallocarray(programs->items, programs->count + 1, sizeof(*larger));
	if (!larger)
		return NULL;
	programs->items = larger;
	program = &larger[programs->count++];
	*program = (struct program){
		.name = strdup(name), .file = strdup(slash + 1), .pids = strdup("")};
	return program->name && program->file && program->pids ? program : NULL;
}

static int add_pid(struct program *program, const char *pid)
{
	char *longer;

	if (program->count++ >= PIDS_SHOWN)
		return 0;
	longer = strdup_printf("%s%s%s", program->pids, *program->pids ? ", " : "", pid);
	if (!longer)
		return -ENOMEM;
	free(program->pids);
	program->pids = longer;
	return 0;
}

static int look_at(const char *proc, const char *pid, struct programs *programs, char **why)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/maps", proc, pid);
	_cleanup_free_ char *maps = NULL, *file = NULL, *name = NULL;
	struct program *program;
	int r;

	if (!path)
		return -ENOMEM;
	r = is_in_our_namespace(proc, pid);
	if (r <= 0 || is_ours(proc, pid))
		return r < 0 ? r : 0;
	r = file_read_virtual(path, MAPS_MAX, &maps, NULL);
	if (r == -ENOENT || r == -ESRCH)
		return 0;
	if (r < 0)
		return fail(why, -r,
			"%s: cannot be read, so it is not known whether the process uses replaced "
			"files: %s",
			path, strerror(-r));
	r = stale_find_file(maps, &file);
	if (r <= 0)
		return r;
	name = program_name(proc, pid);
	program = name ? get_program(programs, name, file) : NULL;
	return program ? add_pid(program, pid) : -ENOMEM;
}

static int add_sentence(const struct program *program, struct strv *reasons)
{
	_cleanup_free_ char *more = NULL;

	if (program->count > PIDS_SHOWN)
		more = strdup_printf(_(" and %u more"), program->count - PIDS_SHOWN);
	return strv_addf(reasons,
		P_("%s (pid %s%s) still uses the replaced %s; a reboot ends that",
			"%s (pids %s%s) still uses the replaced %s; a reboot ends that",
			program->count),
		program->name, program->pids, more ? more : "", program->file);
}

int stale_add_reasons(const char *proc, struct strv *reasons, char **why)
{
	_cleanup_(programs_clear) struct programs programs = {0};
	_cleanup_closedir_ DIR *dir = opendir(proc);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return fail(why, errno, "%s: cannot be read: %s", proc, strerror(errno));
	while (r == 0 && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			r = look_at(proc, entry->d_name, &programs, why);
	for (size_t i = 0; r == 0 && i < programs.count && i < PROGRAMS_MAX; i++)
		r = add_sentence(&programs.items[i], reasons);
	if (r == 0 && programs.count > PROGRAMS_MAX)
		r = strv_addf(reasons,
			"%zu more programs still use replaced files; a reboot ends that",
			programs.count - PROGRAMS_MAX);
	return r;
}
