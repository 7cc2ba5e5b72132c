// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several texts out of one input. NUL is what none of them can have in it.
 */

#include "scratch.h"

#include <stdlib.h>
#include <string.h>

void scratch_cut(const uint8_t *data, size_t size, char **texts, size_t count)
{
	const char *rest = (const char *)data;

	for (size_t i = 0; i < count; i++) {
		const size_t length = strnlen(rest, size), step = length + (length < size);

		texts[i] = strndup(rest, length);
		if (!texts[i])
			abort();
		rest += step;
		size -= step;
	}
}

void scratch_free(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}
