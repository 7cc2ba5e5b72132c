// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/install: who is this machine? Whatever is not a machine-id must read as none, for a record
 * that is bound to nonsense would count on every clone that has the same nonsense.
 */

#include "tree.h"

#include "facts/identity.h"

#include <string.h>
#include <sys/stat.h>

#define ID "0123456789abcdef0123456789abcdef"

static void machine_ids_are_read_or_are_none(void **state)
{
	static const struct {
		const char *content, *expected;
	} cases[] = {
		{ID "\n", ID},
		{ID, ID},
		{"0123456789ABCDEF0123456789ABCDEF\n", ID},
		{"01234567-89ab-cdef-0123-456789abcdef\n", ID},
		{ID "\nsecond line\n", ID},
		{"", ""},
		{"\n", ""},
		{"uninitialized\n", ""},
		{"0123456789abcdef0123456789abcde\n", ""},
		{ID "0\n", ""},
		{ID ID "\n", ""},
		{"g123456789abcdef0123456789abcdef\n", ""},
		{" " ID "\n", ""},
		{ID " \n", ""},
		{"\n" ID "\n", ""},
		{"--------------------------------\n", ""},
		/* machine-id(5): may not be all zeros; systemd treats it as uninitialized. */
		{"00000000000000000000000000000000\n", ""},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		char id[ID_SIZE] = "untouched";

		tree_write(*state, "/etc/machine-id", cases[i].content);
		install_read_machine_id(*state, id);
		if (strcmp(id, cases[i].expected) != 0)
			fail_msg("\"%s\" was read as \"%s\"", cases[i].content, id);
	}
}

static void no_file_is_no_machine_id(void **state)
{
	char id[ID_SIZE] = "untouched";

	install_read_machine_id(*state, id);
	assert_string_equal(id, "");
	tree_folder(*state, "/etc/machine-id");
	install_read_machine_id(*state, id);
	assert_string_equal(id, "");
}

/* An absolute link of an image means a file of the image, not of this machine. */
static void links_stay_inside_of_the_root(void **state)
{
	char id[ID_SIZE] = "untouched";

	tree_link(*state, "/etc/machine-id", "/usr/lib/machine-id");
	tree_write(*state, "/usr/lib/machine-id", ID "\n");
	install_read_machine_id(*state, id);
	assert_string_equal(id, ID);
}

static void a_fifo_hangs_nobody(void **state)
{
	char id[ID_SIZE] = "untouched";

	tree_fifo(*state, "/etc/machine-id");
	deadline_set();
	install_read_machine_id(*state, id);
	deadline_clear();
	assert_string_equal(id, "");
}

static void the_boot_id_loses_its_dashes(void **state)
{
	char id[ID_SIZE] = "untouched", again[ID_SIZE] = "";

	(void)state;
	install_read_boot_id(id);
	assert_int_equal(strlen(id), 32);
	assert_int_equal(strspn(id, "0123456789abcdef"), 32);
	install_read_boot_id(again);
	assert_string_equal(again, id);
}

static const struct sourced_list unmanaged;

/* An image's facts must not be mixed with those of the machine that builds it. */
static void below_another_root_nothing_that_runs_is_looked_at(void **state)
{
	struct facts facts = {0};

	tree_write(*state, "/etc/machine-id", ID "\n");
	facts_identify(*state, &facts);
	assert_int_equal(facts_gather(*state, "2001-01-01T00:00:00Z", &unmanaged, true, &facts), 0);
	assert_string_equal(facts.machine_id, ID);
	assert_string_equal(facts.boot_id, "");
	assert_int_equal(facts.storage.count + facts.administrators.count + facts.subnets.count, 0);
	facts_clear(&facts);
}

static void the_running_system_has_a_boot(void **state)
{
	struct facts facts = {0};

	(void)state;
	facts_identify("", &facts);
	assert_int_equal(facts_gather("", NULL, &unmanaged, true, &facts), 0);
	assert_int_equal(strlen(facts.boot_id), 32);
	facts_clear(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(machine_ids_are_read_or_are_none),
		tree_test(no_file_is_no_machine_id),
		tree_test(links_stay_inside_of_the_root),
		tree_test(a_fifo_hangs_nobody),
		cmocka_unit_test(the_boot_id_loses_its_dashes),
		tree_test(below_another_root_nothing_that_runs_is_looked_at),
		cmocka_unit_test(the_running_system_has_a_boot),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
