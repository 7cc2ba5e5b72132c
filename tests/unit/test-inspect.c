// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seal/inspect: two tables with the same rules look the same, and meddling shows.
 *
 * First on listings written down here, then, where a network namespace can be had, on what a real
 * kernel gives back for real rules.
 */

#include "tree.h"

#include "seal/inspect.h"
#include "seal/ruleset.h"
#include "seal/tables.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

/* A table as `nft list table` shows it; the parts that the tests vary are parameters. */
#define LISTING(table, prio, policy, first, second)                                                \
	"table inet " table " { # progname cordon\n"                                               \
	"\tflags owner\n\n"                                                                        \
	"\tcounter blocked_in {\n\t\tpackets 7 bytes 7\n\t}\n\n"                                   \
	"\tchain record {\n\t\tlog\n\t}\n\n"                                                       \
	"\tchain input {\n"                                                                        \
	"\t\ttype filter hook input priority " prio "; policy " policy ";\n" first second          \
	"\t}\n}\n"

#define ACCEPT "\t\taccept\n"
#define DROP   "\t\tdrop\n"
#define BASE   LISTING("cordon", "filter - 10", "drop", ACCEPT, DROP)

static void name_counters_and_priority_do_not_count(void **state)
{
	struct fingerprint base = fingerprint_of(BASE);
	struct fingerprint hold =
		fingerprint_of(LISTING("cordon_hold_a", "filter - 20", "drop", ACCEPT, DROP));

	(void)state;
	assert_true(base.value == hold.value);
	assert_int_equal(base.rules, 3);
	assert_int_equal(hold.rules, 3);
	assert_int_equal(base.closed, 1);
}

static void meddling_shows(void **state)
{
	static const char *const changed[] = {
		/* Another verdict. */
		LISTING("cordon", "filter - 10", "drop", ACCEPT, ACCEPT),
		/* A rule missing, one too many, two swapped. */
		LISTING("cordon", "filter - 10", "drop", ACCEPT, ""),
		LISTING("cordon", "filter - 10", "drop", ACCEPT, DROP DROP),
		LISTING("cordon", "filter - 10", "drop", DROP, ACCEPT),
		/* The policy opened. */
		LISTING("cordon", "filter - 10", "accept", ACCEPT, DROP),
		/* A statement slipped in before the verdict. */
		LISTING("cordon", "filter - 10", "drop", ACCEPT, "\t\tlog drop\n"),
		/* Another chain. */
		LISTING("cordon", "filter - 10", "drop", ACCEPT, DROP "\t}\n\tchain x {\n"),
		"",
	};
	struct fingerprint base = fingerprint_of(BASE);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(changed); i++)
		if (fingerprint_of(changed[i]).value == base.value)
			fail_msg("not noticed:\n%s", changed[i]);
}

static void rules_and_closed_chains_are_counted(void **state)
{
	struct fingerprint none = fingerprint_of("");
	struct fingerprint open =
		fingerprint_of(LISTING("cordon", "filter - 10", "accept", ACCEPT, DROP));

	(void)state;
	assert_int_equal(none.rules, 0);
	assert_int_equal(none.closed, 0);
	assert_int_equal(open.rules, 3);
	assert_int_equal(open.closed, 0);
}

/* What no nft writes: an end in the middle, nothing but starts, a hook without its end. */
static void torn_listings_do_no_harm(void **state)
{
	static const char *const torn[] = {"\tchain ", "\tchain x {\n\t\ttype ", "\t\t", "\n\n\n",
		"\tchain x {\n\t\ttype a priority ", "\tchain x {\n\t\ttype a priority ;"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(torn); i++)
		assert_int_equal(fingerprint_of(torn[i]).closed, 0);
}

/* A network of its own for the rest of this program; skips where that is not allowed. */
static void enter_empty_network(void)
{
	_cleanup_free_ char *why = NULL;
	struct tables tables;

	if (unshare(CLONE_NEWNET) < 0 || tables_read(&tables, &why) < 0)
		tree_skip("no nftables in a network namespace: %s", why ? why : strerror(errno));
	assert_int_equal(tables.count, 0);
}

static struct fingerprint commit(
	struct nft *nft, const struct seal_plan *plan, const char *table, bool hold)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	_cleanup_free_ char *why = NULL;
	struct fingerprint print = {0};

	assert_int_equal(
		ruleset_render(plan, table, hold ? RULESET_HOLD : RULESET_REPLACE, &ruleset), 0);
	if (nft_run(nft, ruleset.text, &why) != 0 ||
		fingerprint_read(nft, table, &print, &why) != 0)
		fail_msg("%s", why);
	assert_int_equal(print.rules, ruleset.rules);
	assert_int_equal(print.closed, plan->egress == EGRESS_OPEN ? 2 : 3);
	return print;
}

