// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Columns of a terminal.
 */

#include "tree.h"

#include "util/cleanup.h"
#include "util/width.h"

#include <locale.h>

static void wide_characters_take_two_columns(void **state)
{
	(void)state;
	assert_int_equal(width_of(""), 0);
	assert_int_equal(width_of("seal"), 4);
	assert_int_equal(width_of("日本"), 4);
	assert_int_equal(width_of("e\xcc\x81"), 1);
	/* Bytes that are no character, cut ones too, and control characters take one each. */
	assert_int_equal(width_of("\xff\xfe"), 2);
	assert_int_equal(width_of("\xe6\x97"), 2);
	assert_int_equal(width_of("a\tb"), 3);
}

static void assert_fits(const char *text, size_t columns, const char *expected)
{
	_cleanup_free_ char *fitted = width_fit(text, columns);

	assert_string_equal(fitted, expected);
}

static void a_column_is_filled_or_cut(void **state)
{
	(void)state;
	assert_fits("seal", 6, "seal  ");
	assert_fits("seal", 4, "seal");
	assert_fits("seal", 2, "se");
	assert_fits("", 2, "  ");
	assert_fits("seal", 0, "");
	assert_fits("日本", 5, "日本 ");
	/* A wide character that has half the room it needs is left out. */
	assert_fits("日本", 3, "日 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_characters_take_two_columns),
		cmocka_unit_test(a_column_is_filled_or_cut),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
