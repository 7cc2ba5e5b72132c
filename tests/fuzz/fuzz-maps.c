// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /proc/PID/maps: code that is gone from the disk has a path of packages, marked as deleted in the
 * text; a line that is put before all others does not hide it.
 */

#include "update/reboot/stale.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *maps = strndup((const char *)data, size), *marked = NULL;
	_cleanup_free_ char *longer = strdup_printf("0-1 rw-p 00000000 00:00 0 [stack]\n%s", maps);
	_cleanup_free_ char *file = NULL, *again = NULL;
	int r = stale_find_file(maps, &file);

	assert(stale_find_file(longer, &again) == r);
	assert(r == (file != NULL));
	if (!file)
		return 0;
	marked = strdup_printf("%s (deleted)", file);
	assert(strcmp(file, again) == 0 && strstr(maps, marked));
	assert(file[0] == '/' && strchr(file + 1, '/') && !strchr(file, '\n'));
	return 0;
}
