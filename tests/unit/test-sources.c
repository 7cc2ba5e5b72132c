// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fresh, stale, replayed, broken: what is judged of sources, and the dates that are kept of them.
 *
 * A judgement too mild is a false "verified", so every row says what must be refused.
 */

#include "tree.h"

#include "update/dates.h"
#include "update/refresh.h"
#include "util/fail.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define NOW	 1800000000
#define DAY	 86400
#define SECURITY "http://mirror.example/debian-security x"
#define OTHER	 "http://tools.example/debian y"

static const struct update_backend backend = {
	.name = "test", .security_source_hint = "there is no security source"};

static const struct row {
	const char *what;
	time_t date;	     /* of the security source */
	time_t before;	     /* the newest so far; 0: none */
	const char *failure; /* of the security source */
	const char *other;   /* of the other */
	unsigned int max_age;
	int expected;
	const char *says; /* in the error, or in a warning */
} rows[] = {
	{"fresh", NOW - DAY, 0, NULL, NULL, 14 * DAY, 0, NULL},
	{"as new as before", NOW - DAY, NOW - DAY, NULL, NULL, 14 * DAY, 0, NULL},
	{"newer than before", NOW - DAY, NOW - 9 * DAY, NULL, NULL, 14 * DAY, 0, NULL},
	{"without a date", 0, NOW, NULL, NULL, 14 * DAY, -EIO, "does not say when"},
	{"at the limit", NOW - 14 * DAY, 0, NULL, NULL, 14 * DAY, 0, NULL},
	{"of any age", NOW - 999 * DAY, 0, NULL, NULL, 0, 0, NULL},
	{"another one is down", NOW - DAY, 0, NULL, "404", 14 * DAY, 0, OTHER " (b:1) was not"},
	{"down", NOW - DAY, 0, "404 Not Found", NULL, 14 * DAY, -EIO, SECURITY " (a:1): 404"},
	{"too old", NOW - 15 * DAY, 0, NULL, NULL, 14 * DAY, -EIO, "15 days ago"},
	{"a forgotten mirror", NOW - 76 * DAY, 0, NULL, NULL, 14 * DAY, -EIO, "76 days ago"},
	{"replayed", NOW - 3 * DAY, NOW - DAY, NULL, NULL, 14 * DAY, -EIO, "went back"},
	{"replayed, of any age", NOW - 3 * DAY, NOW - DAY, NULL, NULL, 0, -EIO, "went back"},
	{"a second older", NOW - DAY - 1, NOW - DAY, NULL, NULL, 14 * DAY, -EIO, "went back"},
	{"the clock is behind", NOW + 40 * DAY, 0, NULL, NULL, 14 * DAY, -EIO, "set the clock"},
	{"clocks differ a little", NOW + 3600, 0, NULL, NULL, 14 * DAY, 0, NULL},
	{"the clock is ahead", NOW - 5000 * DAY, 0, NULL, NULL, 14 * DAY, -EIO, "clock"},
};

static struct update_sources sources_of(const struct row *row)
{
	const struct update_source security = {.name = (char *)SECURITY,
		.entry = (char *)"a:1",
		.role = SOURCE_SECURITY,
		.date = row->date,
		.failure = (char *)row->failure};
	const struct update_source other = {
		.name = (char *)OTHER, .entry = (char *)"b:1", .failure = (char *)row->other};
	struct update_sources sources = {0};

	assert_int_equal(update_sources_add(&sources, &other), 0);
	assert_int_equal(update_sources_add(&sources, &security), 0);
	return sources;
}

static void judge(const struct row *row)
{
	_cleanup_(update_sources_clear) struct update_sources sources = sources_of(row);
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(dates_clear) struct dates dates = {.sources = json_object()};
	const struct update_settings settings = {.max_age = row->max_age};
	_cleanup_free_ char *why = NULL;
	const char *said;
	int r;

	if (row->before)
		assert_int_equal(dates_raise(&dates, SECURITY, row->before), 0);
	r = sources_judge(&backend, &settings, &sources, &dates, NOW, &warnings, &why);
	said = why ? why : warnings.count > 0 ? warnings.items[0] : "";
	if (r != row->expected || (row->says && !strstr(said, row->says)) ||
		(!row->says && (why || warnings.count > 0)))
		fail_msg("%s: %d \"%s\"", row->what, r, said);
	/* What was refused must not become the measure. */
	assert_int_equal(dates_get(&dates, SECURITY),
		r == 0 && row->date > row->before ? row->date : row->before);
}

static void every_row_is_judged_rightly(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		judge(&rows[i]);
}

/* Two sources of one role, the second as old as you like. */
static int judge_two(bool security_only, enum source_role role, time_t second, const char *failure,
	bool foreign, char **why)
{
	const struct update_source one = {.name = (char *)"one",
		.entry = (char *)"a:1",
		.role = role,
		.foreign = foreign,
		.date = NOW - DAY};
	const struct update_source two = {.name = (char *)"two",
		.entry = (char *)"b:1",
		.role = role,
		.foreign = foreign,
		.date = second,
		.failure = (char *)failure};
	_cleanup_(update_sources_clear) struct update_sources sources = {0};
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(dates_clear) struct dates dates = {.sources = json_object()};
	const struct update_settings settings = {
		.security_only = security_only, .max_age = 14 * DAY};

	free(TAKE_PTR(*why));
	assert_int_equal(update_sources_add(&sources, &one), 0);
	assert_int_equal(update_sources_add(&sources, &two), 0);
	return sources_judge(&backend, &settings, &sources, &dates, NOW, &warnings, why);
}