static void the_kernel_gives_both_tables_back_alike(void **state)
{
	static struct exception in[] = {
		{.protocol = IPPROTO_TCP, .first = 22, .last = 22},
		{.protocol = IPPROTO_UDP, .first = 1, .last = 9, .peer = (char *)"2001:db8::/32"},
		{.protocol = 0, .peer = (char *)"192.0.2.7"},
		{.protocol = IPPROTO_TCP, .first = 1, .last = 65535, .peer = (char *)"0.0.0.0/0"},
		{.protocol = IPPROTO_TCP, .first = 7, .last = 7, .peer = (char *)"::/0"},
	};
	const struct seal_plan plans[] = {
		{.egress = EGRESS_UPDATES},
		{.egress = EGRESS_UPDATES, .in = {in, ELEMENTS(in)}, .out = {in, ELEMENTS(in)}},
		{.egress = EGRESS_OPEN, .in = {in, ELEMENTS(in)}},
	};

	(void)state;
	enter_empty_network();
	for (size_t i = 0; i < ELEMENTS(plans); i++) {
		_cleanup_(cleanup_nft) struct nft *base = NULL, *hold = NULL;
		struct fingerprint a, b;

		assert_int_equal(nft_open(&base, NULL), 0);
		assert_int_equal(nft_open(&hold, NULL), 0);
		a = commit(base, &plans[i], TABLE_BASE, false);
		b = commit(hold, &plans[i], TABLE_HOLD_A, true);
		assert_true(a.value == b.value);
		/* Replacing it changes nothing but handles. */
		b = commit(base, &plans[i], TABLE_BASE, false);
		assert_true(a.value == b.value);
	}
}

static void the_kernel_shows_meddling(void **state)
{
	static const char *const commands[] = {
		"insert rule inet cordon input accept",
		"add rule inet cordon input tcp dport 22 accept",
		"flush chain inet cordon forward",
		"chain inet cordon input { policy accept; }",
		"add chain inet cordon other",
	};
	const struct seal_plan plan = {.egress = EGRESS_UPDATES};

	(void)state;
	enter_empty_network();
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		_cleanup_(cleanup_nft) struct nft *nft = NULL;
		struct fingerprint before, after;

		assert_int_equal(nft_open(&nft, NULL), 0);
		before = commit(nft, &plan, TABLE_BASE, false);
		assert_int_equal(nft_run(nft, commands[i], NULL), 0);
		assert_int_equal(fingerprint_read(nft, TABLE_BASE, &after, NULL), 0);
		if (before.value == after.value)
			fail_msg("not noticed: %s", commands[i]);
	}
}

static void a_hold_is_nobodys_but_its_sockets(void **state)
{
	_cleanup_(cleanup_nft) struct nft *owner = NULL, *other = NULL;
	const struct seal_plan plan = {.egress = EGRESS_UPDATES};
	_cleanup_free_ char *why = NULL;
	struct tables tables;

	(void)state;
	enter_empty_network();
	assert_int_equal(nft_open(&owner, NULL), 0);
	assert_int_equal(nft_open(&other, NULL), 0);
	commit(owner, &plan, TABLE_HOLD_B, true);
	assert_int_equal(nft_run(other, "flush ruleset", NULL), 0);
	assert_int_equal(nft_run(other, "delete table inet " TABLE_HOLD_B, &why), -EIO);
	assert_contains(why, "nftables refused: ");
	assert_int_equal(tables_read(&tables, NULL), 0);
	assert_int_equal(tables.count, 1);
	assert_non_null(tables_find(&tables, TABLE_HOLD_B));
	assert_null(tables_find(&tables, TABLE_BASE));
	assert_true(tables_find(&tables, TABLE_HOLD_B)->owner != 0);
	nft_close(owner);
	owner = NULL;
	assert_int_equal(tables_read(&tables, NULL), 0);
	assert_int_equal(tables.count, 0);
}

static void foreign_tables_are_not_ours(void **state)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	_cleanup_free_ char *why = NULL;
	struct fingerprint print = {.rules = 4711};
	struct tables tables;

	(void)state;
	enter_empty_network();
	assert_int_equal(nft_open(&nft, NULL), 0);
	assert_int_equal(
		nft_run(nft, "table inet cordon_x {}\ntable ip cordon {}\ntable inet filter {}",
			NULL),
		0);
	assert_int_equal(tables_read(&tables, NULL), 0);
	assert_int_equal(tables.count, 0);
	assert_true(fingerprint_read(nft, TABLE_BASE, &print, &why) < 0);
	assert_contains(why, "inet cordon");
	assert_int_equal(print.rules, 4711);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(name_counters_and_priority_do_not_count),
		cmocka_unit_test(meddling_shows),
		cmocka_unit_test(rules_and_closed_chains_are_counted),
		cmocka_unit_test(torn_listings_do_no_harm),
		cmocka_unit_test(the_kernel_gives_both_tables_back_alike),
		cmocka_unit_test(the_kernel_shows_meddling),
		cmocka_unit_test(a_hold_is_nobodys_but_its_sockets),
		cmocka_unit_test(foreign_tables_are_not_ours),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
