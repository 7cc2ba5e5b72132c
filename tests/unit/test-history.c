// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/history: a trail that is only appended to, that damage in one place does not end, and that
 * is cut short without losing what an administrator may still look for.
 */

#include "tree.h"

#include "state/state.h"
#include "util/fail.h"
#include "util/json.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

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
	assert_int_equal(history_append(*state, "installed", json_object(), NULL), 0);
	/* Details that there was no memory for are not the same as none. */
	assert_int_equal(history_append(*state, "finished", NULL, NULL), -ENOMEM);
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
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
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
	deadline_set();
	assert_true(history_load(*state, &entries, &skipped, &why) < 0);
	deadline_clear();
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
	assert_int_equal(history_append(*state, "sealed", json_object(), &why), -ELOOP);
	content = tree_read(victim);
	assert_string_equal(content, "");
}

static void what_is_no_event_is_not_appended(void **state)
{
	_cleanup_free_ char *why = NULL;

	tree_folder(*state, STATE_DIRECTORY);
	assert_int_equal(
		history_append(*state, "seeled", json_pack("{s:i}", "boots", 1), &why), -EINVAL);
	assert_contains(why, "seeled");
	assert_int_equal(tree_count(tree_path(*state, STATE_DIRECTORY)), 0);
}

/* A file of so many bytes with one event in its first line, and one in its last. */
static void write_long(const char *root, const char *name, const char *event, size_t size)
{
	_cleanup_free_ char *content = malloc(size + 1);
	_cleanup_free_ char *line = strdup_printf("{\"event\":\"%s\"}\n", event);
	const size_t length = strlen(line);

	memset(content, '\n', size);
	memcpy(content, line, length);
	memcpy(content + size - length, line, length);
	tree_write_bytes(root, name, content, size);
}

static void assert_events(const char *root, const char *const *expected)
{
	_cleanup_(cleanup_json) json_t *entries = load(root, 0);
	size_t count = 0;

	for (; expected[count]; count++)
		assert_string_equal(member(entries, count, "event"), expected[count]);
	assert_int_equal(json_array_size(entries), count);
}

#define assert_trail(root, ...) assert_events(root, (const char *const[]){__VA_ARGS__, NULL})

static bool is_there(const char *root, const char *path)
{
	struct stat st;

	return lstat(tree_path(root, path), &st) == 0;
}

static void a_short_trail_stays(void **state)
{
	write_long(*state, HISTORY_FILE, "a", HISTORY_ROTATE_SIZE / 2);
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	assert_false(is_there(*state, HISTORY_OLDER));
	assert_trail(*state, "a", "a", "sealed");
}

static void a_long_trail_is_moved_and_goes_on(void **state)
{
	write_long(*state, HISTORY_FILE, "a", HISTORY_ROTATE_SIZE - 1);
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	assert_false(is_there(*state, HISTORY_FILE));
	assert_trail(*state, "a", "a", "sealed");
	assert_int_equal(history_append(*state, "met", json_object(), NULL), 0);
	assert_int_equal(history_append(*state, "finished", json_object(), NULL), 0);
	assert_trail(*state, "a", "a", "sealed", "met", "finished");
}

static void one_old_generation_is_kept(void **state)
{
	write_long(*state, HISTORY_OLDER, "a", 1000);
	write_long(*state, HISTORY_FILE, "b", HISTORY_ROTATE_SIZE);
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	assert_trail(*state, "b", "b", "sealed");
	assert_int_equal(tree_count(tree_path(*state, STATE_DIRECTORY)), 1);
}

/* The steps are the append and the renaming; each leaves what the next boot goes on from. */
static void a_power_cut_at_each_step(void **state)
{
	write_long(*state, HISTORY_OLDER, "a", 1000);
	write_long(*state, HISTORY_FILE, "b", HISTORY_ROTATE_SIZE + 10);
	/* Before the renaming, or with a renaming that did not reach the disk. */
	assert_trail(*state, "a", "a", "b", "b");
	/* Behind it, and before the next event. */
	assert_int_equal(
		rename(tree_path(*state, HISTORY_FILE), tree_path(*state, HISTORY_OLDER)), 0);
	assert_trail(*state, "b", "b");
	/* The next event's file is there, and nothing of it yet; or a part. */
	tree_write(*state, HISTORY_FILE, "");
	assert_trail(*state, "b", "b");
	tree_write(*state, HISTORY_FILE, "{\"time\":\"20");
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	json_decref(load(*state, 1));
}