/* No advisory metadata means unknown, never done; neither does a source of another release. */
static void without_a_security_source_nobody_knows(void **state)
{
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(judge_two(false, SOURCE_OTHER, NOW, NULL, false, &why), -ENOENT);
	assert_string_equal(why, "there is no security source");
	assert_int_equal(judge_two(false, SOURCE_SECURITY, NOW, NULL, true, &why), -ENOENT);
	assert_int_equal(judge_two(true, SOURCE_UNADVISED, NOW, NULL, false, &why), -ENOENT);
	/* Everything is looked at, so that everything has to be there; some may be frozen. */
	assert_int_equal(judge_two(false, SOURCE_UNADVISED, NOW, NULL, false, &why), 0);
	assert_int_equal(judge_two(false, SOURCE_UNADVISED, NOW, "404", false, &why), -EIO);
	assert_int_equal(judge_two(false, SOURCE_UNADVISED, NOW - 99 * DAY, NULL, false, &why), 0);
	assert_int_equal(
		judge_two(false, SOURCE_SECURITY, NOW - 99 * DAY, NULL, false, &why), -EIO);
}

static void all_sources_without_advisories_may_not_be_old(void **state)
{
	const struct update_source one = {.name = (char *)"one",
		.entry = (char *)"a:1",
		.role = SOURCE_UNADVISED,
		.date = NOW - 15 * DAY};
	_cleanup_(update_sources_clear) struct update_sources sources = {0};
	_cleanup_(dates_clear) struct dates dates = {.sources = json_object()};
	const struct update_settings settings = {.max_age = 14 * DAY};
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(update_sources_add(&sources, &one), 0);
	assert_int_equal(
		sources_judge(&backend, &settings, &sources, &dates, NOW, NULL, &why), -EIO);
	assert_non_null(strstr(why, "15 days"));
}

/* A medium or a folder needs no date; what comes over the network does. */
static void without_a_date_it_may_be_of_any_age(void **state)
{
	struct update_source source = {
		.name = (char *)"one", .entry = (char *)"a:1", .role = SOURCE_SECURITY};
	const struct update_settings settings = {.max_age = 14 * DAY};

	(void)state;
	for (int local = 0; local < 2; local++) {
		_cleanup_(update_sources_clear) struct update_sources sources = {0};
		_cleanup_(dates_clear) struct dates dates = {.sources = json_object()};
		_cleanup_free_ char *why = NULL;

		source.local = local;
		assert_int_equal(update_sources_add(&sources, &source), 0);
		assert_int_equal(
			sources_judge(&backend, &settings, &sources, &dates, NOW, NULL, &why),
			local ? 0 : -EIO);
	}
}

static void dates_are_kept(void **state)
{
	const char *path = tree_path(*state, "/sources.json");
	_cleanup_free_ char *why = NULL;
	struct dates dates;

	assert_int_equal(dates_load(path, &dates, &why), 0);
	assert_int_equal(dates_get(&dates, SECURITY), 0);
	assert_int_equal(dates_save(path, &dates, &why), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(dates_raise(&dates, SECURITY, NOW), 0);
	assert_int_equal(dates_raise(&dates, SECURITY, NOW - 1), 0);
	assert_int_equal(dates_save(path, &dates, &why), 0);
	dates_clear(&dates);
	assert_int_equal(dates_load(path, &dates, &why), 0);
	assert_int_equal(dates_get(&dates, SECURITY), NOW);
	assert_int_equal(dates_get(&dates, OTHER), 0);
	dates_clear(&dates);
	assert_null(why);
}

static void a_damaged_record_of_dates_is_begun_anew_and_kept_aside(void **state)
{
	static const char *const contents[] = {"", "{", "[]", "{\"schema\": 1}",
		"{\"schema\": 2, \"sources\": {}}", "{\"schema\": 1, \"sources\": []}",
		"{\"schema\": 1, \"sources\": {\"a\": 1}}",
		"{\"schema\": 1, \"sources\": {\"a\": \"yesterday\"}}"};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		const char *path = tree_write(*state, "/sources.json", contents[i]);
		_cleanup_(dates_clear) struct dates dates = {0};
		_cleanup_free_ char *why = NULL, *aside = NULL;

		assert_int_equal(dates_load(path, &dates, &why), 1);
		assert_non_null(strstr(why, "sources.json.broken"));
		aside = tree_read(tree_path(*state, "/sources.json.broken"));
		assert_string_equal(aside, contents[i]);
		assert_int_equal(dates_raise(&dates, SECURITY, NOW), 0);
		assert_int_equal(dates_save(path, &dates, &why), 0);
	}
}

static void spans_of_time(void **state)
{
	static const struct {
		const char *text;
		unsigned int seconds;
	} cases[] = {{"90", 90}, {"90s", 90}, {"10min", 600}, {"2h", 7200}, {"14d", 14 * DAY},
		{"30d", 30 * DAY}, {"31d", 0}, {"0", 0}, {"-1d", 0}, {"1w", 0}, {"", 0}, {"d", 0},
		{"1 d", 0}, {"99999999999999999999d", 0}};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_int_equal(when_parse_span(cases[i].text, 30 * DAY), cases[i].seconds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_judged_rightly),
		cmocka_unit_test(without_a_security_source_nobody_knows),
		cmocka_unit_test(all_sources_without_advisories_may_not_be_old),
		cmocka_unit_test(without_a_date_it_may_be_of_any_age),
		tree_test(dates_are_kept),
		tree_test(a_damaged_record_of_dates_is_begun_anew_and_kept_aside),
		cmocka_unit_test(spans_of_time),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
