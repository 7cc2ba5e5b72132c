// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The date of a Release file: the first one counts, in UTC and whole, and what comes after it
 * changes nothing. The name of the file lies below apt's lists, whatever the address is.
 */

#include "update/apt/release.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define LISTS "/var/lib/apt/lists/"

/* The years from 0 to 9999. */
#define EARLIEST (-62167219200LL - 86400 * 366LL)
#define LATEST	 (253402300799LL + 86400)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_date(const char *release)
{
	_cleanup_free_ char *longer =
		strdup_printf("%s\nDate: Sat, 31 Jan 2026 23:59:59 UTC\n", release);
	_cleanup_free_ char *behind =
		strdup_printf("Origin: x\nDate: Sat, 31 Jan 2026 23:59:59 UTC\n%s", release);
	time_t date = apt_release_date(release);

	assert(date >= EARLIEST && date <= LATEST);
	assert(apt_release_date(behind) == 1769903999);
	if (date != 0) {
		assert(strstr(release, "Date:"));
		assert(strstr(release, "UTC") || strstr(release, "GMT") ||
			strstr(release, "+0000"));
		assert(apt_release_date(longer) == date);
	} else if (!strstr(release, "Date:")) {
		assert(apt_release_date(longer) == 1769903999);
	}
}

static void check_path(const char *base)
{
	_cleanup_free_ char *path = apt_release_path(LISTS, base, "InRelease");
	const char *name = path + strlen(LISTS);

	assert(strncmp(path, LISTS, strlen(LISTS)) == 0);
	assert(!strchr(name, '/') && strcmp(strrchr(name, '_'), "_InRelease") == 0);
	for (; *name; name++)
		assert(*name > ' ' && *name < 0x7f && !strchr("~*\"\\", *name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size);

	check_date(content);
	check_path(content);
	return 0;
}
