// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which weaknesses an update has fixed, by the changelog that came with it.
 *
 * It is evidence, not a decision: what cannot be told with certainty is left open. So it is where
 * the image has no changelogs (many leave out /usr/share/doc), where the versions on record are not
 * in it (packages numbered otherwise than their source), and where time is up. "None" is only said
 * of a changelog that was read from the one version to the other.
 */

#include "update/apt/changelog.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/run.h"
#include "util/when.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define GZIP "/bin/gzip"

/* They go on record in one line of the history. */
#define ALL_CVES 10000

/* "+b1": built anew without a change of the source; its changelog has the source's version. */
static size_t source_length(const char *version, size_t length)
{
	size_t end = length;

	while (end > 0 && isdigit((unsigned char)version[end - 1]))
		end--;
	return end < length && end > 2 && version[end - 1] == 'b' && version[end - 2] == '+'
		       ? end - 2
		       : length;
}

/* The head of an entry, "openssl (3.0.17-1) suite; urgency=medium"; 0: it is none. */
static size_t find_version(const char *line, const char **version)
{
	const size_t length = strcspn(line, "\n");
	const char *begin = memchr(line, '(', length), *end;

	if (!begin || begin == line || begin[-1] != ' ' || isspace((unsigned char)line[0]))
		return 0;
	begin++;
	end = memchr(begin, ')', (size_t)(line + length - begin));
	*version = begin;
	return end ? (size_t)(end - begin) : 0;
}

static bool is_version(const char *version, size_t length, const char *other)
{
	const size_t other_length = source_length(other, strlen(other));

	return source_length(version, length) == other_length &&
	       memcmp(version, other, other_length) == 0;
}

/* "CVE-2026-12345": how long it is; 0: it is none. */
static size_t cve_length(const char *text)
{
	const size_t year = strspn(text + 4, "0123456789");
	size_t number;

	if (year != 4 || text[8] != '-')
		return 0;
	number = strspn(text + 9, "0123456789");
	return number >= 4 && number <= 8 ? 9 + number : 0;
}

/* Those of one line. Return: 0; 1: too many; -ENOMEM. */
static int read_line(const char *line, struct strv *cves)
{
	const char *end = line + strcspn(line, "\n");

	for (const char *at = line; (at = strstr(at, "CVE-")) != NULL && at < end; at += 4) {
		const size_t length = cve_length(at);
		_cleanup_free_ char *cve = length > 0 ? strndup(at, length) : NULL;

		if (cve && cves->count == APT_CVES_MAX && !strv_has(cves, cve))
			return 1;
		if (length > 0 && (!cve || strv_add_once(cves, cve) < 0))
			return -ENOMEM;
	}
	return 0;
}

/* Up to the entry of @from. Return: as apt_changelog_parse(). */
static int read_entries(const char *text, const char *from, const char *to, struct strv *cves)
{
	bool begun = false;
	int r = 0;

	for (const char *line = text; r == 0 && *line;) {
		const char *version, *next = strchr(line, '\n');
		const size_t length = find_version(line, &version);

		if (length > 0 && !begun && !is_version(version, length, to))
			return 1;
		if (length > 0 && begun && is_version(version, length, from))
			return 0;
		begun = begun || length > 0;
		r = read_line(line, cves);
		line = next ? next + 1 : "";
	}
	return r < 0 ? r : 1;
}

int apt_changelog_parse(const char *text, const char *from, const char *to, struct strv *cves)
{
	_cleanup_(strv_clear) struct strv found = {0};
	int r = read_entries(text, from, to, &found);

	return r == 0 ? strv_move(&found, cves) : r;
}

/* Both names: that of packages with a source of their own is the second. NULL: neither. */
static char *find_changelog(const char *package)
{
	static const char *const names[] = {"changelog.Debian.gz", "changelog.gz"};
	const int length = (int)strcspn(package, ":");

	if (strchr(package, '/'))
		return NULL;
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		_cleanup_free_ char *path =
			strdup_printf("/usr/share/doc/%.*s/%s", length, package, names[i]);

		if (path && file_exists(path))
			return TAKE_PTR(path);
	}
	return NULL;
}

static void name_cves(struct update_package *package)
{
	_cleanup_free_ char *path = find_changelog(package->name);
	const char *argv[] = {GZIP, "-dc", "--", path, NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output output = {0};

	if (!path || run_command(&command, &output, NULL) < 0 || output.status != 0 || !output.out)
		return;
	package->cves_known =
		apt_changelog_parse(output.out, package->from, package->to, &package->cves) == 0;
}

void apt_name_cves(struct update_list *list)
{
	const long long end = boottime_ms() + LIMIT_CHANGELOGS * 1000LL;
	size_t told = 0;

	for (size_t i = 0; i < list->count && told < ALL_CVES && boottime_ms() < end; i++) {
		struct update_package *package = &list->items[i];

		if (package->from && package->to && !package->cves_known)
			name_cves(package);
		told += package->cves.count;
	}
}
