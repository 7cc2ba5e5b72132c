// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/stream. That memory runs short in it is tried by test-memory.c.
 */

#include "tree.h"

#include "util/stream.h"

#include <string.h>

static void nothing_written_is_an_empty_text(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct stream stream;

	(void)state;
	assert_non_null(stream_open(&stream));
	text = stream_close(&stream);
	assert_string_equal(text, "");
	assert_int_equal(stream.size, 0);
}

static void pieces_keep_their_order_and_their_bytes(void **state)
{
	_cleanup_free_ char *text = NULL;
	struct stream stream;
	FILE *out = stream_open(&stream);

	(void)state;
	assert_ptr_equal(out, stream.out);
	fprintf(out, "%s and %d", "one", 2);
	fputc('\0', out);
	fwrite("\xff\n", 1, 2, out);
	text = stream_close(&stream);
	assert_int_equal(stream.size, 12);
	assert_memory_equal(text, "one and 2\0\xff\n", 13);
}

/* Every length around those at which more room is needed. */
static void a_text_has_any_length(void **state)
{
	static const size_t lengths[] = {1, 1022, 1023, 1024, 1025, 2047, 2048, 4095, 4096, 4097,
		8191, 8192, 8193, 1U << 20};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		_cleanup_free_ char *written = malloc(lengths[i] + 1), *text = NULL;
		struct stream stream;

		assert_non_null(written);
		memset(written, 'x', lengths[i]);
		written[lengths[i]] = '\0';
		assert_non_null(stream_open(&stream));
		fputs(written, stream.out);
		assert_int_equal(ftell(stream.out), lengths[i]);
		assert_int_equal(fseek(stream.out, 0, SEEK_SET), -1);
		text = stream_close(&stream);
		assert_int_equal(stream.size, lengths[i]);
		assert_string_equal(text, written);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_written_is_an_empty_text),
		cmocka_unit_test(pieces_keep_their_order_and_their_bytes),
		cmocka_unit_test(a_text_has_any_length),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
