// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/match: what is shorter than what is looked for does not match, and the whole of it does.
 */

#include "util/match.h"

#include "tree.h"

#include <string.h>

static void beginnings(void **state)
{
	(void)state;
	assert_true(starts_with("Inst x", "Inst "));
	assert_true(starts_with("Inst", "Inst"));
	assert_true(starts_with("", ""));
	assert_false(starts_with("Ins", "Inst"));
	assert_false(starts_with(" Inst", "Inst"));
}

static void ends(void **state)
{
	(void)state;
	assert_true(ends_with("bookworm-security", "-security"));
	assert_true(ends_with("-security", "-security"));
	assert_true(ends_with("x", ""));
	assert_false(ends_with("security", "-security"));
	assert_false(ends_with("x-security2", "-security"));
}

static void what_stands_behind(void **state)
{
	(void)state;
	assert_string_equal(str_after("a: b: c", ": "), "b: c");
	assert_string_equal(str_after("a: ", ": "), "");
	assert_null(str_after("a", ": "));
}

static void what_is_left_without_blanks(void **state)
{
	static const char *const texts[][2] = {{"", ""}, {" \t ", ""}, {"a", "a"},
		{" a b\t", "a b"}, {"a\n", "a\n"}, {"\ta", "a"}};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		_cleanup_free_ char *copy = strdup(texts[i][0]);

		assert_string_equal(trim(copy, " \t"), texts[i][1]);
	}
	assert_int_equal(trimmed_length(" a \n", " \n"), 2);
	assert_int_equal(trimmed_length("  ", " "), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beginnings),
		cmocka_unit_test(ends),
		cmocka_unit_test(what_stands_behind),
		cmocka_unit_test(what_is_left_without_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
