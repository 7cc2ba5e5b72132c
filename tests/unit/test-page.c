// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * assistant/page: whatever a page is given, it does not drive the terminal.
 */

#include "tree.h"

#include "assistant/face/face.h"

#include <stdlib.h>
#include <string.h>

static void what_others_wrote_is_harmless(void **state)
{
	struct page page = {.title = "Title"};

	(void)state;
	page_add_choice(&page, "Choice");
	page_set_text(&page, strdup("one\n\033]0;title\a\xc2\x9b 2J"));
	page_set_state(&page, 0, strdup("\033[2J\xff"));
	assert_string_equal(page.text, "one\n?]0;title?? 2J");
	assert_string_equal(page.choices[0].state, "?[2J?");
	page_clear(&page);
	assert_null(page.text);
	assert_int_equal(page.choices_count, 0);
}

static void without_memory_the_old_text_stays(void **state)
{
	struct page page = {.title = "Title"};

	(void)state;
	page_set_text(&page, strdup("old"));
	page_set_text(&page, NULL);
	assert_string_equal(page.text, "old");
	page_clear(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_wrote_is_harmless),
		cmocka_unit_test(without_memory_the_old_text_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
