// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seal/ruleset: plans become rules.
 *
 * Whole texts are compared with tests/fixtures/ruleset, so that every change of a rule is seen by
 * whoever reviews it. Set CORDON_UPDATE_FIXTURES=1 to write them anew. Where there is nft and this
 * is root, nft has to accept each text, too.
 */

#include "tree.h"

#include "seal/ruleset.h"
#include "util/fail.h"
#include "util/run.h"

#include <string.h>

#define PEER4 ((char *)"192.0.2.0/24")
#define PEER6 ((char *)"2001:db8:17::/48")

static struct exception inbound[] = {
	{.protocol = IPPROTO_TCP, .first = 22, .last = 22},
	{.protocol = IPPROTO_TCP, .first = 22, .last = 22, .peer = PEER4},
	{.protocol = IPPROTO_TCP, .first = 8000, .last = 8010, .peer = PEER6},
	{.protocol = IPPROTO_UDP, .first = 514, .last = 514, .peer = (char *)"192.0.2.7"},
	{.protocol = IPPROTO_UDP, .first = 60000, .last = 61000, .peer = (char *)"::1"},
	{.protocol = 0, .peer = (char *)"198.51.100.9"},
	{.protocol = IPPROTO_TCP, .first = 1, .last = 65535, .peer = (char *)"0.0.0.0/0"},
	{.protocol = IPPROTO_TCP, .first = 7, .last = 7, .peer = (char *)"::/0"},
	{.protocol = IPPROTO_TCP, .first = 22, .last = 22, .peer = (char *)"192.0.2.1-192.0.2.9"},
	{.protocol = IPPROTO_ICMP},
	{.protocol = IPPROTO_ICMP, .peer = PEER6},
};

/* Of each kind of group two, and one that is in none. */
static struct exception alike[] = {
	{.protocol = IPPROTO_TCP, .first = 443, .last = 443},
	{.protocol = IPPROTO_TCP, .first = 22, .last = 22, .peer = (char *)"192.0.2.8"},
	{.protocol = IPPROTO_UDP, .first = 514, .last = 514, .peer = PEER4},
	{.protocol = IPPROTO_TCP, .first = 8000, .last = 8010},
	{.protocol = IPPROTO_TCP, .first = 443, .last = 443, .peer = (char *)"192.0.2.7"},
	{.protocol = IPPROTO_TCP, .first = 443, .last = 443, .peer = (char *)"2001:db8::7"},
	{.protocol = IPPROTO_UDP,
		.first = 514,
		.last = 514,
		.peer = (char *)"198.51.100.1-198.51.100.9"},
	{.protocol = 0, .peer = (char *)"192.0.2.9"},
	{.protocol = 0, .peer = (char *)"192.0.2.10"},
	{.protocol = IPPROTO_TCP, .first = 22, .last = 22, .peer = (char *)"2001:db8::8"},
	{.protocol = IPPROTO_UDP, .first = 53, .last = 53},
};

static struct exception outbound[] = {
	{.protocol = 0, .peer = (char *)"192.0.2.1"},
	{.protocol = 0, .peer = (char *)"2001:db8::1"},
	{.protocol = IPPROTO_TCP, .first = 3260, .last = 3260, .peer = (char *)"192.0.2.5"},
	{.protocol = IPPROTO_TCP, .first = 3142, .last = 3142},
	{.protocol = IPPROTO_UDP, .first = 4000, .last = 4009},
};

static struct exception mirrors[] = {
	{.protocol = IPPROTO_TCP, .first = 8080, .last = 8080},
};

/* Any number: rules keep what stat(2) says of the group. */
#define GROUP 4711

