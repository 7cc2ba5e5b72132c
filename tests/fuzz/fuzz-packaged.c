// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dpkg's record: what is found stands there, of an installed package, and what is not found leaves
 * the sum alone.
 *
 * The same text is looked through for anything but comments.
 */

#include "facts/firewall/packaged.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

#define PATH "/etc/nftables.conf"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const char *status)
{
	char md5[33] = "untouched";
	int r = packaged_find_conffile(status, PATH, md5);

	assert(r == 1 || r == 0 || r == -EAGAIN);
	if (r == 1) {
		_cleanup_free_ char *line = strdup_printf("\n " PATH " %s", md5);

		assert(strlen(md5) == 32 && strspn(md5, "0123456789abcdef") == 32);
		assert(strstr(status, line) && strstr(status, "Conffiles:"));
		assert(strstr(status, " ok installed"));
	} else {
		assert(strcmp(md5, "untouched") == 0);
	}
	assert(r == 0 || strstr(status, "\n " PATH " "));
}

static void look_for_comments(const char *content)
{
	bool only = true;

	for (const char *line = content; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " \t\r");
		only = only && (!*line || *line == '#' || *line == '\n');
	}
	assert(packaged_is_only_comments(content) == only);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size);

	look_up(content);
	look_for_comments(content);
	return 0;
}
