// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/number: large numbers as people read them.
 */

#include "tree.h"

#include "util/number.h"

#include <limits.h>
#include <string.h>

static void numbers_have_commas(void **state)
{
	char buffer[NUMBER_SIZE];

	(void)state;
	assert_string_equal(number_write(0, buffer), "0");
	assert_string_equal(number_write(999, buffer), "999");
	assert_string_equal(number_write(1000, buffer), "1,000");
	assert_string_equal(number_write(1234567, buffer), "1,234,567");
	assert_string_equal(number_write(ULLONG_MAX, buffer), "18,446,744,073,709,551,615");
}

static void brief_numbers_do_not_grow(void **state)
{
	static const struct {
		unsigned long long number;
		const char *expected;
	} cases[] = {
		{0, "0"},
		{1, "1"},
		{9999, "9,999"},
		{10000, "10 k"},
		{12999, "12 k"},
		{999999, "999 k"},
		{1000000, "1.0 M"},
		{1999999, "1.9 M"},
		{9999999, "9.9 M"},
		{10000000, "10 M"},
		{999999999, "999 M"},
		{2000000000, "2.0 G"},
		{ULLONG_MAX, "18 E"},
	};
	char buffer[NUMBER_SIZE];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		assert_string_equal(number_brief(cases[i].number, buffer), cases[i].expected);
		assert_true(strlen(buffer) <= NUMBER_BRIEF_WIDTH);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_commas),
		cmocka_unit_test(brief_numbers_do_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
