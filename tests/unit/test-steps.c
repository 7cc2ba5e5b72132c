// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * assistant/steps: lined up where there is room, and never wider than the window.
 */

#include "tree.h"

#include "assistant/face/face-private.h"
#include "util/cleanup.h"

#include <stdlib.h>
#include <string.h>

static const struct page page = {
	.choices = {{.label = "Update", .state = (char *)"27 updates"},
		{.label = "Review all", .state = (char *)"off"}, {.label = "Finish"}},
	.choices_count = 3,
};

static void assert_line(size_t number, size_t columns, const char *expected)
{
	_cleanup_free_ char *line = steps_line(&page, number, columns);

	assert_string_equal(line, expected);
}

static void states_are_a_column(void **state)
{
	(void)state;
	assert_line(0, 27, " 1  Update       27 updates");
	assert_line(1, 27, " 2  Review all   off       ");
	assert_line(2, 27, " 3  Finish                 ");
}

static void without_room_they_follow(void **state)
{
	(void)state;
	assert_line(0, 26, " 1  Update: 27 updates    ");
	assert_line(1, 26, " 2  Review all: off       ");
}

static void what_is_cut_off_shows(void **state)
{
	(void)state;
	assert_line(0, 20, " 1  Update: 27 up...");
	assert_line(0, 2, " 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_are_a_column),
		cmocka_unit_test(without_room_they_follow),
		cmocka_unit_test(what_is_cut_off_shows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
