// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Unit files: every value has its line, none ends it, and what is joined from several lines or
 * taken from the right section is nothing that the file does not say.
 *
 * Two texts with a NUL between them: the unit, and a drop-in, which may empty what the unit said.
 */

#include "facts/systemd/units.h"
#include "scratch.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_lines(const char *content)
{
	int count = 1;

	for (; *content; content++)
		count += *content == '\n';
	return count;
}

static void check_value(const char *value, const char *content, const char *source)
{
	const char *colon = strrchr(source, ':');
	int line = colon ? atoi(colon + 1) : 0;

	assert(*value && !strpbrk(value, "\n"));
	assert(!strchr(" \t\r", value[0]) && !strchr(" \t\r", value[strlen(value) - 1]));
	assert(line > 0 && line <= count_lines(content));
	/* Each word of it stands in the file. */
	for (const char *word = value; *word;) {
		const size_t length = strcspn(word, " ");
		_cleanup_free_ char *copy = strndup(word, length);

		assert(strstr(content, copy));
		word += length + strspn(word + length, " ");
	}
}

static void read_text(
	const char *content, const char *path, struct strv *values, struct strv *sources)
{
	assert(unit_parse_setting(content, strlen(content), path, "Socket", "ListenStream", values,
		       sources) == 0);
	assert(values->count == sources->count);
}

static void check_same(const struct strv *a, const struct strv *b)
{
	assert(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		assert(strcmp(a->items[i], b->items[i]) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strv_clear) struct strv values = {0}, sources = {0}, only = {0};
	_cleanup_free_ char *unit = NULL, *dropin = NULL;
	char *texts[2];

	scratch_cut(data, size, texts, ELEMENTS(texts));
	unit = texts[0];
	dropin = texts[1];
	read_text(unit, "a.socket", &values, &sources);
	for (size_t i = 0; i < values.count; i++)
		check_value(values.items[i], unit, sources.items[i]);
	if (values.count > 0)
		assert(strstr(unit, "ListenStream") && strstr(unit, "[Socket"));
	/* Without sources it is the same. */
	assert(unit_parse_setting(
		       unit, strlen(unit), "a.socket", "Socket", "ListenStream", &only, NULL) == 0);
	check_same(&values, &only);
	read_text(dropin, "a.socket.d/b.conf", &values, &sources);
	for (size_t i = 0; i < values.count; i++)
		check_value(values.items[i], strstr(sources.items[i], ".d/") ? dropin : unit,
			sources.items[i]);
	return 0;
}
