// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading Registry.pol.
 *
 * The format has no checksum and no lengths but that of the data, so the only way to notice a torn
 * or damaged file is to insist on every bracket and semicolon. What is not exactly as
 * MS-GPREG 2.2.1 says ends the reading; only the limits are wider than its grammar where files in
 * the wild are: names may have any character but NUL, and all types of winnt.h are let through.
 *
 * UTF-16 is decoded here, not by iconv(3): glibc loads that conversion from a file, which a small
 * image, or an early boot, may not have.
 */

#include "policy/grouppolicy/registrypol.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define HEADER_SIZE    8
#define VERSION	       1
#define TYPE_MAX       11
#define DATA_SIZE_MAX  0xffff
#define VALUE_NAME_MAX 259
/* Windows allows 255 a level and 512 levels; no policy has more than a few hundred altogether. */
#define KEY_MAX 2048

/* UTF-8 needs at most three bytes for one unit of UTF-16, and four for two. */
#define UTF8_SIZE(units) ((units)*3 + 1)

struct reader {
	const uint8_t *data;
	size_t size, at;
	char key[UTF8_SIZE(KEY_MAX)];
	char value[UTF8_SIZE(VALUE_NAME_MAX)];
};

static uint16_t unit_at(const uint8_t *data)
{
	uint16_t unit;

	memcpy(&unit, data, sizeof(unit));
	return le16toh(unit);
}

static uint32_t number_at(const uint8_t *data)
{
	uint32_t number;

	memcpy(&number, data, sizeof(number));
	return le32toh(number);
}

static size_t put_utf8(char *out, uint32_t point)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* false for a surrogate without its other half. @out has room for UTF8_SIZE(@units). */
static bool decode(const uint8_t *data, size_t units, char *out)
{
	for (size_t i = 0; i < units; i++) {
		uint32_t point = unit_at(data + 2 * i);

		if (point >= 0xdc00 && point <= 0xdfff)
			return false;
		if (point >= 0xd800 && point <= 0xdbff) {
			uint32_t low = ++i < units ? unit_at(data + 2 * i) : 0;

			if (low < 0xdc00 || low > 0xdfff)
				return false;
			point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
		}
		out += put_utf8(out, point);
	}
	*out = '\0';
	return true;
}

/* How many units come before a NUL; @max when there is none within them. */
static size_t count_units(const uint8_t *data, size_t max)
{
	size_t units = 0;

	while (units < max && unit_at(data + 2 * units) != 0)
		units++;
	return units;
}

static int fail_truncated(const struct reader *reader, const char *what, char **why)
{
	return fail(why, EINVAL, "byte %zu: it ends within %s", reader->size, what);
}

static int read_mark(struct reader *reader, char mark, char **why)
{
	if (reader->size - reader->at < 2)
		return fail_truncated(reader, _("a record"), why);
	if (unit_at(reader->data + reader->at) != (uint16_t)mark)
		return fail(
			why, EINVAL, "byte %zu: not the '%c' that must be there", reader->at, mark);
	reader->at += 2;
	return 0;
}

/* A NUL-terminated name and the ';' after it, into @name with room for UTF8_SIZE(@max). */
static int read_name(struct reader *reader, const char *what, size_t max, char *name, char **why)
{
	const uint8_t *data = reader->data + reader->at;
	size_t left = (reader->size - reader->at) / 2;
	size_t units = count_units(data, left < max + 1 ? left : max + 1);

	if (units == left)
		return fail_truncated(reader, what, why);
	if (units > max)
		return fail(why, EINVAL, "byte %zu: %s of more than %zu characters", reader->at,
			what, max);
	if (!decode(data, units, name))
		return fail(why, EINVAL, "byte %zu: %s that is not UTF-16", reader->at, what);
	reader->at += 2 * (units + 1);
	return read_mark(reader, ';', why);
}

