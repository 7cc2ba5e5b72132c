// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan: who has a say about what stays open while sealed (P15 to P17).
 */

#include "tree.h"

#include "decision/plan.h"
#include "util/fail.h"

#include <string.h>

#define PORT(number, from)                                                                         \
	{                                                                                          \
		IPPROTO_TCP, number, number, (char *)(from), (char *)"reason", (char *)"source"    \
	}

static struct exception ssh[] = {PORT(2222, NULL)};
static struct exception group[] = {PORT(3389, "192.0.2.0/24"), PORT(445, PEER_LOCAL_SUBNET)};
static struct exception kickstart[] = {PORT(80, NULL)};
static struct exception configured[] = {PORT(443, NULL)};
static struct exception storage[] = {PORT(2049, "192.0.2.5")};
static struct exception further[] = {PORT(8140, NULL)};
static struct sourced trace;
static char *subnets[] = {(char *)"198.51.100.0/24", (char *)"2001:db8::/64"};
static char *from[] = {(char *)"203.0.113.1", (char *)"2001:db8:1::/48"};

#define LIST(array)                                                                                \
	{                                                                                          \
		.items = (array), .count = ELEMENTS(array)                                         \
	}

static void check(const struct situation *situation, const char *in, const char *out)
{
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	const struct exception_list *lists[] = {&plan.in, &plan.out};
	const char *expected[] = {in, out};

	assert_int_equal(plan_make(situation, &plan), 0);
	for (size_t k = 0; k < 2; k++) {
		_cleanup_free_ char *all = strdup("");

		for (size_t i = 0; i < lists[k]->count; i++) {
			_cleanup_free_ char *one = exception_describe(&lists[k]->items[i], k == 0);
			char *longer = strdup_printf("%s%s%s", all, i ? "; " : "", one);

			free(all);
			all = longer;
		}
		assert_string_equal(all, expected[k]);
	}
}

static void nothing_stays_open_by_itself(void **state)
{
	struct situation situation = {0};

	(void)state;
	check(&situation, "", "");
}

static void configuration_and_storage(void **state)
{
	struct situation situation = {0};

	(void)state;
	situation.inputs.policy.allow = (struct exception_list)LIST(configured);
	situation.inputs.policy.egress_allow = (struct exception_list)LIST(further);
	situation.inputs.facts.storage = (struct exception_list)LIST(storage);
	check(&situation, "443/tcp", "8140/tcp; 2049/tcp to 192.0.2.5");
}

/* P15. */
static void remote_administration(void **state)
{
	static const struct {
		enum remote_admin choice;
		bool unattended, unclear, narrowed;
		size_t peers;
		const char *expected;
	} cases[] = {
		{REMOTE_ADMIN_AUTO, false, false, false, 0, ""},
		{REMOTE_ADMIN_AUTO, true, false, false, 0, "2222/tcp"},
		{REMOTE_ADMIN_YES, false, false, false, 0, "2222/tcp"},
		{REMOTE_ADMIN_NO, true, false, false, 0, ""},
		{REMOTE_ADMIN_YES, true, true, false, 0, ""},
		{REMOTE_ADMIN_AUTO, true, false, true, 2,
			"2222/tcp from 203.0.113.1; 2222/tcp from 2001:db8:1::/48"},
		{REMOTE_ADMIN_AUTO, true, false, true, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct situation situation = {0};

		situation.inputs.policy.remote_admin.value = cases[i].choice;
		situation.inputs.policy.unclear = cases[i].unclear;
		situation.inputs.policy.narrowed = cases[i].narrowed;
		situation.inputs.policy.from = (struct strv){from, cases[i].peers};
		situation.inputs.facts.remote = (struct exception_list)LIST(ssh);
		situation.inputs.facts.unattended =
			(struct sourced_list){&trace, cases[i].unattended};
		check(&situation, cases[i].expected, "");
	}
}

/* P16; LocalSubnet is the networks that this server is in, and nobody while it is in none. */
static void group_policy(void **state)
{
	struct situation situation = {0};

	(void)state;
	situation.inputs.group_policy.allow = (struct exception_list)LIST(group);
	check(&situation, "3389/tcp from 192.0.2.0/24", "");
	situation.inputs.facts.subnets = (struct strv)LIST(subnets);
	check(&situation,
		"3389/tcp from 192.0.2.0/24; 445/tcp from 198.51.100.0/24; "
		"445/tcp from 2001:db8::/64",
		"");
}

static void a_kickstart_counts_where_it_does_not_decide(void **state)
{
	struct situation situation = {0};

	(void)state;
	situation.inputs.kickstart.allow = (struct exception_list)LIST(kickstart);
	check(&situation, "", "");
	situation.inputs.policy.when_managed.value = WHEN_MANAGED_SEAL;
	check(&situation, "80/tcp", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_stays_open_by_itself),
		cmocka_unit_test(configuration_and_storage),
		cmocka_unit_test(remote_administration),
		cmocka_unit_test(group_policy),
		cmocka_unit_test(a_kickstart_counts_where_it_does_not_decide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
