// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/json. That memory runs short in it is tried by test-memory.c.
 */

#include "tree.h"

#include "util/json.h"

static void texts_become_utf8(void **state)
{
	static const char *const texts[][2] = {
		{"", ""}, {"näh\n", "näh\n"}, {"/a\xff/b", "/a?/b"}, {"ä\xff\n", "ä??"}};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		_cleanup_(cleanup_json) json_t *text = json_text(texts[i][0]);

		assert_string_equal(json_string_value(text), texts[i][1]);
	}
	assert_null(json_text(NULL));
}

static void a_lost_part_is_the_loss_of_the_whole(void **state)
{
	json_t *array = json_array(), *object = json_object(), *other = json_array();

	(void)state;
	json_add(&array, json_integer(1));
	assert_int_equal(json_array_size(array), 1);
	json_add(&array, NULL);
	assert_null(array);
	json_add(&array, json_integer(2));
	assert_null(array);
	json_put(&object, "a", json_integer(1));
	assert_int_equal(json_object_size(object), 1);
	json_put(&object, "b", array);
	assert_null(object);
	json_put(&object, "a", json_integer(1));
	assert_null(object);
	json_join(&other, NULL);
	assert_null(other);
	json_join(&other, json_array());
	assert_null(other);
}

static void only_texts_that_are_there_are_put(void **state)
{
	_cleanup_(cleanup_json) json_t *object = json_object();

	(void)state;
	json_put_text(&object, "a", NULL);
	json_put_text(&object, "b", "c");
	assert_int_equal(json_object_size(object), 1);
	assert_string_equal(json_string_value(json_object_get(object, "b")), "c");
}

static void arrays_are_joined_in_their_order(void **state)
{
	_cleanup_(strv_clear) struct strv one = {0}, two = {0};
	_cleanup_(cleanup_json) json_t *array = NULL;
	_cleanup_free_ char *written = NULL;

	(void)state;
	assert_int_equal(strv_addf(&one, "a"), 0);
	assert_int_equal(strv_addf(&two, "b"), 0);
	array = json_sentences(&one);
	json_join(&array, json_sentences(&two));
	written = json_dumps(array, JSON_COMPACT);
	assert_string_equal(written, "[\"a\",\"b\"]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_become_utf8),
		cmocka_unit_test(a_lost_part_is_the_loss_of_the_whole),
		cmocka_unit_test(only_texts_that_are_there_are_put),
		cmocka_unit_test(arrays_are_joined_in_their_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
