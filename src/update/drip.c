// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A mirror that sends a byte now and then keeps every time-out of a connection from coming due, and
 * an update from ever ending. So it is looked at what has arrived, which no server can fake.
 */

#include "update/drip.h"

#include "util/cleanup.h"
#include "util/when.h"

#include <fcntl.h>
#include <sys/stat.h>

static unsigned long long bytes_in(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	unsigned long long sum = 0;
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir)))
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode))
			sum += (unsigned long long)st.st_size;
	return sum;
}

bool drip_is_worth_it(struct drip *drip, bool is_fetching)
{
	const long long now = when_monotonic();
	unsigned long long bytes = 0, moved;

	for (size_t i = 0; drip->folders[i]; i++)
		bytes += bytes_in(drip->folders[i]);
	/* What is complete is moved away, so that less is progress, too. */
	moved = bytes > drip->bytes ? bytes - drip->bytes : drip->bytes - bytes;
	if (!is_fetching || drip->since == 0 || moved >= DRIP_RATE * DRIP_WINDOW) {
		drip->bytes = bytes;
		drip->since = now;
		return true;
	}
	drip->dried_up = now - drip->since > DRIP_WINDOW * 1000LL;
	return !drip->dried_up;
}
