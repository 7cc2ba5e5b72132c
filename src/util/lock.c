// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file lock in /run, held by a descriptor: it cannot outlive its process.
 */

#include "util/lock.h"

#include "util/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int lock_take(void)
{
	int fd;

	mkdir(RUN_DIRECTORY, 0755);
	fd = open(RUN_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -1;
	while (flock(fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -1;
	}
	return fd;
}
