// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/history: a trail that is only appended to, and that damage in one place does not end.
 */

#include "tree.h"

#include "state/state.h"

#include <errno.h>
#include <string.h>

DEFINE_CLEANUP(json, json_t *, json_decref)

static json_t *load(const char *root, unsigned int expected_skipped)
{
	_cleanup_free_ char *why = NULL;
	unsigned int skipped = 4711;
	json_t *entries = NULL;

	if (history_load(root, &entries, &skipped, &why) != 0)
		fail_msg("not loaded: %s", why);
	assert_int_equal(skipped, expected_skipped);
	return entries;
}

static const char *member(const json_t *entries, size_t index, const char *name)
{
	return json_string_value(json_object_get(json_array_get(entries, index), name));
}

static void no_file_is_an_empty_trail(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = load(*state, 0);

	assert_true(json_is_array(entries));
	assert_int_equal(json_array_size(entries), 0);
}

static void events_come_back_in_their_order(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_folder(*state, STATE_DIRECTORY);
	assert_int_equal(history_append(*state, "installed", NULL, NULL), 0);
	assert_int_equal(history_append(*state, "sealed",
				 json_pack("{s:s, s:i}", "reason", "first-boot", "boots", 1), NULL),
		0);
	entries = load(*state, 0);
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(member(entries, 0, "event"), "installed");
	assert_int_equal(strlen(member(entries, 0, "time")), 20);
	assert_string_equal(member(entries, 1, "event"), "sealed");
	assert_string_equal(member(entries, 1, "reason"), "first-boot");
}

static void one_event_is_one_line_with_its_time_first(void **state)
{
	_cleanup_free_ char *content = NULL;

	tree_folder(*state, STATE_DIRECTORY);
	assert_int_equal(history_append(*state, "finished",
				 json_pack("{s:s}", "reason", "two\nlines"), NULL),
		0);
	content = tree_read(tree_path(*state, HISTORY_FILE));
	assert_int_equal(strncmp(content, "{\"time\":\"", 9), 0);
	assert_ptr_equal(strchr(content, '\n'), content + strlen(content) - 1);
	assert_contains(content, "\"reason\":\"two\\nlines\"");
}

static void details_cannot_forge_time_and_event(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_folder(*state, STATE_DIRECTORY);
	assert_int_equal(
		history_append(*state, "sealed",
			json_pack("{s:s, s:s}", "time", "never", "event", "finished"), NULL),
		0);
	entries = load(*state, 0);
	assert_string_equal(member(entries, 0, "event"), "sealed");
	assert_string_not_equal(member(entries, 0, "time"), "never");
}

static void a_torn_line_costs_itself_only(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_write(*state, HISTORY_FILE, "{\"event\":\"installed\"}\n{\"event\":\"seal");
	assert_int_equal(history_append(*state, "sealed", NULL, NULL), 0);
	entries = load(*state, 1);
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(member(entries, 1, "event"), "sealed");
}

static void foreign_lines_are_counted_and_skipped(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_write(*state, HISTORY_FILE,
		"{\"event\":\"a\"}\n\nnot json\n[1]\n\"text\"\n{\"event\":\"b\"} trailing\n"
		"{\"event\":\"c\"}");
	entries = load(*state, 4);
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(member(entries, 0, "event"), "a");
	assert_string_equal(member(entries, 1, "event"), "c");
}

/* A power cut may leave a block of NUL bytes at the end; what is appended later must be seen. */
static void nul_bytes_do_not_end_the_trail(void **state)
{
	static const char content[] = "{\"event\":\"a\"}\n\0\0\0\0\n{\"event\":\"b\"}\n";
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_write_bytes(*state, HISTORY_FILE, content, sizeof(content) - 1);
	entries = load(*state, 1);
	assert_int_equal(json_array_size(entries), 2);
	assert_string_equal(member(entries, 1, "event"), "b");
}

static void what_cannot_be_read_is_named(void **state)
{
	_cleanup_free_ char *why = NULL;
	json_t *entries = NULL;
	unsigned int skipped;

	tree_fifo(*state, HISTORY_FILE);
	alarm(20);
	assert_true(history_load(*state, &entries, &skipped, &why) < 0);
	alarm(0);
	assert_contains(why, HISTORY_FILE);
	assert_null(strstr(why, *state));
	assert_null(entries);
}

static void what_cannot_be_written_is_named(void **state)
{
	_cleanup_free_ char *why = NULL;

	assert_int_equal(
		history_append(*state, "sealed", json_pack("{s:i}", "boots", 1), &why), -ENOENT);
	assert_contains(why, HISTORY_FILE);
	assert_contains(why, "cannot be written");
}

/* An audit trail must not let itself be led to another file. */
static void a_link_is_not_followed(void **state)
{
	_cleanup_free_ char *why = NULL, *content = NULL;
	const char *victim = tree_write(*state, "/victim", "");

	tree_link(*state, HISTORY_FILE, victim);
	assert_int_equal(history_append(*state, "sealed", NULL, &why), -ELOOP);
	content = tree_read(victim);
	assert_string_equal(content, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(no_file_is_an_empty_trail),
		tree_test(events_come_back_in_their_order),
		tree_test(one_event_is_one_line_with_its_time_first),
		tree_test(details_cannot_forge_time_and_event),
		tree_test(a_torn_line_costs_itself_only),
		tree_test(foreign_lines_are_counted_and_skipped),
		tree_test(nul_bytes_do_not_end_the_trail),
		tree_test(what_cannot_be_read_is_named),
		tree_test(what_cannot_be_written_is_named),
		tree_test(a_link_is_not_followed),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
