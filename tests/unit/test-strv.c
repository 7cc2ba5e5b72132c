// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/sentences, and the sentences that util/fail leaves.
 */

#include "tree.h"

#include "util/fail.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

static void strv_keep_their_order(void **state)
{
	_cleanup_(strv_clear) struct strv list = {0};
	char expected[32];

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(strv_addf(&list, "%d of %s", i, "many"), 0);
	assert_int_equal(list.count, 100);
	for (int i = 0; i < 100; i++) {
		snprintf(expected, sizeof(expected), "%d of many", i);
		assert_string_equal(list.items[i], expected);
	}
}

static void clearing_leaves_an_empty_list(void **state)
{
	struct strv list = {0};

	(void)state;
	strv_clear(&list);
	assert_int_equal(strv_addf(&list, "one"), 0);
	strv_clear(&list);
	assert_null(list.items);
	assert_int_equal(list.count, 0);
	assert_int_equal(strv_addf(&list, "%s", "two"), 0);
	assert_string_equal(list.items[0], "two");
	strv_clear(&list);
}

static void names_are_found_added_once_and_sorted(void **state)
{
	_cleanup_(strv_clear) struct strv list = {0};

	(void)state;
	strv_sort(&list);
	assert_false(strv_has(&list, "b"));
	assert_int_equal(strv_add_once(&list, "b"), 0);
	assert_int_equal(strv_add_once(&list, "%s"), 0);
	assert_int_equal(strv_add_once(&list, "b"), 0);
	assert_int_equal(list.count, 2);
	assert_true(strv_has(&list, "b"));
	assert_false(strv_has(&list, "B"));
	strv_sort(&list);
	assert_string_equal(list.items[0], "%s");
	assert_string_equal(list.items[1], "b");
}

static void failing_replaces_an_older_sentence(void **state)
{
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(fail(&why, ENOENT, "%s: missing", "/x"), -ENOENT);
	assert_string_equal(why, "/x: missing");
	assert_int_equal(fail(&why, EIO, "%s: broken", why), -EIO);
	assert_string_equal(why, "/x: missing: broken");
	assert_int_equal(fail(NULL, EIO, "nobody reads this"), -EIO);
}

static void text_prints_into_a_new_string(void **state)
{
	_cleanup_free_ char *empty = strdup_printf("%s", ""),
			    *joined = strdup_printf("%s-%d", "a", 5);

	(void)state;
	assert_string_equal(empty, "");
	assert_string_equal(joined, "a-5");
}

static void now_is_rfc_3339_in_utc(void **state)
{
	static const char pattern[] = "dddd-dd-ddTdd:dd:ddZ";
	char now[WHEN_SIZE];

	(void)state;
	assert_ptr_equal(when_now(now), now);
	assert_int_equal(strlen(now), strlen(pattern));
	for (size_t i = 0; pattern[i]; i++)
		assert_true(
			pattern[i] == 'd' ? now[i] >= '0' && now[i] <= '9' : now[i] == pattern[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strv_keep_their_order),
		cmocka_unit_test(clearing_leaves_an_empty_list),
		cmocka_unit_test(names_are_found_added_once_and_sorted),
		cmocka_unit_test(failing_replaces_an_older_sentence),
		cmocka_unit_test(text_prints_into_a_new_string),
		cmocka_unit_test(now_is_rfc_3339_in_utc),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
