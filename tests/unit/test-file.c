// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/file: bounded reading, atomic writing.
 *
 * What must not happen: hanging on a FIFO, following a link that somebody planted, leaving half a
 * file or a temporary one behind.
 */

#include "tree.h"

#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void under_joins_root_and_path(void **state)
{
	static const struct {
		const char *root, *expected;
	} cases[] = {
		{NULL, "/etc/x"},
		{"", "/etc/x"},
		{"/", "/etc/x"},
		{"/mnt/image", "/mnt/image/etc/x"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *path = file_under(cases[i].root, "/etc/x");

		assert_string_equal(path, cases[i].expected);
	}
}

static void read_returns_content_and_size(void **state)
{
	const char *path = tree_write_bytes(*state, "/f", "ab\0cd", 5);
	_cleanup_free_ char *data = NULL;
	size_t size = 0;

	assert_int_equal(file_read(path, 5, &data, &size), 0);
	assert_int_equal(size, 5);
	assert_memory_equal(data, "ab\0cd", 6);
}

static void read_takes_an_empty_file(void **state)
{
	const char *path = tree_write(*state, "/f", "");
	_cleanup_free_ char *data = NULL;

	assert_int_equal(file_read(path, 0, &data, NULL), 0);
	assert_string_equal(data, "");
}

static void read_is_bounded(void **state)
{
	static char big[100000];
	_cleanup_free_ char *data = NULL;
	char *untouched = big;
	const char *path;
	size_t size = 7;

	memset(big, 'x', sizeof(big));
	path = tree_write_bytes(*state, "/f", big, sizeof(big));
	assert_int_equal(file_read(path, sizeof(big) - 1, &untouched, &size), -EFBIG);
	assert_ptr_equal(untouched, big);
	assert_int_equal(size, 7);
	assert_int_equal(file_read(path, sizeof(big), &data, &size), 0);
	assert_int_equal(size, sizeof(big));
}

static void read_refuses_what_is_no_file(void **state)
{
	char *data = NULL;

	deadline_set();
	assert_int_equal(file_read(tree_fifo(*state, "/fifo"), 10, &data, NULL), -EINVAL);
	assert_int_equal(file_read(*state, 10, &data, NULL), -EINVAL);
	assert_int_equal(file_read("/dev/zero", 10, &data, NULL), -EINVAL);
	assert_int_equal(file_read(tree_path(*state, "/none"), 10, &data, NULL), -ENOENT);
	assert_int_equal(file_read(tree_link(*state, "/loop", "loop"), 10, &data, NULL), -ELOOP);
	assert_null(data);
	deadline_clear();
}

static void read_virtual_cuts(void **state)
{
	const char *path = tree_write(*state, "/f", "0123456789");
	_cleanup_free_ char *data = NULL, *proc = NULL;
	char *untouched = NULL;
	size_t size;

	assert_int_equal(file_read_virtual(path, 4, &data, &size), 0);
	assert_string_equal(data, "0123");
	assert_int_equal(size, 4);
	assert_int_equal(file_read_virtual("/proc/self/status", 65536, &proc, NULL), 0);
	assert_contains(proc, "Name:");
	assert_int_equal(file_read_virtual(*state, 4, &untouched, NULL), -EISDIR);
	assert_null(untouched);
}

static void trusted_is_what_only_root_writes(void **state)
{
	const char *path = tree_write(*state, "/f", "x");
	_cleanup_free_ char *why = NULL;

	assert_int_equal(file_check_trusted(path, &why), 0);
	assert_int_equal(file_check_trusted(tree_path(*state, "/none"), &why), -ENOENT);
	assert_null(why);
	assert_int_equal(chmod(path, 0664), 0);
	assert_int_equal(file_check_trusted(path, &why), -EPERM);
	assert_contains(why, path);
	assert_contains(why, "0664");
	assert_contains(why, "chmod go-w");
	assert_int_equal(chmod(path, 0646), 0);
	assert_int_equal(file_check_trusted(tree_link(*state, "/link", "f"), NULL), -EPERM);
}

static void trusted_is_not_what_another_user_owns(void **state)
{
	const char *path = tree_write(*state, "/f", "x");
	_cleanup_free_ char *why = NULL;

	tree_need_other_users();
	assert_int_equal(chown(path, 4711, 0), 0);
	assert_int_equal(file_check_trusted(path, &why), -EPERM);
	assert_contains(why, path);
	assert_contains(why, "4711");
	assert_contains(why, "chown root");
}

static void text_in_has_no_nul_bytes(void **state)
{
	_cleanup_free_ char *content = NULL, *why = NULL;

	tree_write(*state, "/text", "two\nlines\n");
	assert_int_equal(file_read_text_in(*state, "/text", 16, &content, &why), 0);
	assert_string_equal(content, "two\nlines\n");
	assert_int_equal(file_read_text_in(*state, "/none", 16, &content, &why), -ENOENT);
	assert_null(why);
	tree_write_bytes(*state, "/nul", "a\0b", 3);
	assert_int_equal(file_read_text_in(*state, "/nul", 16, &content, &why), -EINVAL);
	assert_contains(why, "/nul: has NUL bytes in it");
	assert_int_equal(file_read_text_in(*state, "/text", 3, &content, &why), -EFBIG);
	assert_contains(why, "/text: longer than 3 bytes");
	assert_int_equal(file_read_text_in(*state, "/text/x", 16, &content, &why), -ENOTDIR);
	assert_contains(why, "/text/x: Not a directory");
	assert_string_equal(content, "two\nlines\n");
}

static void publish_replaces_and_sets_the_mode(void **state)
{
	const char *path = tree_write(*state, "/f", "a much longer old content");
	_cleanup_free_ char *content = NULL;
	struct stat st;

	umask(077);
	assert_int_equal(file_write_atomic(path, "new", 3, 0644), 0);
	umask(022);
	content = tree_read(path);
	assert_string_equal(content, "new");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(tree_count(*state), 1);
}

/* A link in its place is replaced; whoever planted it gains nothing. */
static void publish_follows_no_link(void **state)
{
	const char *victim = tree_write(*state, "/victim", "precious");
	const char *path = tree_link(*state, "/f", "victim");
	_cleanup_free_ char *content = NULL, *saved = NULL;
	struct stat st;

	assert_int_equal(file_write_atomic(path, "new", 3, 0600), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	content = tree_read(path);
	saved = tree_read(victim);
	assert_string_equal(content, "new");
	assert_string_equal(saved, "precious");
}

static void publish_failing_leaves_the_old_file(void **state)
{
	const char *path = tree_write(*state, "/f", "old");
	_cleanup_free_ char *content = NULL;
	char big[4096] = {0};
	int r;

	tree_limit_file_size(100);
	r = file_write_atomic(path, big, sizeof(big), 0644);
	tree_limit_file_size(-1);
	assert_int_equal(r, -EFBIG);
	content = tree_read(path);
	assert_string_equal(content, "old");
	assert_int_equal(tree_count(*state), 1);
}

static void publish_says_where_it_cannot(void **state)
{
	const char *folder = tree_folder(*state, "/folder");

	assert_int_equal(file_write_atomic(tree_path(*state, "/no/f"), "x", 1, 0644), -ENOENT);
	assert_int_equal(file_write_atomic(folder, "x", 1, 0644), -EISDIR);
	assert_int_equal(tree_count(*state), 1);
}

static void append_adds_whole_lines(void **state)
{
	const char *path = tree_path(*state, "/f");
	_cleanup_free_ char *content = NULL;
	struct stat st;

	assert_int_equal(file_append_line(path, "one", 0640), 0);
	assert_int_equal(file_append_line(path, "two", 0640), 0);
	content = tree_read(path);
	assert_string_equal(content, "one\ntwo\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void append_ends_a_torn_line_first(void **state)
{
	const char *path = tree_write(*state, "/f", "one\ntor");
	_cleanup_free_ char *content = NULL;

	assert_int_equal(file_append_line(path, "two", 0644), 0);
	content = tree_read(path);
	assert_string_equal(content, "one\ntor\ntwo\n");
}

static void append_fails_where_it_must(void **state)
{
	const char *victim = tree_write(*state, "/victim", "");

	assert_int_equal(file_append_line(tree_link(*state, "/l", "victim"), "x", 0644), -ELOOP);
	assert_int_equal(file_append_line(*state, "x", 0644), -EISDIR);
	assert_int_equal(file_append_line(tree_path(*state, "/no/f"), "x", 0644), -ENOENT);
	deadline_set();
	assert_true(file_append_line(tree_fifo(*state, "/fifo"), "x", 0644) < 0);
	deadline_clear();
	tree_limit_file_size(1);
	assert_int_equal(file_append_line(victim, "xxxx", 0644), -EFBIG);
	tree_limit_file_size(-1);
}

static void touch_makes_folder_and_file_once(void **state)
{
	const char *path = tree_path(*state, "/run/marker");
	_cleanup_free_ char *content = NULL;

	assert_int_equal(file_touch(path), 0);
	assert_true(file_exists(path));
	tree_write(*state, "/run/marker", "kept");
	assert_int_equal(file_touch(path), 0);
	content = tree_read(path);
	assert_string_equal(content, "kept");
	assert_int_equal(file_touch(tree_path(*state, "/a/b/c")), -ENOENT);
	assert_int_equal(file_touch(tree_path(*state, "/run/marker/c")), -ENOTDIR);
}

static void exists_follows_links(void **state)
{
	assert_true(file_exists(*state));
	assert_false(file_exists(tree_path(*state, "/none")));
	assert_false(file_exists(tree_link(*state, "/dangling", "none")));
}

static void sync_parent_needs_one(void **state)
{
	assert_int_equal(file_sync_parent(tree_path(*state, "/whatever")), 0);
	assert_int_equal(file_sync_parent(tree_path(*state, "/no/whatever")), -ENOENT);
}

static void nothing_leaks_descriptors(void **state)
{
	const char *path = tree_write(*state, "/f", "x");
	size_t before = tree_count_descriptors();

	file_write_atomic(path, "x", 1, 0644);
	file_write_atomic(*state, "x", 1, 0644);
	assert_int_equal(file_append_line(path, "x", 0644), 0);
	file_touch(path);
	file_sync_parent(path);
	file_check_trusted(path, NULL);
	assert_int_equal(tree_count_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(under_joins_root_and_path),
		tree_test(read_returns_content_and_size),
		tree_test(read_takes_an_empty_file),
		tree_test(read_is_bounded),
		tree_test(read_refuses_what_is_no_file),
		tree_test(read_virtual_cuts),
		tree_test(trusted_is_what_only_root_writes),
		tree_test(trusted_is_not_what_another_user_owns),
		tree_test(text_in_has_no_nul_bytes),
		tree_test(publish_replaces_and_sets_the_mode),
		tree_test(publish_follows_no_link),
		tree_test(publish_failing_leaves_the_old_file),
		tree_test(publish_says_where_it_cannot),
		tree_test(append_adds_whole_lines),
		tree_test(append_ends_a_torn_line_first),
		tree_test(append_fails_where_it_must),
		tree_test(touch_makes_folder_and_file_once),
		tree_test(exists_follows_links),
		tree_test(sync_parent_needs_one),
		tree_test(nothing_leaks_descriptors),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
