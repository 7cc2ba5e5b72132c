// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dpkg keeps the MD5 sum of every conffile as it was shipped, in its status file: paragraphs with a
 * field Conffiles, whose lines are " PATH MD5". A file that differs was edited by somebody.
 *
 * To be taken for edited has cordon stand aside. So what cannot be told (dpkg unpacking at this
 * very moment, its record gone) is unknown, and does not count. MD5 is dpkg's choice; nobody is
 * kept out by it here, for whoever can write below /etc can simply enable a firewall.
 */

#include "facts/firewall/packaged.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/strv.h"

#include <errno.h>
#include <md5.h>
#include <string.h>

#define DPKG		"/usr/bin/dpkg"
#define DPKG_STATUS	"/var/lib/dpkg/status"
#define DPKG_UPDATES	"/var/lib/dpkg/updates"
#define DPKG_STATUS_MAX (64U << 20)

/* What a paragraph, which is a package, says so far. */
struct package {
	bool installed, in_conffiles;
	bool named;   /* the conffile is one of its own */
	char md5[33]; /* "" until its sum is known */
};

/* "Status: WANT ok installed": on hold is as good as wanted. */
static bool is_installed(const char *line, size_t length)
{
	static const char end[] = " ok installed";
	const size_t tail = sizeof(end) - 1;

	return length > tail && memcmp(line + length - tail, end, tail) == 0;
}

/* " PATH MD5", and a word more for obsolete conffiles; " PATH newconffile" until its package is
 * configured. */
static void read_conffile(
	struct package *package, const char *line, size_t length, const char *path)
{
	const size_t path_length = strlen(path), before = path_length + 2;
	const char *sum = line + before;

	if (length < before || memcmp(line + 1, path, path_length) != 0 || line[before - 1] != ' ')
		return;
	package->named = true;
	if (length < before + 32 || strspn(sum, "0123456789abcdef") != 32 ||
		(length > before + 32 && sum[32] != ' '))
		return;
	memcpy(package->md5, sum, 32);
	package->md5[32] = '\0';
}

static void read_line(struct package *package, const char *line, size_t length, const char *path)
{
	if (line[0] == ' ') {
		if (package->in_conffiles)
			read_conffile(package, line, length, path);
		return;
	}
	package->in_conffiles = length >= 10 && memcmp(line, "Conffiles:", 10) == 0;
	if (length >= 7 && memcmp(line, "Status:", 7) == 0)
		package->installed = is_installed(line, length);
}

int packaged_find_conffile(const char *status, const char *path, char md5[static 33])
{
	struct package package = {0};
	bool is_last = false;
	int r = 0;

	for (const char *line = status; !is_last; line += strcspn(line, "\n") + 1) {
		const size_t length = strcspn(line, "\n");

		is_last = line[length] == '\0';
		if (length > 0)
			read_line(&package, line, length, path);
		if (length > 0 && !is_last)
			continue;
		if (package.named && package.installed && package.md5[0]) {
			memcpy(md5, package.md5, sizeof(package.md5));
			return 1;
		}
		if (package.named)
			r = -EAGAIN;
		package = (struct package){0};
	}
	return r;
}

bool packaged_is_only_comments(const char *content)
{
	while (*content) {
		content += strspn(content, " \t\r");
		if (*content && *content != '#' && *content != '\n')
			return false;
		content += strcspn(content, "\n");
		content += *content == '\n';
	}
	return true;
}

static bool is_dpkg_at_work(const char *root)
{
	_cleanup_(strv_clear) struct strv updates = {0};
	int r = file_list_in(root, DPKG_UPDATES, &updates);

	return (r < 0 && r != -ENOENT) || updates.count > 0;
}

int packaged_look(const char *root, const char *path, const char *content, size_t size)
{
	_cleanup_free_ char *status = NULL;
	char shipped[33], found[MD5_DIGEST_STRING_LENGTH];
	int r = file_read_in(root, DPKG_STATUS, DPKG_STATUS_MAX, &status, NULL);

	if (r == -ENOENT && !file_exists_in(root, DPKG))
		return packaged_is_only_comments(content) ? PACKAGED_AS_SHIPPED : PACKAGED_CHANGED;
	if (r < 0 || !*status || is_dpkg_at_work(root))
		return PACKAGED_UNKNOWN;
	r = packaged_find_conffile(status, path, shipped);
	if (r < 0)
		return PACKAGED_UNKNOWN;
	/* No package's: then somebody wrote it. */
	if (r == 0)
		return PACKAGED_CHANGED;
	MD5Data((const uint8_t *)content, size, found);
	return strcmp(found, shipped) == 0 ? PACKAGED_AS_SHIPPED : PACKAGED_CHANGED;
}
