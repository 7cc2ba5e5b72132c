// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names that came from elsewhere, made fit for a terminal.
 *
 * iswprint(3) would ask the locale, and a service at boot has none that knows UTF-8. So the few
 * ranges that do harm are named here, and everything else is let through.
 */

#include "util/printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In the shortest form, and not half of a UTF-16 pair: what takes only UTF-8 (JSON, mbrtowc(3))
 * refuses others. */
static bool is_utf8(uint32_t point, size_t length)
{
	static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};

	return point >= lowest[length] && point <= 0x10ffff && point >> 11 != 0xd800 >> 11;
}

/* Bytes of the character at @text, and its code point; 0 for a byte that begins none. */
static size_t read_character(const char *text, uint32_t *point)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t length = bytes[0] < 0x80		? 1
			: bytes[0] >> 5 == 0x06 ? 2
			: bytes[0] >> 4 == 0x0e ? 3
			: bytes[0] >> 3 == 0x1e ? 4
						: 0;

	*point = length > 1 ? bytes[0] & (0x7fU >> length) : bytes[0];
	for (size_t i = 1; i < length; i++) {
		if (bytes[i] >> 6 != 0x02)
			return 0;
		*point = *point << 6 | (bytes[i] & 0x3fU);
	}
	return is_utf8(*point, length) ? length : 0;
}

static bool is_harmless(uint32_t point)
{
	return !(point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x061c ||
		 (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
		 (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
		 (point >= 0xfff9 && point <= 0xfffb) || point >> 12 == 0xe0);
}

char *printable(const char *text, size_t max)
{
	char *copy = malloc(max + sizeof("..."));
	size_t length, used = 0;
	uint32_t point;

	for (; copy && *text; text += length ? length : 1) {
		length = read_character(text, &point);
		if (used + (length ? length : 1) > max) {
			memcpy(copy + used, "...", 3);
			used += 3;
			break;
		}
		if (length && is_harmless(point)) {
			memcpy(copy + used, text, length);
			used += length;
		} else {
			copy[used++] = '?';
		}
	}
	if (copy)
		copy[used] = '\0';
	return copy;
}

bool is_printable(const char *text)
{
	uint32_t point;
	size_t length;

	for (; *text; text += length) {
		length = read_character(text, &point);
		if (*text != '\t' && (!length || !is_harmless(point)))
			return false;
	}
	return true;
}

void printable_lines(char *text)
{
	char *out = text;
	size_t length;
	uint32_t point;

	for (; *text; text += length ? length : 1) {
		length = read_character(text, &point);
		if (*text == '\n' || (length && is_harmless(point))) {
			memmove(out, text, length);
			out += length;
		} else {
			*out++ = *text == '\t' ? ' ' : '?';
		}
	}
	*out = '\0';
}
