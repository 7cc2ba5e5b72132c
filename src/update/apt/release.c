// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When was a source's metadata made? apt has verified the file, and keeps it under a name made from
 * its address, which is made here in the same way: without scheme and user, with %xx for what a
 * file name should not have, and _ for /.
 */

#include "update/apt/release.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <ctype.h>
#include <string.h>

/* apt-pkg/contrib/strutl.cc: URItoFileName() */
#define QUOTED "\\|{}[]<>\"^~_=!@#$%^&*"

char *apt_release_path(const char *lists, const char *base, const char *file)
{
	const char *address = strstr(base, "://");
	_cleanup_free_ char *name = calloc(strlen(base) + 1, 3);
	char *to = name;

	if (!name)
		return NULL;
	address = address ? address + 3 : strchr(base, ':') ? strchr(base, ':') + 1 : base;
	for (; *address; address++) {
		if (*address == '/')
			*to++ = '_';
		else if (strchr(QUOTED, *address) || !isgraph((unsigned char)*address))
			to += sprintf(to, "%%%02x", (unsigned char)*address);
		else
			*to++ = *address;
	}
	return strdup_printf("%s%s_%s", lists, name, file);
}

/* "Date: Sat, 31 Jan 2026 23:59:59 UTC", RFC 1123 as repositories write it. */
time_t apt_release_date(const char *release)
{
	static const char field[] = "Date:";

	for (const char *line = release; line; line = strchr(line, '\n')) {
		struct tm parts = {0};
		const char *end;

		line += *line == '\n';
		if (strncmp(line, field, strlen(field)) != 0)
			continue;
		end = strptime(line + strlen(field), " %a, %d %b %Y %H:%M:%S ", &parts);
		if (!end || (strncmp(end, "UTC", 3) != 0 && strncmp(end, "GMT", 3) != 0 &&
				    strncmp(end, "+0000", 5) != 0))
			return 0;
		return timegm(&parts);
	}
	return 0;
}