/* A trail in the middle of its turn is one of this machine all the same. */
static void a_record_lost_then_is_damage(void **state)
{
	_cleanup_(state_clear) struct state record = {0};

	write_long(*state, HISTORY_OLDER, "a", 1000);
	assert_int_equal(state_load(*state, &record, NULL), STATE_DAMAGED);
}

/* A reader that has read the file before it is moved finds it again under the other name. */
static void what_is_moved_while_it_is_read_is_shown_once(void **state)
{
	tree_write(*state, HISTORY_FILE, "{\"event\":\"a\"}\n");
	tree_write(*state, HISTORY_OLDER, "{\"event\":\"a\"}\n{\"event\":\"b\"}\n");
	assert_trail(*state, "a", "b");
}

static void a_torn_old_line_costs_itself_only(void **state)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;

	tree_write(*state, HISTORY_OLDER, "{\"event\":\"a\"}\n{\"event\":\"to");
	tree_write(*state, HISTORY_FILE, "{\"event\":\"b\"}\n");
	entries = load(*state, 1);
	assert_string_equal(member(entries, 0, "event"), "a");
	assert_string_equal(member(entries, 1, "event"), "b");
}

/* Nothing is put in the place of what somebody else has put there; the trail gets longer. */
static void what_is_no_file_is_not_replaced(void **state)
{
	_cleanup_free_ char *content = NULL;
	const char *victim = tree_write(*state, "/victim", "{\"event\":\"v\"}\n");

	write_long(*state, HISTORY_FILE, "a", HISTORY_ROTATE_SIZE);
	tree_link(*state, HISTORY_OLDER, victim);
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	assert_true(is_there(*state, HISTORY_FILE));
	content = tree_read(victim);
	assert_string_equal(content, "{\"event\":\"v\"}\n");
	unlink(tree_path(*state, HISTORY_OLDER));
	tree_folder(*state, HISTORY_OLDER);
	assert_int_equal(history_append(*state, "met", json_object(), NULL), 0);
	assert_true(is_there(*state, HISTORY_FILE));
	rmdir(tree_path(*state, HISTORY_OLDER));
	assert_int_equal(history_append(*state, "finished", json_object(), NULL), 0);
	assert_false(is_there(*state, HISTORY_FILE));
	assert_trail(*state, "a", "a", "sealed", "met", "finished");
}

static void a_full_disk_takes_nothing_away(void **state)
{
	write_long(*state, HISTORY_OLDER, "a", 1000);
	write_long(*state, HISTORY_FILE, "b", HISTORY_ROTATE_SIZE);
	tree_limit_file_size(HISTORY_ROTATE_SIZE);
	assert_true(history_append(*state, "sealed", json_object(), NULL) < 0);
	tree_limit_file_size(-1);
	assert_trail(*state, "a", "a", "b", "b");
}

/* Of two that find it long, the second would move a new, short file over the one that was moved. */
static void two_do_not_move_it_twice(void **state)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	_cleanup_close_ int fd = -1;

	write_long(*state, HISTORY_FILE, "a", HISTORY_ROTATE_SIZE);
	fd = open(tree_path(*state, HISTORY_FILE), O_RDWR | O_CLOEXEC);
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &lock), 0);
	deadline_set();
	assert_int_equal(history_append(*state, "sealed", json_object(), NULL), 0);
	deadline_clear();
	assert_true(is_there(*state, HISTORY_FILE));
	assert_trail(*state, "a", "a", "sealed");
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
		tree_test(what_is_no_event_is_not_appended),
		tree_test(a_short_trail_stays),
		tree_test(a_long_trail_is_moved_and_goes_on),
		tree_test(one_old_generation_is_kept),
		tree_test(a_power_cut_at_each_step),
		tree_test(a_record_lost_then_is_damage),
		tree_test(what_is_moved_while_it_is_read_is_shown_once),
		tree_test(a_torn_old_line_costs_itself_only),
		tree_test(what_is_no_file_is_not_replaced),
		tree_test(a_full_disk_takes_nothing_away),
		tree_test(two_do_not_move_it_twice),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
