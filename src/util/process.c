// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A program that was updated and not started anew runs from a file that is gone from the disk.
 */

#include "util/process.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/match.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

char *process_link(const char *path)
{
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof(target));

	return length < 0 ? NULL : strndup(target, (size_t)length);
}

char *process_file(const char *proc, const char *pid)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/exe", proc, pid);
	char *target = path ? process_link(path) : NULL;

	if (target && ends_with(target, PROCESS_DELETED))
		target[strlen(target) - strlen(PROCESS_DELETED)] = '\0';
	return target;
}

bool process_is_in_running_system(void)
{
	struct stat ours, theirs;

	return sd_booted() > 0 && stat("/", &ours) == 0 && stat("/proc/1/root/.", &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}
