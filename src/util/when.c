// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one place that turns the clock into text. A machine whose clock is wrong writes a wrong time;
 * the order of the history's lines, not their times, tells what came first.
 */

#include "util/when.h"

#include <errno.h>
#include <time.h>

char *when_now(char buffer[static WHEN_SIZE])
{
	return when_later(0, buffer);
}

char *when_later(unsigned int seconds, char buffer[static WHEN_SIZE])
{
	time_t now = time(NULL) + seconds;
	struct tm parts;

	gmtime_r(&now, &parts);
	if (strftime(buffer, WHEN_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		buffer[0] = '\0';
	return buffer;
}

int when_parse(const char *text, time_t *when)
{
	struct tm parts = {0};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);

	if (!end || *end)
		return -EINVAL;
	*when = timegm(&parts);
	return 0;
}

long long when_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
