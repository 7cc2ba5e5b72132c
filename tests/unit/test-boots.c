// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/boots and facts/people: what login records and account files tell.
 *
 * The journal is written by systemd itself in the lab (tests/system/test_who_decides.py); here it
 * is absent or nonsense.
 */

#include "tree.h"

#include "facts/boots.h"
#include "facts/logins.h"

#include <fcntl.h>

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <utmpx.h>

#define ID "0123456789abcdef0123456789abcdef"

static void write_wtmp(const char *root, const struct utmpx *records, size_t count)
{
	tree_write_bytes(root, "/var/log/wtmp", records, count * sizeof(*records));
}

static struct utmpx record_at(short type, time_t when)
{
	struct utmpx record = {.ut_type = type};

	record.ut_tv.tv_sec = (int)when;
	return record;
}

/* A machine that got its machine-id ten days ago, and cordon just now. */
static void furnish(const char *root)
{
	const struct timespec times[2] = {
		{.tv_sec = time(NULL) - 864000}, {.tv_sec = time(NULL) - 864000}};

	tree_write(root, "/etc/machine-id", ID "\n");
	assert_int_equal(utimensat(AT_FDCWD, tree_path(root, "/etc/machine-id"), times, 0), 0);
	tree_write(root, "/usr/lib/cordon/cordon.conf", "");
}

static size_t count_earlier(const char *root, const char *id)
{
	_cleanup_(sourced_list_clear) struct sourced_list earlier = {0};

	assert_int_equal(boots_find_earlier(root, id, "", &earlier), 0);
	return earlier.count;
}

static void a_boot_from_before_cordon_counts(void **state)
{
	struct utmpx records[] = {record_at(BOOT_TIME, time(NULL) - 3600)};

	furnish(*state);
	assert_int_equal(count_earlier(*state, ID), 0);
	write_wtmp(*state, records, 1);
	assert_int_equal(count_earlier(*state, ID), 1);
	assert_int_equal(count_earlier(*state, ""), 0);
	/* Debian 13 has logins in it alone. */
	records[0].ut_type = USER_PROCESS;
	write_wtmp(*state, records, 1);
	assert_int_equal(count_earlier(*state, ID), 1);
}

static void other_boots_do_not(void **state)
{
	struct utmpx records[] = {
		/* before this machine had its identity: the image's; and after cordon came */
		record_at(BOOT_TIME, time(NULL) - 8640000),
		record_at(BOOT_TIME, time(NULL) + 3600),
		record_at(BOOT_TIME, 0),
		record_at(USER_PROCESS, time(NULL) - 8640000),
		record_at(USER_PROCESS, time(NULL) + 3600),
		record_at(RUN_LVL, time(NULL) - 3600),
	};

	furnish(*state);
	write_wtmp(*state, records, ELEMENTS(records));
	assert_int_equal(count_earlier(*state, ID), 0);
	/* Without the program nobody knows when it came. */
	unlink(tree_path(*state, "/usr/lib/cordon/cordon.conf"));
	rmdir(tree_path(*state, "/usr/lib/cordon"));
	assert_int_equal(count_earlier(*state, ID), 0);
}

static void what_is_no_record_tells_nothing(void **state)
{
	struct utmpx record = record_at(BOOT_TIME, time(NULL) - 3600);

	furnish(*state);
	tree_write_bytes(*state, "/var/log/wtmp", &record, sizeof(record) - 1);
	assert_int_equal(count_earlier(*state, ID), 0);
	unlink(tree_path(*state, "/var/log/wtmp"));
	tree_fifo(*state, "/var/log/wtmp");
	assert_int_equal(count_earlier(*state, ID), 0);
	tree_write(*state, "/var/log/journal/" ID "/system.journal", "not a journal");
	assert_int_equal(count_earlier(*state, ID), 0);
}

static void a_person_is_behind_a_session_unless_known_otherwise(void **state)
{
	static const char *const persons[] = {"user", "user-early", "user-light",
		"user-early-light", "user-incomplete", "lock-screen", "", "of a later systemd"};
	static const char *const programs[] = {
		"background", "background-light", "manager", "manager-early", "greeter", "none"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(persons); i++)
		if (!people_is_person(persons[i]))
			fail_msg("%s", persons[i]);
	for (size_t i = 0; i < ELEMENTS(programs); i++)
		if (people_is_person(programs[i]))
			fail_msg("%s", programs[i]);
}

static struct sourced names[] = {
	{(char *)"sudo", (char *)"default"}, {(char *)"ops", (char *)"default"}};
static const struct sourced_list groups = {names, ELEMENTS(names)};

static void administrators_are_root_and_members(void **state)
{
	tree_write(*state, "/etc/passwd",
		"root:x:0:0::/root:/bin/sh\ntoor:x:0:0::/:/bin/sh\nann:x:1000:1000::/:/bin/sh\n"
		"bob:x:1001:1001::/:/bin/sh\neve:x:1003:1003::/:/bin/sh\ncy:x:1002:27::/:/bin/"
		"sh\nbad line\n");
	tree_write(*state, "/etc/group",
		"users:x:100:bob\nsudo:x:27:ann\nops:x:10:eve\nwheel:x:11:bob\n");
	assert_true(people_is_administrator(*state, &groups, "root"));
	assert_true(people_is_administrator(*state, &groups, "toor"));
	assert_true(people_is_administrator(*state, &groups, "ann"));
	assert_true(people_is_administrator(*state, &groups, "cy"));
	assert_true(people_is_administrator(*state, &groups, "eve"));
	/* wheel is not among the groups that were asked about. */
	assert_false(people_is_administrator(*state, &groups, "bob"));
	/* Of a directory service that cannot be asked. */
	assert_true(people_is_administrator(*state, &groups, "LAB\\\\dora"));
}

static void without_account_files_everybody_may_be_one(void **state)
{
	assert_true(people_is_administrator(*state, &groups, "bob"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(a_boot_from_before_cordon_counts),
		tree_test(other_boots_do_not),
		tree_test(what_is_no_record_tells_nothing),
		cmocka_unit_test(a_person_is_behind_a_session_unless_known_otherwise),
		tree_test(administrators_are_root_and_members),
		tree_test(without_account_files_everybody_may_be_one),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
