// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy/gpo-map: what stands after several policies, some of which delete.
 *
 * Every case is one or two files and the values that remain of them, written "key\name=number".
 */

#include "tree.h"

#include "pol.h"
#include "policy/grouppolicy/map.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static char *describe(const struct gpo_map *map)
{
	char *all = strdup("");

	for (size_t i = 0; i < map->count; i++) {
		struct registry_record record = gpo_value_record(&map->items[i]);
		uint64_t number = 0;
		char *longer;

		registrypol_number(&record, &number);
		longer = strdup_printf("%s%s%s\\%s=%u", all, i ? " " : "", record.key, record.value,
			(unsigned int)number);
		free(all);
		all = longer;
	}
	return all;
}

struct step {
	const char *key, *name;
	const char *list; /* of an instruction; NULL: a DWORD, the number of the step */
};

#define STEPS_MAX 6

static void merge(struct gpo_map *map, const struct step *steps)
{
	_cleanup_(pol_clear) struct pol pol = pol_begin();
	_cleanup_free_ char *why = NULL;

	for (uint32_t i = 0; i < STEPS_MAX && steps[i].key; i++) {
		if (steps[i].list)
			pol_text(&pol, steps[i].key, steps[i].name, steps[i].list);
		else
			pol_number(&pol, steps[i].key, steps[i].name, i + 1);
	}
	if (gpo_map_merge(map, "file", pol.data, pol.size, &why) < 0)
		fail_msg("refused: %s", why);
}

#define FW  POL_FIREWALL
#define DOM POL_DOMAIN

