// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Registry.pol: whatever is accepted has names within their limits, data within the file, and texts
 * that are UTF-8; whatever is refused has a reason.
 */

#include "policy/grouppolicy/registrypol.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
	const uint8_t *data;
	size_t size;
};

static void check_utf8(const char *text)
{
	while (*text) {
		unsigned char lead = (unsigned char)*text;
		int more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;

		assert(lead < 0x80 || (lead >= 0xc2 && lead <= 0xf4));
		for (text++; more > 0; more--, text++)
			assert(((unsigned char)*text & 0xc0) == 0x80);
	}
}

static int check(void *context, const struct registry_record *record)
{
	const struct file *file = context;
	_cleanup_free_ char *text = NULL;
	uint64_t number;

	assert(record->key[0] && record->type <= 11 && record->size <= 65535);
	assert(record->data >= file->data);
	assert(record->data + record->size < file->data + file->size);
	check_utf8(record->key);
	check_utf8(record->value);
	if (registrypol_text(record, &text) == 0) {
		check_utf8(text);
		assert(strlen(text) <= record->size / 2 * 3);
		assert(registrypol_number(record, &number) == -EINVAL);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file file = {data, size};
	_cleanup_free_ char *why = NULL;
	int r = registrypol_parse(data, size, check, &file, &why);

	assert((r == 0 && !why) || (r == -EINVAL && why && strncmp(why, "byte ", 5) == 0));
	return 0;
}
