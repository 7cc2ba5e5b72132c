// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The folder belongs to a monitoring system's user, who need not be a friend: on Debian its parent
 * does, too, and so what lies in its place may be anything. Hence no symbolic link is followed on
 * the way to it, and all that happens there goes by its descriptor: the file is made under a new
 * name, and takes the place of whatever has its own. What is left to that user is to spoil
 * the numbers.
 *
 * MUST NOT write what was true before a finish over what is true after it. Gathering takes a second
 * or two; so the phase is looked at anew under the lock, under which it changes.
 */

#include "report/textfile.h"

#include "report/openmetrics.h"
#include "report/report.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/lock.h"
#include "util/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* The package manager is not asked each minute; the numbers say when they were counted. */
#define UPDATES_AGE (15 * 60)

static int open_folder(const char *root, const char *folder, char **why)
{
	int fd = file_open_folder_in(root, folder);

	if (fd == -ELOOP)
		return fail(why, ELOOP,
			"%s: a symbolic link leads there, which others may have made; [Report] "
			"Textfile= has to name the folder itself",
			folder);
	return fd < 0 ? fail(why, -fd, "%s: %s", folder, strerror(-fd)) : fd;
}

int textfile_write(const char *root, const char *folder, const char *metrics, char **why)
{
	_cleanup_close_ int fd = open_folder(root, folder, why);
	_cleanup_free_ char *path =
		fd < 0 ? NULL : strdup_printf("/proc/self/fd/%d/" TEXTFILE_NAME, fd);
	int r;

	if (fd < 0)
		return fd;
	r = path ? file_write_atomic(path, metrics, strlen(metrics), 0644) : -ENOMEM;
	return r < 0 ? fail(why, -r, "%s/%s: %s", folder, TEXTFILE_NAME, strerror(-r)) : 0;
}

/* NULL: the numbers are not wanted. */
static const char *folder_of(const char *root, const struct policy *policy)
{
	if (policy->textfile.value == TEXTFILE_NO)
		return NULL;
	if (policy->textfile.folder)
		return policy->textfile.folder;
	return file_exists_in(root, TEXTFILE_DEBIAN) ? TEXTFILE_DEBIAN : NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool is_still_so(const struct situation *before)
{
	_cleanup_(situation_clear) struct situation now = {0};
	const struct state *state = &before->inputs.state;

	return !file_exists(RUN_RESET) && situation_gather("", SITUATION_NEEDED, &now) == 0 &&
	       now.decision.verdict == before->decision.verdict &&
	       now.inputs.state.phase == state->phase &&
	       is_same(now.inputs.state.since, state->since);
}

static int publish(const char *folder, bool locked, char **why)
{
	_cleanup_(report_clear) struct report report = {0};
	_cleanup_free_ char *metrics = NULL;
	_cleanup_close_ int lock = -1;
	int r = report_gather("", UPDATES_AGE, &report);

	metrics = r < 0 ? NULL : openmetrics_format(&report);
	if (!metrics)
		return -ENOMEM;
	if (!locked)
		lock = lock_take();
	return is_still_so(&report.status.situation) ? textfile_write("", folder, metrics, why) : 0;
}

int textfile_publish(bool locked, char **why)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	int r = policy_load("", &policy);
	const char *folder = r < 0 ? NULL : folder_of("", &policy);

	return folder ? publish(folder, locked, why) : r;
}

int textfile_remove(const char *root, char **why)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	_cleanup_close_ int fd = -1;
	int r = policy_load(root, &policy);
	const char *folder = r < 0 ? NULL : folder_of(root, &policy);

	if (!folder)
		return r;
	fd = file_open_folder_in(root, folder);
	/* Nothing was written where no folder is, or where a link leads to it. */
	if (fd >= 0 && unlinkat(fd, TEXTFILE_NAME, 0) < 0 && errno != ENOENT)
		return fail(why, errno, "%s/%s: %s", folder, TEXTFILE_NAME, strerror(errno));
	return 0;
}
