// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes what the product reads, byte by byte from MS-GPREG, sharing no code with it.
 */

#include "tree.h"

#include "pol.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

void pol_bytes(struct pol *pol, const void *bytes, size_t size)
{
	if (pol->size + size > pol->room) {
		pol->room = 2 * (pol->size + size);
		pol->data = realloc(pol->data, pol->room);
		assert_non_null(pol->data);
	}
	if (size > 0)
		memcpy(pol->data + pol->size, bytes, size);
	pol->size += size;
}

struct pol pol_begin(void)
{
	struct pol pol = {0};

	pol_bytes(&pol, "PReg\1\0\0\0", 8);
	return pol;
}

static void add_unit(struct pol *pol, char unit)
{
	pol_bytes(pol, (char[]){unit, 0}, 2);
}

static void add_word(struct pol *pol, uint32_t word)
{
	word = htole32(word);
	pol_bytes(pol, &word, sizeof(word));
}

void pol_utf16(struct pol *pol, const char *text)
{
	for (; *text; text++)
		add_unit(pol, *text);
	add_unit(pol, '\0');
}

void pol_add(struct pol *pol, const char *key, const char *value, uint32_t type, const void *data,
	uint32_t size)
{
	add_unit(pol, '[');
	pol_utf16(pol, key);
	add_unit(pol, ';');
	pol_utf16(pol, value);
	add_unit(pol, ';');
	add_word(pol, type);
	add_unit(pol, ';');
	add_word(pol, size);
	add_unit(pol, ';');
	pol_bytes(pol, data, size);
	add_unit(pol, ']');
}

void pol_text(struct pol *pol, const char *key, const char *value, const char *text)
{
	struct pol data = {0};

	pol_utf16(&data, text);
	pol_add(pol, key, value, 1, data.data, (uint32_t)data.size);
	pol_clear(&data);
}

void pol_number(struct pol *pol, const char *key, const char *value, uint32_t number)
{
	number = htole32(number);
	pol_add(pol, key, value, 4, &number, sizeof(number));
}

void pol_clear(struct pol *pol)
{
	free(pol->data);
	*pol = (struct pol){0};
}
