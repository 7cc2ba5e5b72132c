// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A database of logins, which may be an image's: whatever is in it, the answer comes, is the same
 * twice, leaves the bytes alone, and where there is none a sentence says why.
 */

#include "util/cleanup.h"
#include "util/database.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count_row(void *context, const char *column)
{
	assert(column);
	++*(size_t *)context;
	return 0;
}

static int ask(const char *content, size_t size, size_t *rows)
{
	_cleanup_free_ char *why = NULL;
	int r = database_query(content, size,
		"SELECT User FROM wtmp WHERE Type = 3 AND Login >= ?1 AND Login < ?2", 0, INT64_MAX,
		count_row, rows, &why);

	assert(r == 0 || r == -EBADMSG || r == -ETIME || r == -ENOMEM);
	assert((r == -EBADMSG || r == -ETIME) == (why != NULL));
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = malloc(size + 1);
	size_t rows = 0, again = 0;
	int r;

	memcpy(content, data, size);
	r = ask(content, size, &rows);
	assert(ask(content, size, &again) == r && again == rows);
	assert(size == 0 || memcmp(content, data, size) == 0);
	return 0;
}
