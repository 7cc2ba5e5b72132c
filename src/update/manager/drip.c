// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A mirror that sends a byte now and then keeps every time-out of a connection from coming due, and
 * an update from ever ending. So it is looked at what has arrived, which no server can fake, over
 * the time in which this machine had nothing else to do for it.
 */

#include "update/manager/drip.h"

#include "util/cleanup.h"
#include "util/vigil.h"
#include "util/when.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* zypper fetches to "AP_0x0123/x86_64/x.rpm". */
#define DEPTH_MAX 4

/* Milliseconds between two looks that count at most. */
#define PASSED_MAX 3000

static unsigned long long bytes_below(int parent, const char *folder, unsigned int depth);

/* Into folders of the same file system, not into a medium that is mounted there. */
static unsigned long long bytes_of(
	int parent, dev_t device, const struct dirent *entry, unsigned int depth)
{
	const bool is_itself = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	struct stat st;

	if (is_itself || fstatat(parent, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISREG(st.st_mode))
		return (unsigned long long)st.st_size;
	if (S_ISDIR(st.st_mode) && st.st_dev == device && depth < DEPTH_MAX)
		return bytes_below(parent, entry->d_name, depth + 1);
	return 0;
}

static unsigned long long bytes_below(int parent, const char *folder, unsigned int depth)
{
	int fd = openat(
		parent, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW : 0));
	_cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	unsigned long long sum = 0;
	struct dirent *entry;
	struct stat st;

	if (fd >= 0 && !dir)
		close(fd);
	if (!dir || fstat(fd, &st) < 0)
		return 0;
	while ((entry = readdir(dir)))
		sum += bytes_of(fd, st.st_dev, entry, depth);
	return sum;
}

static unsigned long long bytes_in(const char *folder)
{
	return bytes_below(AT_FDCWD, folder, 0);
}

/* What cannot be seen may be waiting. */
static bool is_at_work(pid_t fetcher)
{
	struct vitals vitals;

	return vitals_read("/proc", fetcher, &vitals) == 0 && vitals.busy;
}

bool drip_is_worth_it(struct drip *drip, bool is_fetching, pid_t fetcher)
{
	const long long now = boottime_ms(), passed = now - drip->looked;
	const bool is_first = drip->looked == 0;
	unsigned long long bytes = 0, moved;

	for (size_t i = 0; drip->folders[i]; i++)
		bytes += bytes_in(drip->folders[i]);
	/* What is complete is moved away, so that less is progress, too. */
	moved = bytes > drip->bytes ? bytes - drip->bytes : drip->bytes - bytes;
	drip->looked = now;
	if (!is_fetching || is_first || moved >= DRIP_RATE * DRIP_WINDOW) {
		drip->bytes = bytes;
		drip->waited = 0;
		return true;
	}
	/* A machine that stood still has not waited. */
	if (!is_at_work(fetcher))
		drip->waited += passed < PASSED_MAX ? passed : PASSED_MAX;
	drip->dried_up = drip->waited > DRIP_WINDOW * 1000LL;
	return !drip->dried_up;
}
