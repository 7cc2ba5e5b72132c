// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What rpm says in passing, and the list of packages whose scripts failed.
 */

#include "update/rpm/rpm.h"

#include "tree.h"
#include "update/rpm/scripts.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

static void notices(void **state)
{
	static const struct {
		const char *line;
		enum rpm_notice notice;
		const char *subject;
	} cases[] = {
		{"warning: /etc/a b.conf created as /etc/a b.conf.rpmnew", RPM_NOTICE_KEPT,
			"/etc/a b.conf"},
		{"warning: /etc/a created as /etc/b.rpmnew", RPM_NOTICE_NONE, NULL},
		{"warning: /etc/a saved as /etc/a.rpmsave", RPM_NOTICE_NONE, NULL},
		{"warning: %post(shfail-1.1-1.noarch) scriptlet failed, exit status 3",
			RPM_NOTICE_FAILED, "shfail"},
		{"error: %prein(kernel-core-5.14.0-1.el9.x86_64) scriptlet failed, signal 9",
			RPM_NOTICE_FAILED, "kernel-core"},
		{"error: lua script failed: [string \"%post(badpost-1.1-1.noarch)\"]:1: post fails",
			RPM_NOTICE_FAILED, "badpost"},
		{"Error in POSTIN scriptlet in rpm package shfail", RPM_NOTICE_FAILED, "shfail"},
		{">>> Non-critical error in post-install scriptlet: x-y-0:1.1-1.noarch",
			RPM_NOTICE_FAILED, "x-y"},
		{"  Running scriptlet: shfail-1.1-1.noarch    3/17 ", RPM_NOTICE_NONE, NULL},
		{"Error in POSTIN scriptlet in rpm package ", RPM_NOTICE_NONE, NULL},
		{"%post( scriptlet failed", RPM_NOTICE_NONE, NULL},
		{"scriptlet failed", RPM_NOTICE_NONE, NULL},
		{"", RPM_NOTICE_NONE, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *subject = NULL;

		assert_int_equal(rpm_notice_parse(cases[i].line, &subject), cases[i].notice);
		assert_int_equal(!subject, !cases[i].subject);
		if (subject)
			assert_string_equal(subject, cases[i].subject);
	}
}

static void names(void **state)
{
	static const char *const cases[][2] = {
		{"libfoo-1.1-1.noarch", "libfoo"},
		{"python3-dnf-4:4.14.0-9.el9.noarch", "python3-dnf"},
		{"a-b-c", "a"},
		{"bash", "bash"},
		{"-1-1", "-1-1"},
		{"x-1.1-1.noarch (trailing)", "x"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *name = rpm_name(cases[i][0]);

		assert_string_equal(name, cases[i][1]);
	}
}

static void the_list_outlives_everything_but_mending(void **state)
{
	_cleanup_free_ char *path = strdup_printf("%s/scripts-failed", (char *)*state);
	_cleanup_(strv_clear) struct strv lines = {0}, mended = {0}, rest = {0};

	assert_int_equal(rpm_scripts_read(path, &lines, NULL), 0);
	assert_int_equal(lines.count, 0);
	assert_int_equal(rpm_scripts_remember(path, "a", "first", NULL), 0);
	assert_int_equal(rpm_scripts_remember(path, "ab", "second", NULL), 0);
	assert_int_equal(rpm_scripts_remember(path, "a", "again", NULL), 0);
	assert_int_equal(rpm_scripts_read(path, &lines, NULL), 0);
	assert_int_equal(lines.count, 2);
	assert_string_equal(lines.items[0], "a: first");
	assert_int_equal(strv_addf(&mended, "a"), 0);
	assert_int_equal(rpm_scripts_forget(path, &mended, NULL), 0);
	assert_int_equal(rpm_scripts_read(path, &rest, NULL), 0);
	assert_int_equal(rest.count, 1);
	assert_string_equal(rest.items[0], "ab: second");
	assert_int_equal(strv_addf(&mended, "ab"), 0);
	assert_int_equal(rpm_scripts_forget(path, &mended, NULL), 0);
	assert_false(file_exists(path));
}

static void a_list_that_cannot_be_read_is_an_error(void **state)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	_cleanup_free_ char *why = NULL;

	assert_int_equal(rpm_scripts_read(*state, &lines, &why), -EINVAL);
	assert_non_null(strstr(why, *state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notices),
		cmocka_unit_test(names),
		cmocka_unit_test_setup_teardown(
			the_list_outlives_everything_but_mending, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(
			a_list_that_cannot_be_read_is_an_error, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
