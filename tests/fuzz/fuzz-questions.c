// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * debconf's questions.dat: a preseeded installation is one whose answers say so, on the line that
 * is named; questions without an answer are none, however many there are.
 */

#include "facts/remote/unattended.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The line of that number, from 1; NULL behind the last. */
static const char *line_of(const char *content, unsigned long number)
{
	while (content && --number > 0) {
		content = strchr(content, '\n');
		content += content != NULL;
	}
	return content;
}

/* The last name before the line. */
static const char *name_before(const char *content, const char *line)
{
	const char *name = NULL;

	for (const char *at = content; at < line; at = strchr(at, '\n') + 1)
		if (strncmp(at, "Name: ", 6) == 0)
			name = at + 6;
	return name;
}

static bool is(const char *line, const char *whole)
{
	return strncmp(line, whole, strlen(whole)) == 0 &&
	       (line[strlen(whole)] == '\n' || !line[strlen(whole)]);
}

static void check(const struct sourced *trace, const char *content)
{
	const char *colon = strrchr(trace->source, ':');
	const char *line = line_of(content, strtoul(colon + 1, NULL, 10)), *name;

	assert(line && strncmp(line, "Value: ", 7) == 0);
	name = name_before(content, line);
	assert(name);
	if (is(name, "auto-install/enable"))
		assert(is(line, "Value: true"));
	else
		assert((is(name, "preseed/file") || is(name, "preseed/url")) && line[7] != '\n' &&
			line[7]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(sourced_list_clear) struct sourced_list traces = {0};
	_cleanup_free_ char *content = strndup((const char *)data, size);
	_cleanup_free_ char *copy = strdup(content);

	assert(remote_find_answers(copy, &traces) == 0);
	assert(traces.count <= 1);
	if (traces.count == 1)
		check(&traces.items[0], content);
	else
		assert(strncmp(content, "Name: preseed/url\nValue: x", 26) != 0);
	return 0;
}
