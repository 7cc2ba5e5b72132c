// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dpkg keeps the MD5 sum of every conffile as it was shipped, in its status file: paragraphs with a
 * field Conffiles, whose lines are " PATH MD5". A file that differs was edited by somebody.
 *
 * To be taken for edited has cordon stand aside. So what cannot be told (dpkg unpacking at this
 * very moment, its record gone) is unknown, and does not count. MD5 is dpkg's choice; nobody is
 * kept out by it here, for whoever can write below /etc can simply enable a firewall.
 */

#include "facts/packaged.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/sentences.h"

#include <errno.h>
#include <md5.h>
#include <string.h>

#define DPKG_STATUS	"/var/lib/dpkg/status"
#define DPKG_UPDATES	"/var/lib/dpkg/updates"
#define DPKG_STATUS_MAX (64U << 20)

/* Is there a line in [@from, @to) that begins with @what? */
static const char *find_line(const char *from, const char *to, const char *what)
{
	size_t length = strlen(what);

	for (const char *line = from; line < to;) {
		const char *end = memchr(line, '\n', (size_t)(to - line));

		if ((size_t)(to - line) >= length && memcmp(line, what, length) == 0)
			return line;
		line = end ? end + 1 : to;
	}
	return NULL;
}

/* The sum behind " PATH " at @line; lines of obsolete conffiles go on with a word. */
static bool read_sum(const char *line, const char *path, char md5[static 33])
{
	size_t length = strlen(path);

	if (line[0] != ' ' || strncmp(line + 1, path, length) != 0 || line[1 + length] != ' ')
		return false;
	line += length + 2;
	if (strspn(line, "0123456789abcdef") != 32)
		return false;
	memcpy(md5, line, 32);
	md5[32] = '\0';
	return true;
}

int packaged_find_conffile(const char *status, const char *path, char md5[static 33])
{
	for (const char *at = status; (at = strstr(at, path)) != NULL; at += strlen(path)) {
		const char *paragraph = at, *end = strstr(at, "\n\n");

		if (at == status || at[-1] != ' ' || !read_sum(at - 1, path, md5))
			continue;
		end = end ? end : at + strlen(at);
		while (paragraph > status + 1 && !(paragraph[-1] == '\n' && paragraph[-2] == '\n'))
			paragraph--;
		if (!find_line(paragraph, end, "Status: install ok installed\n"))
			return -EAGAIN;
		return 1;
	}
	return 0;
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
	_cleanup_(sentences_clear) struct sentences updates = {0};
	int r = file_list_in(root, DPKG_UPDATES, &updates);

	return (r < 0 && r != -ENOENT) || updates.count > 0;
}

int packaged_look(const char *root, const char *path, const char *content, size_t size)
{
	_cleanup_free_ char *status = NULL;
	char shipped[33], found[MD5_DIGEST_STRING_LENGTH];
	int r = file_read_in(root, DPKG_STATUS, DPKG_STATUS_MAX, &status, NULL);

	if (r == -ENOENT)
		return packaged_is_only_comments(content) ? PACKAGED_AS_SHIPPED : PACKAGED_CHANGED;
	if (r < 0 || is_dpkg_at_work(root))
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