static void instructions_are_carried_out_in_their_order(void **state)
{
	static const struct {
		struct step steps[STEPS_MAX];
		const char *expected;
	} cases[] = {
		{{{FW, "a", NULL}, {DOM, "b", NULL}}, "\\a=1 DomainProfile\\b=2"},
		/* The last one wins, and letters have no case. */
		{{{DOM, "a", NULL}, {DOM, "A", NULL}}, "DomainProfile\\A=2"},
		{{{"SOFTWARE\\POLICIES\\MICROSOFT\\WINDOWSFIREWALL\\DOMAINPROFILE", "a", NULL},
			 {DOM, "a", NULL}},
			"DomainProfile\\a=2"},
		/* Odd spellings of one key. */
		{{{"\\" FW "\\\\DomainProfile\\", "a", NULL}}, "DomainProfile\\a=1"},
		/* Elsewhere, and what only looks like it. */
		{{{"Software\\Policies", "a", NULL}, {FW "s", "a", NULL}, {FW "s\\x", "a", NULL},
			 {"x\\" FW, "a", NULL}},
			""},
		{{{DOM, "", NULL}}, ""},
		/* **Del.NAME */
		{{{DOM, "a", NULL}, {DOM, "b", NULL}, {DOM, "**del.A", " "}}, "DomainProfile\\b=2"},
		{{{DOM, "**Del.a", " "}, {DOM, "a", NULL}}, "DomainProfile\\a=2"},
		{{{DOM "\\x", "a", NULL}, {DOM, "**del.a", " "}}, "DomainProfile\\x\\a=1"},
		{{{DOM, "a", NULL}, {DOM, "**del.", " "}}, "DomainProfile\\a=1"},
		/* **DeleteValues */
		{{{DOM, "a", NULL}, {DOM, "b", NULL}, {DOM, "c", NULL},
			 {DOM, "**DeleteValues", "A;;c;"}},
			"DomainProfile\\b=2"},
		/* **DelVals: of this key, not of those below; as Samba writes it, too. */
		{{{DOM, "a", NULL}, {DOM "\\x", "a", NULL}, {DOM, "**DelVals", " "},
			 {DOM, "c", NULL}},
			"DomainProfile\\c=4 DomainProfile\\x\\a=2"},
		{{{DOM, "a", NULL}, {DOM, "**delvals.", " "}}, ""},
		{{{DOM, "**delvals.", " "}, {DOM, "a", NULL}}, "DomainProfile\\a=2"},
		/* **DeleteKeys: with all below, and nothing beside. */
		{{{DOM "\\x", "a", NULL}, {DOM "\\x\\y\\z", "a", NULL}, {DOM "\\xy", "a", NULL},
			 {DOM, "**DeleteKeys", "q;X"}, {DOM "\\x\\y\\z", "b", NULL}},
			"DomainProfile\\x\\y\\z\\b=5 DomainProfile\\xy\\a=3"},
		{{{DOM "\\x", "a", NULL}, {DOM "\\x-y", "a", NULL}, {DOM "\\x\\y", "a", NULL},
			 {DOM, "**DeleteKeys", "x"}},
			"DomainProfile\\x-y\\a=2"},
		{{{DOM "\\x", "a", NULL}, {FW, "**DeleteKeys", "DomainProfile\\x"}}, ""},
		{{{DOM "\\x", "a", NULL}, {DOM, "**DeleteKeys", ";"}}, "DomainProfile\\x\\a=1"},
		/* From above. */
		{{{DOM, "a", NULL}, {"software\\policies", "**DeleteKeys", "Other;Microsoft"}}, ""},
		{{{DOM, "a", NULL}, {"Software", "**deletekeys", "Policies\\Microsoft"}}, ""},
		{{{DOM, "a", NULL}, {FW "\\..", "**DeleteKeys", "x"}}, "DomainProfile\\a=1"},
		{{{DOM, "a", NULL}, {"Software", "**DeleteKeys", FW}}, "DomainProfile\\a=1"},
		{{{DOM, "a", NULL}, {"Software\\Policies", "**DelVals", ""},
			 {"Software\\Policies", "**Unknown", ""}},
			"DomainProfile\\a=1"},
		{{{DOM, "a", NULL}, {"Software\\Policies\\Microsoft", "**DeleteKeys",
					    "WindowsFirewall\\DomainProfile"}},
			""},
		/* A later deletion below an earlier one. */
		{{{FW, "**DeleteKeys", "DomainProfile"}, {DOM "\\x", "a", NULL}, {DOM, "b", NULL},
			 {DOM, "**DeleteKeys", "x"}},
			"DomainProfile\\b=3"},
		{{{DOM "\\x", "a", NULL}, {DOM, "**DeleteKeys", "x"}, {DOM "\\x", "b", NULL},
			 {DOM "\\y", "c", NULL}},
			"DomainProfile\\x\\b=3 DomainProfile\\y\\c=4"},
		{{{DOM, "a", NULL}, {DOM, "**SecureKey", "1"}}, "DomainProfile\\a=1"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(gpo_map_clear) struct gpo_map map = {0};
		_cleanup_free_ char *found = NULL;

		merge(&map, cases[i].steps);
		assert_int_equal(gpo_map_settle(&map), 0);
		found = describe(&map);
		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("case %zu gave \"%s\" in place of \"%s\"", i, found,
				cases[i].expected);
	}
}

static void later_files_win(void **state)
{
	static const struct step first[STEPS_MAX] = {
		{DOM, "a", NULL}, {DOM, "b", NULL}, {DOM, "c", NULL}};
	static const struct step second[STEPS_MAX] = {{DOM, "**del.b", " "}, {DOM, "a", NULL}};
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	_cleanup_free_ char *found = NULL;

	(void)state;
	merge(&map, first);
	merge(&map, second);
	assert_int_equal(gpo_map_settle(&map), 0);
	found = describe(&map);
	assert_string_equal(found, "DomainProfile\\a=2 DomainProfile\\c=3");
}

static void values_are_found(void **state)
{
	static const struct step steps[STEPS_MAX] = {
		{DOM, "a", NULL}, {DOM "\\List", "x", NULL}, {DOM "\\List", "y", NULL}};
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	size_t count;

	(void)state;
	merge(&map, steps);
	assert_int_equal(gpo_map_settle(&map), 0);
	assert_non_null(gpo_map_find(&map, "domainprofile", "A"));
	assert_null(gpo_map_find(&map, "domainprofile", "x"));
	assert_null(gpo_map_find(&map, "DomainProfile\\List", "z"));
	assert_string_equal(gpo_map_values(&map, "DomainProfile\\list", &count)->name, "x");
	assert_int_equal(count, 2);
	assert_null(gpo_map_values(&map, "Domain", &count));
	assert_int_equal(count, 0);
	assert_true(gpo_map_has(&map, "DomainProfile"));
	assert_true(gpo_map_has(&map, ""));
	assert_false(gpo_map_has(&map, "Domain"));
	assert_false(gpo_map_has(&map, "StandardProfile"));
}

static void an_unknown_instruction_is_refused(void **state)
{
	static const struct {
		const char *name, *reason;
	} cases[] = {
		{"**Wipe", "\"**Wipe\""},
		{"**", "\"**\""},
		{"**DelValsX", "\"**DelValsX\""},
		{"**Dele\x1b[m", "\"**Dele?[m\""},
		/* Not a text, so it is not known what they delete. */
		{"**DeleteValues", "\"**DeleteValues\""},
		{"**DeleteKeys", "\"**DeleteKeys\""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(gpo_map_clear) struct gpo_map map = {0};
		_cleanup_(pol_clear) struct pol pol = pol_begin();
		_cleanup_free_ char *why = NULL;

		pol_number(&pol, DOM, cases[i].name, 1);
		assert_int_equal(gpo_map_merge(&map, "file", pol.data, pol.size, &why), -EINVAL);
		assert_contains(why, cases[i].reason);
		assert_contains(why, "may delete settings");
	}
}

/* @magic: what all are called; NULL: each has its own name. */
static struct pol make_many(const char *magic, uint32_t count)
{
	struct pol pol = pol_begin();

	for (uint32_t i = 0; i < count; i++) {
		_cleanup_free_ char *key = strdup_printf(DOM "\\%u", i % 1000);
		_cleanup_free_ char *name = strdup_printf("%u", i);

		pol_number(&pol, key, magic ? magic : name, i);
	}
	return pol;
}

static void too_many_settings_are_refused(void **state)
{
	_cleanup_(pol_clear) struct pol most = make_many(NULL, 20000), more = make_many(NULL, 1);
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(gpo_map_merge(&map, "file", most.data, most.size, &why), 0);
	assert_int_equal(gpo_map_merge(&map, "file", more.data, more.size, &why), -E2BIG);
	assert_contains(why, "more than 20000 settings");
	assert_int_equal(gpo_map_settle(&map), 0);
	assert_int_equal(map.count, 20000);
}

/* Half sets, half deletes: one by one that would be a hundred million comparisons. */
static void many_deletions_take_no_time(void **state)
{
	_cleanup_(pol_clear) struct pol values = make_many(NULL, 10000);
	_cleanup_(pol_clear) struct pol deletions = make_many("**DelVals", 10000);
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	clock_t begin = clock();

	(void)state;
	assert_int_equal(gpo_map_merge(&map, "file", values.data, values.size, NULL), 0);
	assert_int_equal(gpo_map_merge(&map, "file", deletions.data, deletions.size, NULL), 0);
	assert_int_equal(gpo_map_settle(&map), 0);
	assert_int_equal(map.count, 0);
	assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_are_carried_out_in_their_order),
		cmocka_unit_test(later_files_win),
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(an_unknown_instruction_is_refused),
		cmocka_unit_test(too_many_settings_are_refused),
		cmocka_unit_test(many_deletions_take_no_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
