// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one place that turns the clock into text. A machine whose clock is wrong writes a wrong time;
 * the order of the history's lines, not their times, tells what came first.
 */

#include "util/when.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>
#include <time.h>

char *when_now(char buffer[static WHEN_SIZE])
{
	return when_later(0, buffer);
}

char *when_later(unsigned int seconds, char buffer[static WHEN_SIZE])
{
	return when_write(time(NULL) + seconds, buffer);
}

char *when_write(time_t when, char buffer[static WHEN_SIZE])
{
	struct tm parts;

	if (!gmtime_r(&when, &parts) ||
		strftime(buffer, WHEN_SIZE, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
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

unsigned int when_parse_span(const char *text, unsigned int max)
{
	static const struct {
		const char *name;
		unsigned int seconds;
	} units[] = {
		{"s", 1}, {"sec", 1}, {"", 1}, {"min", 60}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	char *unit;
	unsigned long number = *text >= '0' && *text <= '9' ? strtoul(text, &unit, 10) : 0;

	if (number == 0 || number > max)
		return 0;
	for (size_t i = 0; i < ELEMENTS(units); i++)
		if (strcmp(unit, units[i].name) == 0 && number * units[i].seconds <= max)
			return (unsigned int)number * units[i].seconds;
	return 0;
}

long long boottime_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}
