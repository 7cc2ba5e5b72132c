// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sources.json: what is damaged is no record at all, what is sound holds dates alone. No date can
 * be lowered, and all of them come back after they were saved. That a damaged file is set aside
 * whole is for the unit tests.
 */

#include "update/dates.h"

#include "util/cleanup.h"
#include "util/json.h"
#include "util/when.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define NEW "http://mirror.example/debian-security x"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_dates(const struct dates *dates)
{
	const char *name;
	json_t *value;
	time_t date;

	assert(json_is_object(dates->sources));
	json_object_foreach(dates->sources, name, value)
	{
		assert(json_is_string(value));
		assert(when_parse(json_string_value(value), &date) == 0);
		assert(dates_get(dates, name) == date);
	}
}

static void check_raising(struct dates *dates)
{
	time_t date = dates_get(dates, NEW);

	assert(dates_raise(dates, NEW, date - 1) == 0);
	assert(dates_get(dates, NEW) == date && !dates->raised);
	if (date > 1800000000)
		return;
	assert(dates_raise(dates, NEW, 1800000001) == 0);
	assert(dates_get(dates, NEW) == 1800000001 && dates->raised);
}

static void check_saving(const struct dates *dates)
{
	_cleanup_(cleanup_json) json_t *again = NULL;
	_cleanup_free_ char *content = dates_format(dates);

	again = dates_parse(content, strlen(content));
	assert(again && json_equal(dates->sources, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(dates_clear) struct dates dates = {0};

	dates.sources = dates_parse((const char *)data, size);
	if (!dates.sources)
		return 0;
	check_dates(&dates);
	check_raising(&dates);
	check_saving(&dates);
	return 0;
}
