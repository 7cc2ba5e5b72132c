// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/stamp: what stands in for a record that is not there, and when it does not.
 */

#include "tree.h"

#include "state/stamp.h"

#include <sys/stat.h>

#define ID    "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"

static struct state record(enum phase phase)
{
	struct state state = {.phase = phase};

	assert_int_equal(state_set(&state.machine_id, ID), 0);
	return state;
}

static void save(const char *root, enum phase phase)
{
	_cleanup_(state_clear) struct state state = record(phase);

	assert_int_equal(state_save(root, &state, NULL), 0);
}

/* The phase that is read once the record itself is gone, as before /var is mounted. */
static enum phase phase_without_record(const char *root)
{
	_cleanup_(state_clear) struct state state = {0};
	int r;

	unlink(tree_path(root, STATE_FILE));
	r = state_load(root, &state, NULL);
	assert_int_equal(r, state.phase == PHASE_NONE ? STATE_ABSENT : STATE_OK);
	if (r == STATE_OK)
		assert_string_equal(state.machine_id, ID);
	return state.phase;
}

static void only_phases_without_a_seal_leave_one(void **state)
{
	static const struct {
		enum phase saved, read;
	} cases[] = {
		{PHASE_FINISHED, PHASE_FINISHED},
		{PHASE_PENDING, PHASE_NONE},
		{PHASE_ASIDE, PHASE_ASIDE},
		{PHASE_SEALED, PHASE_NONE},
		{PHASE_SEALED, PHASE_NONE},
	};

	tree_folder(*state, STATE_DIRECTORY);
	tree_folder(*state, "/etc");
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		save(*state, cases[i].saved);
		assert_int_equal(phase_without_record(*state), cases[i].read);
	}
}

static void a_record_counts_for_more(void **state)
{
	_cleanup_(state_clear) struct state loaded = {0};

	tree_folder(*state, STATE_DIRECTORY);
	save(*state, PHASE_SEALED);
	tree_write(*state, STAMP_FILE, "finished " ID "\n");
	assert_int_equal(state_load(*state, &loaded, NULL), STATE_OK);
	assert_int_equal(loaded.phase, PHASE_SEALED);
	state_clear(&loaded);
	tree_write(*state, STATE_FILE, "{");
	assert_int_equal(state_load(*state, &loaded, NULL), STATE_DAMAGED);
}

static void bad_ones_do_not_count(void **state)
{
	static const char *const contents[] = {"", "\n", "finished", "finished\n", "finished " ID,
		"sealed " ID "\n", "pending " ID "\n", "finished " ID "\nmore\n",
		"Finished " ID "\n", " " ID "\n", "none " ID "\n"};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		tree_write(*state, STAMP_FILE, contents[i]);
		assert_int_equal(phase_without_record(*state), PHASE_NONE);
	}
	tree_write(*state, STAMP_FILE, "finished " ID "\n");
	assert_int_equal(phase_without_record(*state), PHASE_FINISHED);
	assert_int_equal(chmod(tree_path(*state, STAMP_FILE), 0666), 0);
	assert_int_equal(phase_without_record(*state), PHASE_NONE);
}

/* A clone has the stamp of the machine that it was made of; decide() compares the ids. */
static void it_keeps_the_id_that_it_was_given(void **state)
{
	_cleanup_(state_clear) struct state loaded = {0};

	tree_write(*state, STAMP_FILE, "finished " OTHER "\n");
	assert_int_equal(state_load(*state, &loaded, NULL), STATE_OK);
	assert_string_equal(loaded.machine_id, OTHER);
}

static void it_counts_on_the_machine_that_it_names(void **state)
{
	tree_write(*state, STAMP_FILE, "finished " ID "\n");
	assert_false(stamp_is_valid(*state)); /* no machine-id: a new image */
	tree_write(*state, "/etc/machine-id", "");
	assert_false(stamp_is_valid(*state));
	tree_write(*state, "/etc/machine-id", "uninitialized\n");
	assert_false(stamp_is_valid(*state));
	tree_write(*state, "/etc/machine-id", OTHER "\n");
	assert_false(stamp_is_valid(*state));
	tree_write(*state, "/etc/machine-id", ID "\n");
	assert_true(stamp_is_valid(*state));
	tree_write(*state, STAMP_FILE, "sealed " ID "\n");
	assert_false(stamp_is_valid(*state));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(only_phases_without_a_seal_leave_one),
		tree_test(a_record_counts_for_more),
		tree_test(bad_ones_do_not_count),
		tree_test(it_keeps_the_id_that_it_was_given),
		tree_test(it_counts_on_the_machine_that_it_names),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
