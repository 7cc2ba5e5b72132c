// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wtmp: a boot is found where a whole record of one lies in the span that is asked for; two spans
 * side by side have what the one over both has, an empty one has nothing, and what is torn off the
 * end tells nothing.
 *
 * Eight bytes before the file: where the two spans meet, and how long they are.
 */

#include "facts/boots.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <utmpx.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_boot(const char *content, size_t size, time_t first, time_t end)
{
	bool has = false;

	for (size_t i = 0; i < size / sizeof(struct utmpx); i++) {
		struct utmpx record;

		memcpy(&record, content + i * sizeof(record), sizeof(record));
		has |= record.ut_type == BOOT_TIME && first <= record.ut_tv.tv_sec &&
		       record.ut_tv.tv_sec < end;
	}
	return has;
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
	assert(boots_is_in_wtmp(content, size, first, end) == has_boot(content, size, first, end));
	assert(boots_is_in_wtmp(content, size, first, end) ==
		(boots_is_in_wtmp(content, size, first, middle) ||
			boots_is_in_wtmp(content, size, middle, end)));
	assert(!boots_is_in_wtmp(content, size, middle, middle));
	assert(boots_is_in_wtmp(content, size, first, end) ==
		boots_is_in_wtmp(content, size - size % sizeof(struct utmpx), first, end));
	return 0;
}
