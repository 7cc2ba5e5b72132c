// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report/textfile: whoever owns the folder may put there what they like; the numbers reach that
 * folder, or nothing.
 */

#include "tree.h"

#include "report/textfile.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/var/lib/node"
#define FILE_  FOLDER "/" TEXTFILE_NAME

static int write_numbers(const char *root, const char *numbers)
{
	_cleanup_free_ char *why = NULL;
	int r = textfile_write(root, FOLDER, numbers, &why);

	assert_int_equal(r < 0, why != NULL);
	return r;
}

static void assert_content(const char *root, const char *path, const char *content)
{
	_cleanup_free_ char *found = tree_read(tree_path(root, path));

	assert_string_equal(found, content);
}

static void everybody_can_read_them(void **state)
{
	struct stat st;

	tree_folder(*state, FOLDER);
	assert_int_equal(write_numbers(*state, "a 1\n"), 0);
	assert_int_equal(write_numbers(*state, "a 2\n"), 0);
	assert_content(*state, FILE_, "a 2\n");
	assert_int_equal(lstat(tree_path(*state, FILE_), &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0644);
	assert_int_equal(tree_count(tree_path(*state, FOLDER)), 1);
}

static void a_link_in_place_of_the_file_is_replaced(void **state)
{
	struct stat st;

	tree_folder(*state, FOLDER);
	tree_write(*state, "/etc/shadow", "secret");
	tree_link(*state, FILE_, tree_path(*state, "/etc/shadow"));
	assert_int_equal(write_numbers(*state, "a 1\n"), 0);
	assert_content(*state, "/etc/shadow", "secret");
	assert_content(*state, FILE_, "a 1\n");
	assert_int_equal(lstat(tree_path(*state, FILE_), &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void a_folder_in_place_of_the_file_stays(void **state)
{
	tree_folder(*state, FILE_);
	assert_int_equal(write_numbers(*state, "a 1\n"), -EISDIR);
	assert_int_equal(tree_count(tree_path(*state, FOLDER)), 1);
}

/* Debian's user "prometheus" owns the parent, and can put a link in the folder's place. */
static void a_link_to_the_folder_is_not_followed(void **state)
{
	tree_folder(*state, "/etc/logrotate.d");
	tree_folder(*state, "/var/lib");
	tree_link(*state, FOLDER, tree_path(*state, "/etc/logrotate.d"));
	assert_int_equal(write_numbers(*state, "a 1\n"), -ELOOP);
	assert_int_equal(tree_count(tree_path(*state, "/etc/logrotate.d")), 0);
}

static void nor_is_one_further_up(void **state)
{
	tree_folder(*state, "/etc/node");
	tree_folder(*state, "/var");
	tree_link(*state, "/var/lib", tree_path(*state, "/etc"));
	assert_int_equal(write_numbers(*state, "a 1\n"), -ELOOP);
	assert_int_equal(tree_count(tree_path(*state, "/etc/node")), 0);
}

static void no_folder_is_made(void **state)
{
	tree_folder(*state, "/var/lib");
	assert_int_equal(write_numbers(*state, "a 1\n"), -ENOENT);
	tree_write(*state, FOLDER, "a file");
	assert_int_equal(write_numbers(*state, "a 1\n"), -ENOTDIR);
}

static void a_full_disk_leaves_the_old_numbers(void **state)
{
	char numbers[64 << 10];

	memset(numbers, 'a', sizeof(numbers) - 1);
	numbers[sizeof(numbers) - 1] = '\0';
	tree_mount(tree_folder(*state, FOLDER), "size=16k");
	assert_int_equal(write_numbers(*state, "a 1\n"), 0);
	assert_int_equal(write_numbers(*state, numbers), -ENOSPC);
	assert_content(*state, FILE_, "a 1\n");
	assert_int_equal(tree_count(tree_path(*state, FOLDER)), 1);
	tree_unmount(tree_path(*state, FOLDER));
}

static void reset_takes_them_away(void **state)
{
	_cleanup_free_ char *why = NULL;

	tree_write(*state, "/etc/cordon/cordon.conf", "[Report]\nTextfile=" FOLDER "\n");
	assert_int_equal(textfile_remove(*state, &why), 0);
	tree_folder(*state, FOLDER);
	assert_int_equal(textfile_remove(*state, &why), 0);
	tree_write(*state, FILE_, "a 1\n");
	assert_int_equal(textfile_remove(*state, &why), 0);
	assert_int_equal(tree_count(tree_path(*state, FOLDER)), 0);
	assert_null(why);
}

static void reset_takes_away_nothing_else(void **state)
{
	_cleanup_free_ char *why = NULL;

	tree_write(*state, "/etc/cordon/cordon.conf", "[Report]\nTextfile=" FOLDER "\n");
	tree_write(*state, "/etc/node/" TEXTFILE_NAME, "another's");
	tree_folder(*state, "/var/lib");
	tree_link(*state, FOLDER, tree_path(*state, "/etc/node"));
	assert_int_equal(textfile_remove(*state, &why), 0);
	assert_content(*state, "/etc/node/" TEXTFILE_NAME, "another's");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(everybody_can_read_them),
		tree_test(a_link_in_place_of_the_file_is_replaced),
		tree_test(a_folder_in_place_of_the_file_stays),
		tree_test(a_link_to_the_folder_is_not_followed),
		tree_test(nor_is_one_further_up),
		tree_test(no_folder_is_made),
		tree_test(a_full_disk_leaves_the_old_numbers),
		tree_test(reset_takes_them_away),
		tree_test(reset_takes_away_nothing_else),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
