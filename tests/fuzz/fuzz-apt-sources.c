// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apt's sources and its complaints about them: a source has all its parts, without the password of
 * its address, and is in the list once; a complaint is about one that is there, or about none, and
 * has a reason. No line that begins with "E: " may be lost, but for apt's closing one and those
 * that repeat what was said of a source.
 *
 * Two texts with a NUL between them: the sources, and what apt-get update wrote.
 */

#include "update/apt/source.h"

#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_fields(void)
{
	size_t count = 1;

	for (const char *at = APT_SOURCES_FORMAT; *at; at++)
		count += *at == '\t';
	return count;
}

static bool has_credentials(const char *uri)
{
	const char *authority = strstr(uri, "://");

	return authority && memchr(authority + 3, '@', strcspn(authority + 3, "/"));
}

static void check_sources(const struct apt_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		const struct apt_source *one = &sources->items[i];
		const size_t length = strlen(one->uri);

		assert(one->dist && one->base && one->entry && one->codename);
		assert(one->codename[0] != '$');
		assert(!has_credentials(one->uri) && !has_credentials(one->base));
		assert(length == 0 || one->uri[length - 1] != '/');
		for (size_t k = 0; k < i; k++)
			assert(strcmp(one->uri, sources->items[k].uri) != 0 ||
				strcmp(one->dist, sources->items[k].dist) != 0);
	}
}

/* Lines that are no source are an error, not skipped. */
static void check_lines(const char *configured)
{
	_cleanup_free_ char *copy = strdup(configured);
	char *rest = copy, *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t fields = 1;

		for (const char *at = line; *at; at++)
			fields += *at == '\t';
		assert(!*line || fields >= count_fields());
	}
}

static bool is_of(const struct apt_sources *sources, const struct apt_source *source)
{
	return !source || (source >= sources->items && source < sources->items + sources->count);
}

/* Is there a failure for this line's source; without one, at all? */
static bool is_told(const struct apt_failures *failures, const struct apt_source *source)
{
	for (size_t i = 0; i < failures->count; i++)
		if (failures->items[i].source == source)
			return true;
	return false;
}

static void check_failures(
	const char *output, const struct apt_sources *sources, const struct apt_failures *failures)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;

	for (size_t i = 0; i < failures->count; i++) {
		const struct apt_failure *one = &failures->items[i];

		assert(one->reason && strstr(output, one->reason) && is_of(sources, one->source));
		for (size_t k = 0; one->source && k < i; k++)
			assert(failures->items[k].source != one->source);
	}
	while ((line = strsep(&rest, "\n")) != NULL)
		if (strncmp(line, "E: ", 3) == 0 && strncmp(line, "E: Some index files", 19) != 0)
			assert(is_told(failures, apt_sources_match(sources, line)));
}

static void check_again(const char *text, struct apt_sources *sources)
{
	const size_t count = sources->count;

	assert(apt_sources_parse(text, sources) == 0 && sources->count == count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};
	_cleanup_(apt_failures_clear) struct apt_failures failures = {0};
	_cleanup_free_ char *configured = NULL, *output = NULL;
	char *texts[2];
	int r;

	scratch_cut(data, size, texts, ELEMENTS(texts));
	configured = texts[0];
	output = texts[1];
	r = apt_sources_parse(configured, &sources);
	assert(r == 0 || r == -EBADMSG);
	check_sources(&sources);
	if (r == 0) {
		check_lines(configured);
		check_again(configured, &sources);
	}
	assert(apt_failures_parse(output, &sources, &failures) == 0);
	check_failures(output, &sources, &failures);
	return 0;
}
