// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/vigil: whose signs of life count, and what is one, by a /proc of the test's own.
 */

#include "tree.h"

#include "util/vigil.h"

#include <errno.h>

#define LEADER 100

/* A process that has spent so much, and nothing else. */
static void put(const char *root, int pid, int parent, int group, char state, unsigned int spent)
{
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	snprintf(line, sizeof(line),
		"%d (a) R (b) %c %d %d 1 0 -1 4194304 %u 0 0 0 0 0 0 0 20 0 1 0 9\n", pid, state,
		parent, group, spent);
	tree_write(root, path, line);
}

static struct vitals look(const char *root)
{
	struct vitals vitals = {0};

	assert_int_equal(vitals_read(tree_path(root, "/proc"), LEADER, &vitals), 0);
	return vitals;
}

static void whose_work_counts(void **state)
{
	static const struct {
		int pid, parent, group;
		bool counts;
	} cases[] = {
		{LEADER, 1, LEADER, true},
		{101, LEADER, LEADER, true},
		{102, 1, LEADER, true},	  /* in the background */
		{103, LEADER, 103, true}, /* dpkg, in a session of its own */
		{90, 103, 103, true},	  /* below that, and listed first */
		{104, 1, 104, false},	  /* another's */
		{105, 104, 104, false},
		{1, 0, 1, false},
	};
	const char *root = *state;

	for (size_t i = 0; i < ELEMENTS(cases); i++)
		put(root, cases[i].pid, cases[i].parent, cases[i].group, 'S', 0);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct vitals before = look(root);

		put(root, cases[i].pid, cases[i].parent, cases[i].group, 'S', 7);
		assert_int_equal(look(root).spent - before.spent, cases[i].counts ? 7 : 0);
		assert_false(look(root).busy);
	}
}

static void what_is_busy(void **state)
{
	static const struct {
		char state;
		bool busy;
	} cases[] = {
		{'R', true}, {'D', true}, {'S', false}, {'Z', false}, {'T', false}, {'I', false}};
	const char *root = *state;

	put(root, LEADER, 1, LEADER, 'S', 3);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		put(root, 101, LEADER, LEADER, cases[i].state, 0);
		put(root, 200, 1, 200, 'R', 0);
		assert_int_equal(look(root).busy, cases[i].busy);
	}
}

static void who_comes_and_goes_is_a_sign(void **state)
{
	const char *root = *state;
	struct vitals before;

	put(root, LEADER, 1, LEADER, 'S', 3);
	before = look(root);
	put(root, 101, LEADER, LEADER, 'S', 0);
	assert_int_not_equal(look(root).spent, before.spent);
}

static void what_cannot_be_read_is_passed_over(void **state)
{
	static const char *const lines[] = {"", "100", "100 (a", "100 (a) S",
		"100 (a) S 1 100 1 0 -1 4", "100 (a) S x 100 1 0 -1 4194304 9 0 0 0 0 0 0 0"};
	const char *root = *state;
	struct vitals vitals;

	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		tree_write(root, "/proc/100/stat", lines[i]);
		assert_int_equal(look(root).spent, 0);
	}
	assert_int_equal(vitals_read(tree_path(root, "/nothing"), LEADER, &vitals), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(whose_work_counts),
		tree_test(what_is_busy),
		tree_test(who_comes_and_goes_is_a_sign),
		tree_test(what_cannot_be_read_is_passed_over),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
