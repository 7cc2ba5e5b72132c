// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asking rpm itself what its managers do not tell: whether a transaction is going on, whether one
 * was cut off, and what it left behind.
 *
 * A package whose installation was cut off is in the database, with the new version, before its
 * scripts have run; nothing is pending any more then. What was installed when cordon began is
 * written down, so that it can tell which packages those are.
 */

#include "update/rpm/rpm.h"

#include "update/rpm/scripts.h"
#include "update/waiting.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/run.h"
#include "util/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIST_MAX (16U << 20)

/* Where the database is: of old, and of Fedora 36 and SUSE; the former is often a link. */
static const char *const folders[] = {"/var/lib/rpm", "/usr/lib/sysimage/rpm"};

bool rpm_is_in_use(void)
{
	static const char *const databases[] = {"rpmdb.sqlite", "Packages.db", "Packages"};
	struct stat st;

	if (!file_exists(RPM))
		return false;
	for (size_t i = 0; i < ELEMENTS(folders); i++)
		for (size_t j = 0; j < ELEMENTS(databases); j++) {
			_cleanup_free_ char *path =
				strdup_printf("%s/%s", folders[i], databases[j]);

			if (path && stat(path, &st) == 0 && st.st_size > 0)
				return true;
		}
	return false;
}

/* Whoever installs holds a lock of the whole file for writing; who only asks holds none. */
static bool is_lock_held(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type == F_WRLCK;
}

bool rpm_is_locked(void)
{
	return is_lock_held("/var/lib/rpm/.rpm.lock") ||
	       is_lock_held("/usr/lib/sysimage/rpm/.rpm.lock");
}

int rpm_wait(const struct update_audience *audience, char **why)
{
	struct waiting waiting = {.audience = audience};
	int r = 0;

	while (r == 0 && rpm_is_locked())
		r = waiting_pause(&waiting, RETRY_LOCK, _("rpm is installing packages"), 1, why);
	if (r > 0)
		return fail(why, EBUSY,
			"another program has been installing rpm packages for %u minutes; wait "
			"until it has ended, then run cordon update again",
			LIMIT_LOCK / MINUTES);
	if (r == 0)
		waiting_end(&waiting);
	return r;
}

/* Its whole answer; what rpm does not know of itself is no answer. */
static int query(const char *const *argv, char **answer, char **why)
{
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	const struct command command = {.argv = argv, .limit = LIMIT_QUERY};
	int r = run_command(&command, &output, why);

	if (r < 0)
		return r;
	if (output.status != 0) {
		reason = output_excerpt(&output);
		return fail(why, EIO,
			"rpm cannot tell which packages are installed (exit status %d): %s; "
			"\"rpm --rebuilddb\" mends its database",
			output.status, reason ? reason : "");
	}
	*answer = output.out ? TAKE_PTR(output.out) : strdup("");
	return *answer ? 0 : -ENOMEM;
}

