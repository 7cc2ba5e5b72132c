// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sources.json: what is damaged is begun anew with nothing in it, is said so, and is kept aside;
 * what is sound holds dates alone. No date can be lowered, and all of them come back after they
 * were saved.
 */

#include "update/dates.h"

#include "scratch.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <assert.h>
#include <string.h>

#define DATES  "/sources.json"
#define BROKEN DATES ".broken"
#define NEW    "http://mirror.example/debian-security x"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_damaged(const struct dates *dates, const char *why, size_t size)
{
	_cleanup_free_ char *content = NULL;
	size_t length = 0;

	assert(json_object_size(dates->sources) == 0 && why);
	assert(!file_exists(scratch_path(DATES)));
	assert(file_read(scratch_path(BROKEN), 1U << 20, &content, &length) == 0);
	assert(length == size);
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

static void check_saving(struct dates *dates)
{
	_cleanup_(dates_clear) struct dates again = {0};
	_cleanup_free_ char *why = NULL;

	assert(dates_save(scratch_path(DATES), dates, &why) == 0);
	if (!dates->raised)
		return;
	assert(dates_load(scratch_path(DATES), &again, &why) == 0 && !why);
	assert(json_equal(dates->sources, again.sources));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(dates_clear) struct dates dates = {0};
	_cleanup_free_ char *why = NULL;
	const char *name;
	json_t *value;
	int r;

	scratch_write(DATES, data, size);
	scratch_remove(BROKEN);
	r = dates_load(scratch_path(DATES), &dates, &why);
	assert((r == 0 && !why) || (r == 1 && why));
	assert(json_is_object(dates.sources) && !dates.raised);
	if (r == 1)
		check_damaged(&dates, why, size);
	json_object_foreach(dates.sources, name, value)
	{
		assert(json_is_string(value));
		(void)name;
	}
	check_raising(&dates);
	check_saving(&dates);
	return 0;
}
