/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_TESTS_TREE_H
#define CORDON_TESTS_TREE_H

/*
 * What the unit tests share: cmocka, a folder of their own that is gone afterwards, and the two
 * questions that they ask again and again about sentences.
 *
 * cordon believes only files of root. Where the tests do not run as root they enter a user
 * namespace in which they are, so that a package can be built and tested by anybody.
 */

/* cmocka.h needs these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* cmocka's fail() has no arguments, cordon's (util/fail.h) has. */
#undef fail
#undef fail_msg
#define fail_msg(...)                                                                              \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

#include "util/cleanup.h"
#include "util/strv.h"

#include <sys/types.h>

/** tree_become_root() - Group setup: be root, of a user namespace at least, or skip the group. */
int tree_become_root(void **state);

/** tree_setup() - Test setup: *state becomes the path of a new, empty folder. */
int tree_setup(void **state);

/** tree_teardown() - Test teardown: remove the folder with all that is in it. */
int tree_teardown(void **state);

/** A test that gets a folder of its own as *state. */
#define tree_test(function) cmocka_unit_test_setup_teardown(function, tree_setup, tree_teardown)

/** tree_path() - @root with @path behind it; valid until 16 more were asked for. */
const char *tree_path(const char *root, const char *path);

/** tree_folder() - Make a folder and those above it. Return: its full path. */
const char *tree_folder(const char *root, const char *path);

/** tree_write() - Make a file, mode 0644, and the folders above it. Return: its full path. */
const char *tree_write(const char *root, const char *path, const char *content);

/** tree_write_bytes() - The same for any bytes. */
const char *tree_write_bytes(const char *root, const char *path, const void *data, size_t size);

/** tree_fifo() - Make a FIFO that would hang whoever opens it without O_NONBLOCK. */
const char *tree_fifo(const char *root, const char *path);

/** tree_link() - Make a symbolic link. Return: its full path. */
const char *tree_link(const char *root, const char *path, const char *target);

/** tree_read() - The content of a text file that must exist; malloc'ed. */
char *tree_read(const char *path);

/** tree_count() - How many entries a folder has. */
size_t tree_count(const char *folder);

/** tree_count_descriptors() - How many file descriptors this process has open. */
size_t tree_count_descriptors(void);

/** tree_skip() - Skip this test, and say why: what is asked for is not to be had here. */
void tree_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** tree_need_other_users() - Skip this test where no file can be given to another user. */
void tree_need_other_users(void);

/** tree_need_devices() - Skip the test where /dev/null is not root's: in a user namespace. */
void tree_need_devices(void);

/** tree_mount() - Mount a tmpfs with these options, for this process only; skips where not allowed.
 */
void tree_mount(const char *folder, const char *options);

/** tree_unmount() - Undo tree_mount(). */
void tree_unmount(const char *folder);

/*
 * Seconds after which what should be over hangs. No test here takes one of them on a quiet machine,
 * so it judges no speed on any (tests/deadline.py scales the deadlines of what takes longer).
 */
#define DEADLINE 600

/** deadline_set() - End this program with SIGALRM if it hangs from here to deadline_clear(). */
void deadline_set(void);

/** deadline_clear() - What might have hung is over. */
void deadline_clear(void);

/** tree_limit_file_size() - Let writes beyond @bytes fail with EFBIG; -1: no limit again. */
void tree_limit_file_size(long bytes);

/** assert_contains() - Fails unless @text is there and has @part in it. */
#define assert_contains(text, part) assert_contains_at(text, part, __FILE__, __LINE__)
void assert_contains_at(const char *text, const char *part, const char *file, int line);

/** assert_listed() - Fails unless one sentence of the list has @part in it. */
#define assert_listed(list, part) assert_listed_at(list, part, __FILE__, __LINE__)
void assert_listed_at(const struct strv *list, const char *part, const char *file, int line);

#endif
