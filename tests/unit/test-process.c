// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/process, with links like those of the kernel.
 */

#include "tree.h"

#include "util/process.h"

#include <unistd.h>

static void expect_program(const char *proc, const char *target, const char *expected)
{
	_cleanup_free_ char *file = NULL;

	unlink(tree_path(proc, "/7/exe"));
	tree_link(proc, "/7/exe", target);
	file = process_file(proc, "7");
	assert_string_equal(file, expected);
}

static void programs_that_are_gone_keep_their_names(void **state)
{
	expect_program(*state, "/usr/sbin/sshd", "/usr/sbin/sshd");
	expect_program(*state, "/usr/sbin/sshd (deleted)", "/usr/sbin/sshd");
	expect_program(*state, "/opt/a (deleted)/sshd", "/opt/a (deleted)/sshd");
	expect_program(*state, "/opt/a (deleted)/sshd (deleted)", "/opt/a (deleted)/sshd");
	expect_program(*state, "/opt/a (deleted) (deleted)", "/opt/a (deleted)");
	expect_program(*state, "/opt/(deleted)", "/opt/(deleted)");
}

static void links_are_told_as_they_are(void **state)
{
	_cleanup_free_ char *target = NULL;

	tree_link(*state, "/7/exe", "/usr/sbin/sshd (deleted)");
	target = process_link(tree_path(*state, "/7/exe"));
	assert_string_equal(target, "/usr/sbin/sshd (deleted)");
	assert_null(process_link(tree_path(*state, "/8/exe")));
	assert_null(process_file(*state, "8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(programs_that_are_gone_keep_their_names),
		tree_test(links_are_told_as_they_are),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
