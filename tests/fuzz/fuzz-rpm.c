// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of rpm's: what it is about stands in it, and a package has a name without a version.
 */

#include "update/rpm/rpm.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = strndup((const char *)data, size), *subject = NULL;
	_cleanup_free_ char *name = rpm_name(line);
	int r = rpm_notice_parse(line, &subject);

	assert(strncmp(line, name, strlen(name)) == 0 && !strpbrk(name, " \t\r\n"));
	assert(r == RPM_NOTICE_NONE || r == RPM_NOTICE_KEPT || r == RPM_NOTICE_FAILED);
	assert(!subject == (r == RPM_NOTICE_NONE));
	assert(!subject || strstr(line, subject));
	assert(r != RPM_NOTICE_KEPT || (*subject == '/' && strstr(line, ".rpmnew")));
	return 0;
}
