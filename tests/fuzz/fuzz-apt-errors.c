// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kept apt from its work: the line that is named stands in the output, dpkg's word comes
 * before apt's, and a kernel's version is one word.
 *
 * Two texts with a NUL between them: standard output, and standard error.
 */

#include "update/apt/parse.h"

#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_line(const char *content, const char *begin)
{
	for (const char *at = content; (at = strstr(at, begin)) != NULL; at++)
		if (at == content || at[-1] == '\n')
			return true;
	return false;
}

static void check_error(const char *out, const char *error)
{
	_cleanup_free_ char *found = apt_error_find(out, error);
	_cleanup_free_ char *by_dpkg = apt_error_find(out, NULL);

	if (by_dpkg)
		assert(found && strcmp(found, by_dpkg) == 0 && strstr(out, "pmerror:"));
	if (!found) {
		assert(!has_line(error, "E: ") && !has_line(error, "Error: ") &&
			!has_line(error, "dpkg: error"));
		return;
	}
	assert(!strchr(found, '\n'));
	assert(strstr(by_dpkg ? out : error, found));
}

static void check_obstacle(const char *error)
{
	enum retry_reason reason = apt_retry_reason_find(error);

	assert(reason != RETRY_LOCK || strstr(error, "lock"));
	assert(reason != RETRY_CLOCK || strstr(error, "not ") || strstr(error, "Not "));
	assert(reason != RETRY_STALE || strstr(error, "xpired") || strstr(error, "EXPKEYSIG"));
}

static void check_version(const char *uname)
{
	_cleanup_free_ char *version = apt_kernel_version(uname);

	assert(!version == !strstr(uname, " Debian "));
	assert(!version || (!strchr(version, ' ') && strstr(uname, version)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *texts[2];

	scratch_cut(data, size, texts, ELEMENTS(texts));
	check_error(texts[0], texts[1]);
	check_obstacle(texts[1]);
	check_version(texts[0]);
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