static const struct plan_case {
	const char *name;
	struct seal_plan plan;
	enum ruleset_way way;
	/* Rules beyond those of the default plan; -1: not to be compared. */
	int more;
} cases[] = {
	{"default", {.egress = EGRESS_UPDATES}, RULESET_REPLACE, 0},
	{"default-create", {.egress = EGRESS_UPDATES}, RULESET_CREATE, 0},
	{"default-hold", {.egress = EGRESS_UPDATES}, RULESET_HOLD, 0},
	/* Two of the inbound ones share a rule, echo requests from anyone are one a family, and
	 * what is no TCP has one more, for datagrams that come back. */
	{"exceptions", {.in = {inbound, ELEMENTS(inbound)}, .out = {outbound, ELEMENTS(outbound)}},
		RULESET_REPLACE, (int)ELEMENTS(inbound) + (int)ELEMENTS(outbound) + 6},
	{"exceptions-hold",
		{.in = {inbound, ELEMENTS(inbound)}, .out = {outbound, ELEMENTS(outbound)}},
		RULESET_HOLD, (int)ELEMENTS(inbound) + (int)ELEMENTS(outbound) + 6},
	{"grouped", {.in = {alike, ELEMENTS(alike)}}, RULESET_REPLACE, 6},
	/* Of output only loopback is left: what is open needs no exceptions. */
	{"updates-mirrors", {.egress = EGRESS_UPDATES, .mirrors = {mirrors, 1}}, RULESET_REPLACE,
		1},
	/* For the updater alone; for nobody as long as there is none. */
	{"updater", {.egress = EGRESS_UPDATER, .mirrors = {mirrors, 1}, .updater = GROUP},
		RULESET_HOLD, 1},
	{"updater-early", {.egress = EGRESS_UPDATER, .mirrors = {mirrors, 1}}, RULESET_REPLACE, -1},
	{"strict",
		{.in = {inbound, ELEMENTS(inbound)},
			.out = {outbound, ELEMENTS(outbound)},
			.mirrors = {mirrors, 1},
			.strict = true},
		RULESET_REPLACE, -1},
	{"strict-open", {.egress = EGRESS_OPEN, .in = {inbound, 1}, .strict = true}, RULESET_HOLD,
		-1},
	{"egress-open",
		{.egress = EGRESS_OPEN, .in = {inbound, 1}, .out = {outbound, ELEMENTS(outbound)}},
		RULESET_REPLACE, -1},
};

static const char *table_of(const struct plan_case *one)
{
	return one->way == RULESET_HOLD ? "cordon_hold_a" : "cordon";
}

static struct ruleset render(const struct plan_case *one)
{
	struct ruleset ruleset;

	assert_int_equal(ruleset_render(&one->plan, table_of(one), one->way, &ruleset), 0);
	return ruleset;
}

static void compare(const char *name, const struct ruleset *ruleset)
{
	_cleanup_free_ char *path = strdup_printf(FIXTURES "/ruleset/%s.nft", name);
	_cleanup_free_ char *expected = NULL;

	if (getenv("CORDON_UPDATE_FIXTURES"))
		tree_write("", path, ruleset->text);
	expected = tree_read(path);
	assert_string_equal(ruleset->text, expected);
}

static void texts_are_the_reviewed_ones(void **state)
{
	_cleanup_(ruleset_clear) struct ruleset initrd = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);

		compare(cases[i].name, &ruleset);
	}
	assert_int_equal(ruleset_render_initrd(&initrd), 0);
	compare("initrd", &initrd);
}

/* One rule is one line that is indented twice and is no declaration. */
static unsigned int count_rules(const char *rules)
{
	unsigned int count = 0;
	const char *line = rules;

	for (bool in_chain = false; *line; line += strcspn(line, "\n") + 1) {
		if (strncmp(line, "\tchain ", 7) == 0)
			in_chain = true;
		else if (strncmp(line, "\t}", 2) == 0)
			in_chain = false;
		else if (in_chain && strncmp(line, "\t\ttype ", 7) != 0)
			count++;
	}
	return count;
}

static void rules_are_counted(void **state)
{
	_cleanup_(ruleset_clear) struct ruleset plain = render(&cases[0]);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);

		assert_int_equal(ruleset.rules, count_rules(ruleset.text));
		if (cases[i].more >= 0)
			assert_int_equal(ruleset.rules - plain.rules, cases[i].more);
	}
}

static size_t count_text(const char *text, const char *part)
{
	size_t count = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		count++;
	return count;
}

