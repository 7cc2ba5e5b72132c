// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/number: large numbers as people read them.
 */

#include "tree.h"

#include "util/number.h"

#include <limits.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_commas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
