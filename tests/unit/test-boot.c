// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy/boot: the kernel command line, with its quotes and with the NULs of a container's.
 */

#include "tree.h"

#include "policy/cmdline.h"
#include "policy/settings.h"

#include <string.h>

static struct policy parse(const char *words, size_t size)
{
	struct policy policy = {0};

	assert_int_equal(setting_defaults(&policy), 0);
	assert_int_equal(boot_parse(words, size, &policy), 0);
	return policy;
}

#define PARSE(words) parse(words, sizeof(words) - 1)

static void other_words_are_nobodys_business(void **state)
{
	_cleanup_(policy_clear) struct policy policy = PARSE(
		"root=/dev/vda1 ro quiet cordonx=off xcordon=off cordon-off=1 cordial.mode=x\n");

	(void)state;
	assert_false(policy.off);
	assert_false(policy.unclear);
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.allow.count, 0);
}

static void off_is_off_and_nothing_else(void **state)
{
	_cleanup_(policy_clear) struct policy off = PARSE("quiet cordon=off ro\n");
	static const char *const others[] = {"cordon=OFF", "cordon=of", "cordon=off,",
		"cordon=", "cordon", "cordon=on", "cordon.off", "cordon.off=1"};

	(void)state;
	assert_true(off.off);
	assert_int_equal(off.problems.count, 0);
	for (size_t i = 0; i < ELEMENTS(others); i++) {
		_cleanup_(policy_clear) struct policy policy = parse(others[i], strlen(others[i]));

		if (policy.off)
			fail_msg("%s switched it off", others[i]);
		assert_true(policy.unclear);
		assert_int_equal(policy.problems.count, 1);
		assert_listed(&policy.problems, "there are cordon=off, cordon.mode=");
	}
}

static void every_setting_is_read(void **state)
{
	_cleanup_(policy_clear) struct policy policy = PARSE(
		"cordon.mode=automatic cordon.egress=open cordon.allow=22/tcp,8000-8010/udp\n");

	(void)state;
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.mode.value, MODE_AUTOMATIC);
	assert_string_equal(policy.mode.source, "kernel command line");
	assert_int_equal(policy.egress.value, EGRESS_OPEN);
	assert_int_equal(policy.allow.count, 2);
	assert_int_equal(policy.allow.items[0].first, 22);
	assert_null(policy.allow.items[0].peer);
	assert_string_equal(policy.allow.items[0].source, "kernel command line");
	assert_int_equal(policy.allow.items[1].last, 8010);
}

static void quotes_hold_blanks_together(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		PARSE("a=\"cordon=off cordon=off\" \"cordon.allow=1/tcp 2/tcp\" "
		      "cordon.allow=\"3/tcp 4/tcp\"");

	(void)state;
	assert_false(policy.off);
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.allow.count, 4);
}

static void words_of_a_container_end_with_nul(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		PARSE("/sbin/init\0cordon.allow=1/tcp\0\0cordon.mode=automatic\0");

	(void)state;
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.allow.count, 1);
	assert_int_equal(policy.mode.value, MODE_AUTOMATIC);
}

/* A misspelt word may have been meant to close. */
static void a_mistake_opens_nothing(void **state)
{
	_cleanup_(policy_clear) struct policy unknown =
		PARSE("cordon.allow=22/tcp cordon.allow_from=192.0.2.1");
	_cleanup_(policy_clear) struct policy value = PARSE("cordon.egress=opn cordon.mode=auto");

	(void)state;
	assert_int_equal(unknown.allow.count, 0);
	assert_true(unknown.unclear);
	assert_listed(&unknown.problems, "cordon.allow_from=192.0.2.1: not understood");
	assert_int_equal(value.egress.value, EGRESS_UPDATES);
	assert_int_equal(value.problems.count, 2);
	assert_listed(&value.problems,
		"kernel command line: Egress=opn: not one of updates, updater, open");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_words_are_nobodys_business),
		cmocka_unit_test(off_is_off_and_nothing_else),
		cmocka_unit_test(every_setting_is_read),
		cmocka_unit_test(quotes_hold_blanks_together),
		cmocka_unit_test(words_of_a_container_end_with_nul),
		cmocka_unit_test(a_mistake_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
