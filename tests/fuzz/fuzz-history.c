// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit trail: every line that is not empty is an entry or is counted as skipped, and a line
 * that is appended is the last entry, whatever was torn before it, and changes none of the others.
 */

#include "state/state.h"

#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <string.h>

DEFINE_CLEANUP(json, json_t *, json_decref)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += data[i] != '\n' && (i == 0 || data[i - 1] == '\n');
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_json) json_t *before = NULL, *after = NULL;
	unsigned int skipped = 4711, still = 4711;
	const json_t *last;
	size_t count;

	scratch_write(HISTORY_FILE, data, size);
	assert(history_load(scratch_root(), &before, &skipped, NULL) == 0);
	count = json_array_size(before);
	assert(count + skipped == count_lines(data, size));
	assert(history_append(scratch_root(), "sealed", json_pack("{s:i}", "boots", 7), NULL) == 0);
	assert(history_load(scratch_root(), &after, &still, NULL) == 0);
	assert(still == skipped && json_array_size(after) == count + 1);
	last = json_array_get(after, count);
	assert(strcmp(json_string_value(json_object_get(last, "event")), "sealed") == 0);
	assert(json_integer_value(json_object_get(last, "boots")) == 7);
	assert(json_string_value(json_object_get(last, "time")));
	for (size_t i = 0; i < count; i++)
		assert(json_is_object(json_array_get(before, i)) &&
			json_equal(json_array_get(before, i), json_array_get(after, i)));
	return 0;
}
