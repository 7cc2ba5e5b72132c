// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit trail: every line that is not empty is an entry or is counted as skipped, and a line
 * that is appended is the last entry, whatever was torn before it, and changes none of the others.
 */

#include "state/record.h"

#include "util/cleanup.h"
#include "util/json.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_lines(const uint8_t *data, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += data[i] != '\n' && (i == 0 || data[i - 1] == '\n');
	return count;
}

static json_t *load(const char *content, size_t size, unsigned int *skipped)
{
	_cleanup_free_ char *copy = malloc(size + 1);
	json_t *entries;

	memcpy(copy, content, size);
	copy[size] = '\0';
	assert(history_parse(copy, size, &entries, skipped) == 0);
	return entries;
}

/* The trail with one line more; one that is torn is ended first, as file_append_line() does. */
static json_t *load_longer(const char *content, size_t size, unsigned int *skipped)
{
	_cleanup_(cleanup_json) json_t *entry =
		history_entry("sealed", json_pack("{s:i}", "boots", 7));
	_cleanup_free_ char *line = json_dumps(entry, JSON_COMPACT);
	const bool torn = size > 0 && content[size - 1] != '\n';
	const size_t length = strlen(line);
	_cleanup_free_ char *longer = malloc(size + length + 2);

	assert(!strchr(line, '\n'));
	memcpy(longer, content, size);
	longer[size] = '\n';
	memcpy(longer + size + torn, line, length);
	longer[size + torn + length] = '\n';
	return load(longer, size + torn + length + 1, skipped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_json) json_t *before = NULL, *after = NULL;
	unsigned int skipped = 4711, still = 4711;
	const json_t *last;
	size_t count;

	before = load((const char *)data, size, &skipped);
	count = json_array_size(before);
	assert(count + skipped == count_lines(data, size));
	after = load_longer((const char *)data, size, &still);
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
