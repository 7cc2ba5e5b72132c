// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A server without a battery starts in the past, one with a bad setting in the future, and both
 * take good metadata for bad. Whether the clock was set by the network is on record in the kernel;
 * that it is in the past, by the system's own files.
 */

#include "util/clock.h"

#include "util/file.h"

#include <sys/stat.h>
#include <sys/timex.h>
#include <time.h>

#define DAY 86400

/* systemd-timesyncd(8) */
#define TIMESYNCD "/run/systemd/timesync/synchronized"

bool clock_is_synchronised(void)
{
	struct timex state = {0};

	return file_exists(TIMESYNCD) ||
	       (adjtimex(&state) != TIME_ERROR && !(state.status & STA_UNSYNC));
}

bool clock_is_before(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && time(NULL) + DAY < st.st_ctime;
}
