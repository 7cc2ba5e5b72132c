// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Status lines of apt: a percentage is one, the text is the rest of the line, only an installation
 * has a package; and a line without a status leaves everything alone. What stands before a status
 * changes nothing, and its sizes and times are those that are written.
 */

#include "update/apt/parse.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool equal(const struct apt_status *a, const struct apt_status *b)
{
	return a->kind == b->kind && a->percent == b->percent && strcmp(a->text, b->text) == 0 &&
	       strcmp(a->package, b->package) == 0;
}

static void check(const struct apt_status *status, const char *line)
{
	_cleanup_free_ char *longer = strdup_printf("Unpacking x ... %s", line);
	struct apt_status again;

	assert(status->kind == APT_STATUS_DOWNLOAD || status->kind == APT_STATUS_INSTALL ||
		status->kind == APT_STATUS_ERROR);
	assert(status->percent <= 100);
	assert(status->text > line && status->text <= line + strlen(line));
	assert(status->text[-1] == ':');
	assert(strlen(status->package) < sizeof(status->package));
	assert(status->kind == APT_STATUS_INSTALL || !status->package[0]);
	assert(strstr(line, status->package));
	assert(apt_status_parse(longer, &again) && equal(status, &again));
}

/* What the first part of a time stands for, in seconds. */
static unsigned long long first_part(const char *line)
{
	char *unit;
	unsigned long long number = *line >= '0' && *line <= '9' ? strtoull(line, &unit, 10) : 0;

	if (number == 0 || number > 100000)
		return 0;
	return number * (strncmp(unit, "d ", 2) == 0		? 86400
				: strncmp(unit, "h ", 2) == 0	? 3600
				: strncmp(unit, "min ", 4) == 0 ? 60
								: 1);
}

/* Sizes and times, from anywhere in the line. A long time must not look like a short one. */
static void check_numbers(const char *line)
{
	_cleanup_free_ char *needed = strdup_printf("Need to get %s", line);
	_cleanup_free_ char *left = strdup_printf("Retrieving file 1 of 6 (%s remaining)", line);
	unsigned int seconds = apt_seconds_left(left);

	assert(apt_bytes_needed(needed) <= 1000000000000000ULL);
	assert(apt_bytes_needed(line) == 0 || strncmp(line, "Need to get ", 12) == 0);
	assert(seconds == 0 || strpbrk(line, "0123456789"));
	assert(seconds == 0 || strchr(line, '(') || seconds >= first_part(line));
	assert(apt_seconds_left(line) == 0 || strstr(line, " remaining)"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = strndup((const char *)data, size);
	struct apt_status status = {.percent = 4711, .text = "untouched"};

	if (apt_status_parse(line, &status))
		check(&status, line);
	else
		assert(status.percent == 4711 && strcmp(status.text, "untouched") == 0);
	check_numbers(line);
	return 0;
}
