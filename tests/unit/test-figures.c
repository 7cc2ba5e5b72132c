// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update/figures: what is read is what was kept, and it counts only while it can be true.
 */

#include "tree.h"

#include "update/figures.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#define THEN 1800000000
#define AGE  900

static const struct update_figures figures = {
	.pending = 12, .security = 3, .reboot = true, .when = THEN};

static void what_is_kept_is_read_back(void **state)
{
	const char *path = tree_path(*state, "/pending.json");
	struct update_figures found = {0};

	assert_int_equal(figures_load(path, &found), -ENOENT);
	assert_int_equal(figures_save(path, &figures), 0);
	assert_int_equal(figures_load(path, &found), 0);
	assert_int_equal(found.pending, 12);
	assert_int_equal(found.security, 3);
	assert_true(found.reboot);
	assert_int_equal(found.when, THEN);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const char *const contents[] = {
		"",
		"null",
		"{\"schema\": 2, \"when\": \"2026-01-31T23:59:59Z\", \"pending\": 1, "
		"\"security\": 0, \"reboot\": false}",
		"{\"schema\": 1, \"when\": \"yesterday\", \"pending\": 1, \"security\": 0, "
		"\"reboot\": false}",
		"{\"schema\": 1, \"when\": \"2026-01-31T23:59:59Z\", \"pending\": -1, "
		"\"security\": -1, \"reboot\": false}",
		"{\"schema\": 1, \"when\": \"2026-01-31T23:59:59Z\", \"pending\": 1, "
		"\"security\": 2, \"reboot\": false}",
		"{\"schema\": 1, \"when\": \"2026-01-31T23:59:59Z\", \"pending\": 1, "
		"\"security\": 1}",
	};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		const char *path = tree_write(*state, "/pending.json", contents[i]);
		struct update_figures found = figures;

		assert_int_equal(figures_load(path, &found), -EBADMSG);
		assert_int_equal(found.pending, 12);
	}
}

static void they_do_not_count_for_long(void **state)
{
	assert_true(figures_hold(&figures, *state, AGE, THEN));
	assert_true(figures_hold(&figures, *state, AGE, THEN + AGE));
	assert_false(figures_hold(&figures, *state, AGE, THEN + AGE + 1));
	/* The clock was set back. */
	assert_false(figures_hold(&figures, *state, AGE, THEN - 1));
}

static void change(const char *path, time_t when)
{
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void nor_once_something_has_changed(void **state)
{
	static const char *const paths[] = {"/run/cordon/update.json",
		"/var/lib/cordon/sources.json", "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite",
		"/usr/lib/sysimage/rpm/rpmdb.sqlite"};

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		const char *path = tree_write(*state, paths[i], "");

		change(path, THEN);
		assert_false(figures_hold(&figures, *state, AGE, THEN + 60));
		change(path, THEN + 10);
		assert_false(figures_hold(&figures, *state, AGE, THEN + 60));
		change(path, THEN - 1);
		assert_true(figures_hold(&figures, *state, AGE, THEN + 60));
	}
	change(tree_folder(*state, "/var/lib/apt/lists"), THEN);
	assert_false(figures_hold(&figures, *state, AGE, THEN + 60));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(what_is_kept_is_read_back),
		tree_test(what_makes_no_sense_is_refused),
		tree_test(they_do_not_count_for_long),
		tree_test(nor_once_something_has_changed),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
