// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * printf counts bytes; tables for people are made of columns.
 */

#include "util/width.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The bytes of the character at @text, and its columns. Bytes that are no character, and control
 * characters, count as one column each. */
static size_t next(const char *text, mbstate_t *state, size_t *columns)
{
	wchar_t character;
	size_t bytes = mbrtowc(&character, text, MB_CUR_MAX, state);
	int width;

	*columns = 1;
	if (bytes == (size_t)-1 || bytes == (size_t)-2 || bytes == 0) {
		*state = (mbstate_t){0};
		return 1;
	}
	width = wcwidth(character);
	if (width >= 0)
		*columns = (size_t)width;
	return bytes;
}

/* The bytes of @text that fit into @max columns, and how many of these they take. */
static size_t measure(const char *text, size_t max, size_t *taken)
{
	mbstate_t state = {0};
	size_t at = 0, columns;

	*taken = 0;
	while (text[at]) {
		size_t bytes = next(text + at, &state, &columns);

		if (*taken + columns > max)
			break;
		*taken += columns;
		at += bytes;
	}
	return at;
}

size_t width_of(const char *text)
{
	size_t taken;

	measure(text, (size_t)-1, &taken);
	return taken;
}

size_t width_bytes(const char *text, size_t columns)
{
	size_t taken;

	return measure(text, columns, &taken);
}

char *width_fit(const char *text, size_t columns)
{
	size_t taken, bytes = measure(text, columns, &taken);
	char *fitted = malloc(bytes + columns - taken + 1);

	if (!fitted)
		return NULL;
	memcpy(fitted, text, bytes);
	memset(fitted + bytes, ' ', columns - taken);
	fitted[bytes + columns - taken] = '\0';
	return fitted;
}
