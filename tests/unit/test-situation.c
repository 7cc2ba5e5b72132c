// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * situation: the root trees of whole machines, and what cordon decides on each.
 */

#include "tree.h"

#include "decision/situation.h"

#include <string.h>

#define OURS   "0123456789abcdef0123456789abcdef"
#define THEIRS "fedcba9876543210fedcba9876543210"

static void record(const char *root, const char *phase, const char *machine_id)
{
	char content[256];

	snprintf(content, sizeof(content),
		"{\"schema\": 1, \"phase\": \"%s\", \"machine_id\": \"%s\"}\n", phase, machine_id);
	tree_write(root, STATE_FILE, content);
}

static void expect(const char *root, enum verdict verdict, enum reason reason)
{
	_cleanup_(situation_clear) struct situation situation = {0};

	assert_int_equal(situation_gather(root, SITUATION_NEEDED, &situation), 0);
	assert_string_equal(reason_code(situation.decision.reason), reason_code(reason));
	assert_int_equal(situation.decision.verdict, verdict);
	assert_int_equal(situation.damage != NULL, reason == REASON_STATE_DAMAGED);
}

static void an_empty_root(void **state)
{
	expect(*state, VERDICT_SEAL, REASON_NO_STATE);
}

static void a_fresh_image(void **state)
{
	tree_write(*state, "/etc/machine-id", "uninitialized\n");
	tree_write(*state, STATE_FILE, "{\"schema\": 1, \"phase\": \"pending\"}\n");
	expect(*state, VERDICT_SEAL, REASON_FIRST_BOOT);
}

static void a_finished_server(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	record(*state, "finished", OURS);
	expect(*state, VERDICT_OPEN, REASON_FINISHED);
}

/* Whatever its configuration: a mistake there must not seal a finished server. */
static void a_finished_server_with_a_bad_configuration(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	record(*state, "finished", OURS);
	tree_write(*state, "/etc/cordon/cordon.conf", "[Cordon\n");
	tree_fifo(*state, "/etc/cordon/cordon.conf.d/10.conf");
	expect(*state, VERDICT_OPEN, REASON_FINISHED);
}

static void a_finished_server_with_many_dropins(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	record(*state, "finished", OURS);
	for (int i = 0; i < 300; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/etc/cordon/cordon.conf.d/%03d.conf", i);
		tree_write(*state, name, "");
	}
	expect(*state, VERDICT_OPEN, REASON_FINISHED);
}

static void a_clone_of_a_finished_server(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	record(*state, "finished", THEIRS);
	expect(*state, VERDICT_SEAL, REASON_OTHER_MACHINE);
}

static void a_golden_image_of_a_finished_server(void **state)
{
	tree_write(*state, "/etc/machine-id", "");
	record(*state, "finished", OURS);
	expect(*state, VERDICT_SEAL, REASON_MACHINE_UNKNOWN);
}

static void a_server_with_a_damaged_record(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	tree_write(*state, STATE_FILE, "{");
	expect(*state, VERDICT_SEAL, REASON_STATE_DAMAGED);
}

static void a_server_that_ran_before_cordon(void **state)
{
	tree_write(*state, "/etc/machine-id", OURS "\n");
	record(*state, "aside", OURS);
	expect(*state, VERDICT_ASIDE, REASON_RECORDED_ASIDE);
}

static void looking_changes_nothing(void **state)
{
	tree_write(*state, STATE_FILE, "{");
	expect(*state, VERDICT_SEAL, REASON_STATE_DAMAGED);
	assert_int_equal(tree_count(*state), 1);
	assert_int_equal(tree_count(tree_path(*state, STATE_DIRECTORY)), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(an_empty_root),
		tree_test(a_fresh_image),
		tree_test(a_finished_server),
		tree_test(a_finished_server_with_a_bad_configuration),
		tree_test(a_finished_server_with_many_dropins),
		tree_test(a_clone_of_a_finished_server),
		tree_test(a_golden_image_of_a_finished_server),
		tree_test(a_server_with_a_damaged_record),
		tree_test(a_server_that_ran_before_cordon),
		tree_test(looking_changes_nothing),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