/* As RPM_BEGUN has it. */
static int list_installed(char **installed, char **why)
{
	static const char *const argv[] = {
		RPM, "-qa", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n", NULL};

	return query(argv, installed, why);
}

int rpm_begin(char **why)
{
	_cleanup_free_ char *installed = NULL;
	int r = list_installed(&installed, why);

	if (r < 0)
		return r;
	r = file_write_atomic(RPM_BEGUN, installed, strlen(installed), 0644);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", RPM_BEGUN, strerror(-r)) : 0;
}

int rpm_end(char **why)
{
	int r = unlink(RPM_BEGUN) < 0 && errno != ENOENT ? -errno : file_sync_parent(RPM_BEGUN);

	return r < 0 ? fail(why, -r, "%s: cannot be removed: %s", RPM_BEGUN, strerror(-r)) : 0;
}

/* Both are lists of lines; a line of the one that is not in the other. */
static bool has_line(const char *list, const char *line)
{
	const size_t length = strlen(line);

	for (const char *at = list; (at = strstr(at, line)); at += length)
		if ((at == list || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
			return true;
	return false;
}

static int remember_new(const char *before, char *after, char **why)
{
	char *line;
	int r = 0;

	while (r == 0 && (line = strsep(&after, "\n"))) {
		_cleanup_free_ char *name = NULL;

		if (!*line || has_line(before, line) || strncmp(line, "gpg-pubkey-", 11) == 0)
			continue;
		name = rpm_name(line);
		r = name ? rpm_scripts_remember(RPM_SCRIPTS_FAILED, name,
				   "an update was cut off while it was installed, so that its "
				   "scripts may not have run",
				   why)
			 : -ENOMEM;
	}
	return r;
}

int rpm_settle(const struct update_audience *audience, char **why)
{
	_cleanup_free_ char *before = NULL, *after = NULL;
	int r = rpm_wait(audience, why);

	if (r < 0)
		return r;
	r = file_read(RPM_BEGUN, LIST_MAX, &before, NULL);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return fail(why, -r, "%s: cannot be read: %s", RPM_BEGUN, strerror(-r));
	r = list_installed(&after, why);
	if (r == 0)
		r = remember_new(before, after, why);
	return r < 0 ? r : rpm_end(why);
}

/* What provides one of these may be installed in several versions at a time. */
static int find_several(char **names, char **why)
{
	static const char *const argv[] = {RPM, "-q", "--qf", "%{NAME}\\n", "--whatprovides",
		"installonlypkg(kernel)", "installonlypkg(kernel-module)", "installonlypkg(vm)",
		"multiversion(kernel)", "kernel", "kernel-PAE", NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output output = {0};
	int r = run_command(&command, &output, why);

	/* Its exit status counts those that nobody provides. */
	if (r < 0)
		return r;
	*names = output.out ? TAKE_PTR(output.out) : strdup("");
	return *names ? 0 : -ENOMEM;
}

/* Sorted lines "NAME.ARCH": which is there twice? */
static int find_repeated(char *sorted, struct strv *names)
{
	const char *last = "";
	char *line;
	int r = 0;

	while (r == 0 && (line = strsep(&sorted, "\n"))) {
		if (*line && strcmp(line, last) == 0 && strncmp(line, "gpg-pubkey.", 11) != 0)
			r = strv_add_once(names, line);
		last = line;
	}
	return r;
}

/* rpm's order is that of its database. */
static int sort_lines(char **text_to_sort)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	char *rest = *text_to_sort, *line, *sorted;
	struct stream stream;
	FILE *out;
	int r = 0;

	while (r == 0 && (line = strsep(&rest, "\n")))
		if (*line)
			r = strv_addf(&lines, "%s", line);
	out = r == 0 ? stream_open(&stream) : NULL;
	if (!out)
		return -ENOMEM;
	strv_sort(&lines);
	for (size_t i = 0; i < lines.count; i++)
		fprintf(out, "%s\n", lines.items[i]);
	sorted = stream_close(&stream);
	if (!sorted)
		return -ENOMEM;
	free(*text_to_sort);
	*text_to_sort = sorted;
	return 0;
}

int rpm_duplicates(struct strv *names, char **why)
{
	static const char *const argv[] = {RPM, "-qa", "--qf", "%{NAME}.%{ARCH}\\n", NULL};
	_cleanup_(strv_clear) struct strv repeated = {0};
	_cleanup_free_ char *installed = NULL, *several = NULL;
	int r = query(argv, &installed, why);

	if (r == 0)
		r = sort_lines(&installed);
	if (r == 0)
		r = find_repeated(installed, &repeated);
	if (r == 0 && repeated.count > 0)
		r = find_several(&several, why);
	for (size_t i = 0; r == 0 && i < repeated.count; i++) {
		_cleanup_free_ char *name = strdup(repeated.items[i]);

		if (!name)
			return -ENOMEM;
		*strrchr(name, '.') = '\0';
		if (!has_line(several, name))
			r = strv_add_once(names, repeated.items[i]);
	}
	return r;
}

int rpm_fill_installed(struct update_list *list, char **why)
{
	static const char *const argv[] = {RPM, "-qa", "--qf", RPM_INSTALLED_FORMAT, NULL};
	_cleanup_free_ char *installed = NULL;
	int r = query(argv, &installed, why);

	return r < 0 ? r : rpm_installed_parse(installed, list);
}

int rpm_has(const char *name, char **why)
{
	const char *argv[] = {RPM, "-q", "--", name, NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output output = {0};
	int r = run_command(&command, &output, why);

	return r < 0 ? r : output.status == 0;
}

int rpm_reboot(struct strv *reasons)
{
	static const char *const markers[] = {"/run/reboot-needed", "/run/reboot-required"};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(markers); i++)
		if (file_exists(markers[i]))
			r = strv_addf(reasons, "an installed package asked for a reboot (%s)",
				markers[i]);
	return r;
}
