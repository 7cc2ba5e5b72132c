/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_WHEN_H
#define CORDON_UTIL_WHEN_H

/*
 * Points in time as cordon writes them down: RFC 3339, UTC, whole seconds, "2026-01-31T23:59:59Z".
 */

#include <time.h>

#define WHEN_SIZE sizeof("2026-01-31T23:59:59Z")

/** when_now() - Write the present time of the real-time clock into @buffer. Return: @buffer. */
char *when_now(char buffer[static WHEN_SIZE]);

/** when_later() - The same for so many seconds later. Return: @buffer. */
char *when_later(unsigned int seconds, char buffer[static WHEN_SIZE]);

/** when_write() - The same for any time, in seconds since the epoch. Return: @buffer. */
char *when_write(time_t when, char buffer[static WHEN_SIZE]);

/**
 * when_parse() - Read a time that when_now() wrote.
 * @when: seconds since the epoch; untouched on failure.
 *
 * Return: 0 or -EINVAL.
 */
int when_parse(const char *text, time_t *when);

/**
 * when_parse_span() - Read a span of time as systemd.time(7) writes it, one number and one unit:
 * "90", "90s", "10min", "1h", "14d".
 * @max: in seconds.
 *
 * Return: seconds; 0: not such a span, or longer than @max.
 */
unsigned int when_parse_span(const char *text, unsigned int max);

/**
 * boottime_ms() - Milliseconds since boot, a clock that is never set, for how long something takes.
 * The real-time clock jumps when time is synchronised, of all times just after a first boot.
 */
long long boottime_ms(void);

#endif
