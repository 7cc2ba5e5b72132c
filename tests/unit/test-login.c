// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * assistant/login: who meets the assistant. One fact is changed at a time in a login that does.
 */

#include "tree.h"

#include "assistant/login.h"

#include <string.h>

static const struct login_facts root = {.is_sealed = true,
	.is_wanted = true,
	.is_root = true,
	.is_terminal = true,
	.term = "linux"};
static const struct login_facts member = {.is_sealed = true,
	.is_wanted = true,
	.is_member = true,
	.is_terminal = true,
	.term = "xterm-256color"};

static void root_and_members_meet_it(void **state)
{
	struct login_facts both = root;

	(void)state;
	assert_int_equal(login_decide(&root), LOGIN_AS_ROOT);
	assert_int_equal(login_decide(&member), LOGIN_THROUGH_SUDO);
	both.is_member = true;
	assert_int_equal(login_decide(&both), LOGIN_AS_ROOT);
}

static void others_do_not(void **state)
{
	struct login_facts other = member;

	(void)state;
	other.is_member = false;
	assert_int_equal(login_decide(&other), LOGIN_NO);
}

#define WITH(base, member, other)                                                                  \
	({                                                                                         \
		struct login_facts facts_ = base;                                                  \
		facts_.member = other;                                                             \
		facts_;                                                                            \
	})

/* P14: with Login=no, or on a terminal that is too simple, it is an administrator who logs in. */
static void root_goes_on_record_where_it_is_not_shown(void **state)
{
	const struct login_facts cases[] = {
		WITH(root, is_wanted, false),
		WITH(root, term, NULL),
		WITH(root, term, ""),
		WITH(root, term, "dumb"),
		WITH(root, term, "unknown"),
		WITH(root, is_command, true),
		WITH(root, is_window, true),
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		if (login_decide(&cases[i]) != LOGIN_RECORDED)
			fail_msg("case %zu does not go on record", i);
}

static void one_reason_suffices_not_to(void **state)
{
	const struct login_facts cases[] = {
		WITH(root, is_sealed, false),
		WITH(root, is_terminal, false),
		WITH(root, is_nested, true),
		WITH(root, has_met, true),
		WITH(member, is_sealed, false),
		WITH(member, is_wanted, false),
		WITH(member, is_terminal, false),
		WITH(member, term, "dumb"),
		WITH(member, is_command, true),
		WITH(member, is_window, true),
		WITH(member, is_nested, true),
		WITH(member, has_met, true),
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		if (login_decide(&cases[i]) != LOGIN_NO)
			fail_msg("case %zu meets the assistant", i);
}

/* The tests have no terminal, or it is not a sealed server that they run on. */
static void this_process_is_no_login(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	enum login_answer answer = LOGIN_AS_ROOT;

	assert_int_equal(policy_load(*state, &policy), 0);
	assert_int_equal(login_answer(&policy, &answer), 0);
	assert_int_equal(answer, LOGIN_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_and_members_meet_it),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(root_goes_on_record_where_it_is_not_shown),
		cmocka_unit_test(one_reason_suffices_not_to),
		tree_test(this_process_is_no_login),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
