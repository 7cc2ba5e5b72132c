// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wtmp: what is found are the whole records of the kind and the span that are asked for, in their
 * order; two spans side by side have what the one over both has, an empty one has nothing, and what
 * is torn off the end tells nothing.
 *
 * Eight bytes before the file: where the two spans meet, and how long they are.
 */

#include "facts/records.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <utmpx.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_one(void *context, const char *source, const char *user)
{
	assert(source[0] == '/' && strlen(user) <= sizeof(((struct utmpx *)0)->ut_user));
	++*(size_t *)context;
	return 0;
}

static int stop_at_first(void *context, const char *source, const char *user)
{
	count_one(context, source, user);
	return 1;
}

static size_t count_found(
	const char *content, size_t size, enum records_kind kind, time_t first, time_t end)
{
	size_t count = 0, stopped = 0;
	struct records_query query = {kind, first, end, count_one, &count};

	assert(records_in_wtmp(content, size, &query) == 0);
	query.found = stop_at_first;
	query.context = &stopped;
	assert(records_in_wtmp(content, size, &query) == (count > 0));
	assert(stopped == (count > 0));
	return count;
}

static size_t count_records(
	const char *content, size_t size, enum records_kind kind, time_t first, time_t end)
{
	size_t count = 0;

	for (size_t i = 0; i < size / sizeof(struct utmpx); i++) {
		struct utmpx record;

		memcpy(&record, content + i * sizeof(record), sizeof(record));
		count += (record.ut_type == USER_PROCESS ||
				 (record.ut_type == BOOT_TIME && kind == RECORDS_USE)) &&
			 first <= record.ut_tv.tv_sec && record.ut_tv.tv_sec < end;
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* On the heap, so that a byte too far is one of nobody's. */
	_cleanup_free_ char *content = NULL;
	int32_t middle;
	uint32_t span;
	time_t first, end;

	if (size < 8)
		return -1;
	memcpy(&middle, data, 4);
	memcpy(&span, data + 4, 4);
	size -= 8;
	content = malloc(size + 1);
	memcpy(content, data + 8, size);
	first = (time_t)middle - span;
	end = (time_t)middle + span;
	for (enum records_kind kind = RECORDS_LOGINS; kind <= RECORDS_USE; kind++) {
		const size_t count = count_found(content, size, kind, first, end);

		assert(count == count_records(content, size, kind, first, end));
		assert(count == count_found(content, size, kind, first, middle) +
					count_found(content, size, kind, middle, end));
		assert(count_found(content, size, kind, middle, middle) == 0);
		assert(count ==
			count_found(content, size - size % sizeof(struct utmpx), kind, first, end));
	}
	return 0;
}