static int read_number(
	struct reader *reader, const char *what, uint32_t max, uint32_t *number, char **why)
{
	if (reader->size - reader->at < 4)
		return fail_truncated(reader, _("a record"), why);
	*number = number_at(reader->data + reader->at);
	if (*number > max)
		return fail(why, EINVAL, "byte %zu: %s %u; at most %u is possible", reader->at,
			what, *number, max);
	reader->at += 4;
	return read_mark(reader, ';', why);
}

static int read_record(struct reader *reader, struct registry_record *record, char **why)
{
	int r = read_mark(reader, '[', why);
	size_t begin = reader->at;

	if (r == 0)
		r = read_name(reader, _("a key"), KEY_MAX, reader->key, why);
	if (r == 0 && !reader->key[0])
		r = fail(why, EINVAL, "byte %zu: a record without a key", begin);
	if (r == 0)
		r = read_name(reader, _("a value's name"), VALUE_NAME_MAX, reader->value, why);
	if (r == 0)
		r = read_number(reader, _("a type of"), TYPE_MAX, &record->type, why);
	if (r == 0)
		r = read_number(reader, _("a size of"), DATA_SIZE_MAX, &record->size, why);
	if (r < 0)
		return r;
	if (reader->size - reader->at < record->size)
		return fail_truncated(reader, _("a record's data"), why);
	record->key = reader->key;
	record->value = reader->value;
	record->data = reader->data + reader->at;
	reader->at += record->size;
	return read_mark(reader, ']', why);
}

static int check_header(const uint8_t *data, size_t size, char **why)
{
	static const uint8_t swapped[4] = {0, 0, 0, VERSION};

	if (size < HEADER_SIZE)
		return fail(why, EINVAL, "byte %zu: it ends within its header of %d bytes", size,
			HEADER_SIZE);
	if (strncasecmp((const char *)data, "gerp", 4) == 0 || memcmp(data + 4, swapped, 4) == 0)
		return fail(why, EINVAL,
			"byte 0: its bytes are swapped; a Registry.pol is little-endian");
	if (memcmp(data, "PReg", 4) != 0)
		return fail(why, EINVAL, "byte 0: not a Registry.pol, which begins with \"PReg\"");
	if (number_at(data + 4) != VERSION)
		return fail(why, EINVAL, "byte 4: version %u; only version %d is known",
			number_at(data + 4), VERSION);
	return 0;
}

int registrypol_parse(const uint8_t *data, size_t size,
	int (*each)(void *context, const struct registry_record *record), void *context, char **why)
{
	_cleanup_free_ struct reader *reader = NULL;
	struct registry_record record;
	int r = check_header(data, size, why);

	if (r < 0)
		return r;
	reader = malloc(sizeof(*reader));
	if (!reader)
		return -ENOMEM;
	reader->data = data;
	reader->size = size;
	reader->at = HEADER_SIZE;
	while (r == 0 && reader->at < size) {
		r = read_record(reader, &record, why);
		if (r == 0)
			r = each(context, &record);
	}
	return r;
}

int registrypol_text(const struct registry_record *record, char **text)
{
	_cleanup_free_ char *decoded = NULL;
	size_t units;

	if ((record->type != REGISTRY_SZ && record->type != REGISTRY_EXPAND_SZ) ||
		record->size % 2 != 0)
		return -EINVAL;
	units = count_units(record->data, record->size / 2);
	decoded = malloc(UTF8_SIZE(units));
	if (!decoded)
		return -ENOMEM;
	if (!decode(record->data, units, decoded))
		return -EINVAL;
	*text = TAKE_PTR(decoded);
	return 0;
}

int registrypol_number(const struct registry_record *record, uint64_t *number)
{
	if (record->type == REGISTRY_DWORD && record->size == 4)
		*number = number_at(record->data);
	else if (record->type == REGISTRY_DWORD_BIG_ENDIAN && record->size == 4)
		*number = be32toh(htole32(number_at(record->data)));
	else if (record->type == REGISTRY_QWORD && record->size == 8)
		*number = (uint64_t)number_at(record->data + 4) << 32 | number_at(record->data);
	else
		return -EINVAL;
	return 0;
}