/* MUST NOT touch what is not cordon's; MUST close by policy, not by a last rule alone. */
static void what_holds_for_every_plan(void **state)
{
	static const int mentions[] = {
		[RULESET_REPLACE] = 3, [RULESET_CREATE] = 2, [RULESET_HOLD] = 1};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);
		const bool hold = cases[i].way == RULESET_HOLD;
		bool open = cases[i].plan.egress == EGRESS_OPEN;

		assert_null(strstr(ruleset.text, "flush"));
		assert_int_equal(count_text(ruleset.text, "table inet "), mentions[cases[i].way]);
		assert_int_equal(
			count_text(ruleset.text, table_of(&cases[i])), mentions[cases[i].way]);
		assert_int_equal(count_text(ruleset.text, "flags owner;"), hold);
		assert_int_equal(count_text(ruleset.text, "policy drop;"), open ? 2 : 3);
		assert_int_equal(count_text(ruleset.text, "hook forward"), 1);
		assert_int_equal(count_text(ruleset.text, "flags interval"), 0);
	}
}

/* P17: with Egress=updates the default plan lets nobody in, and no port out but these. */
static void the_default_plan_accepts_no_port_from_outside(void **state)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[0]);
	const char *input = strstr(ruleset.text, "\tchain input {");
	const char *output = strstr(ruleset.text, "\tchain output {");

	(void)state;
	assert_true(input < output);
	assert_null(strstr(ruleset.text, "tcp dport 22"));
	assert_int_equal(count_text(input, "dport") - count_text(output, "dport"), 2);
	assert_contains(input, "udp sport 67 udp dport 68 accept");
	assert_contains(input, "meta nfproto ipv6 udp dport 546 accept");
}

/* No rule of an armed server's seal accepts a packet because of its session alone. */
static void strictly_no_session_stays_by_itself(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);

		if (!cases[i].plan.strict)
			continue;
		assert_null(strstr(ruleset.text, "\t\tct state established,related accept"));
		assert_null(strstr(ruleset.text, "\t\ttcp flags & syn == 0 accept"));
		assert_int_equal(count_text(ruleset.text, "ct state established"),
			count_text(ruleset.text, "ct state established ct direction reply"));
	}
}

static void the_updater_alone_reaches_mirrors(void **state)
{
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);

		if (cases[i].plan.egress != EGRESS_UPDATER)
			continue;
		assert_null(strstr(ruleset.text, "\t\ttcp dport { 80"));
		assert_null(strstr(ruleset.text, "\t\ttcp dport 8080"));
		assert_int_equal(
			count_text(ruleset.text, "socket cgroupv2 level 1 \"cordon.slice\""),
			cases[i].plan.updater ? 2 : 0);
	}
	(void)state;
}

/* Where a rule names a control group, nft looks for it, and here it is not: see the lab's tests. */
static void need_nft(void)
{
	static const char *const argv[] = {
		"/usr/bin/unshare", "-n", "/usr/sbin/nft", "list", "tables", NULL};
	const struct command command = {.argv = argv, .limit.total = DEADLINE};
	struct output output = {0};
	bool answers = run_command(&command, &output, NULL) == 0 && output.status == 0;

	output_clear(&output);
	if (!answers)
		tree_skip("nft cannot be asked in a network namespace");
}

static void nft_accepts_every_text(void **state)
{
	need_nft();
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		if (cases[i].plan.updater)
			continue;
		_cleanup_(ruleset_clear) struct ruleset ruleset = render(&cases[i]);
		_cleanup_(output_clear) struct output output = {0};
		const char *const argv[] = {"/usr/bin/unshare", "-n", "/usr/sbin/nft", "-c", "-f",
			tree_write(*state, "/rules.nft", ruleset.text), NULL};
		const struct command command = {.argv = argv, .limit.total = DEADLINE};

		assert_int_equal(run_command(&command, &output, NULL), 0);
		if (output.status != 0)
			fail_msg("%s: %s", cases[i].name, output.error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_the_reviewed_ones),
		cmocka_unit_test(rules_are_counted),
		cmocka_unit_test(what_holds_for_every_plan),
		cmocka_unit_test(the_default_plan_accepts_no_port_from_outside),
		cmocka_unit_test(the_updater_alone_reaches_mirrors),
		cmocka_unit_test(strictly_no_session_stays_by_itself),
		tree_test(nft_accepts_every_text),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
