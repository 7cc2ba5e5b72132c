// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/language: who reads what. Compiled with the catalogues of this build.
 *
 * The locales ja_JP.UTF-8 and ja_JP.eucJP are installed on some machines and not on others, and the
 * answer is to be the same; ja_XX is installed nowhere.
 */

#include "tree.h"

#include "util/fail.h"
#include "util/language.h"
#include "util/sourced.h"
#include "util/strv.h"
#include "util/width.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ENGLISH	 "Update now"
#define JAPANESE "今すぐ更新"

static const char *const variables[] = {
	"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE", "TERM", "LOCPATH"};

/* As a process with this environment begins: "LANG=ja_JP.UTF-8 TERM=xterm". */
static void begin_with(const char *environment)
{
	_cleanup_free_ char *copy = strdup(environment);
	char *rest = copy, *word;

	assert_non_null(copy);
	for (size_t i = 0; i < ELEMENTS(variables); i++)
		unsetenv(variables[i]);
	while ((word = strsep(&rest, " ")) != NULL) {
		char *value = strchr(word, '=');

		assert_non_null(value);
		*value++ = '\0';
		setenv(word, value, 1);
	}
	setlocale(LC_ALL, "C");
	language_begin();
}

static void language_is_what_can_be_shown(void **state)
{
	static const struct {
		const char *environment, *expected;
	} cases[] = {
		{"LANG=ja_JP.UTF-8 TERM=xterm", JAPANESE},
		{"LANG=ja_JP.utf8 TERM=xterm", JAPANESE},
		{"LANG=ja_JP.UTF-8@modifier TERM=xterm", JAPANESE},
		/* No terminal: a pipe. */
		{"LANG=ja_JP.UTF-8", JAPANESE},
		{"LANG=ja_XX.UTF-8 TERM=xterm", JAPANESE},
		{"LANG=en_US.UTF-8 LC_MESSAGES=ja_JP.UTF-8", JAPANESE},
		{"LANG=en_US.UTF-8 LC_ALL=ja_JP.UTF-8", JAPANESE},
		{"LANG=C.UTF-8 LANGUAGE=ja", JAPANESE},
		{"LANG=fr_FR.UTF-8 LANGUAGE=fr:ja", JAPANESE},
		/* The console has no wide characters. */
		{"LANG=ja_JP.UTF-8 TERM=linux", ENGLISH},
		{"LANG=C.UTF-8 LANGUAGE=ja TERM=linux", ENGLISH},
		{"LANG=C TERM=xterm", ENGLISH},
		{"LANG=C LANGUAGE=ja TERM=xterm", ENGLISH},
		{"LANG=C.UTF-8 TERM=xterm", ENGLISH},
		{"LANG=ja_JP.UTF-8 LC_ALL=C TERM=xterm", ENGLISH},
		{"LANG=ja_JP.UTF-8 LC_MESSAGES=C", ENGLISH},
		{"LANG=ja_JP.UTF-8 LC_CTYPE=C", ENGLISH},
		{"LANG=ja_JP.UTF-8 LANGUAGE=en", ENGLISH},
		{"LANG=ja_JP.eucJP TERM=xterm", ENGLISH},
		{"LANG=ja_JP TERM=xterm", ENGLISH},
		{"LANG=nonsense TERM=xterm", ENGLISH},
		{"TERM=xterm", ENGLISH},
		{"LANGUAGE=ja TERM=xterm", ENGLISH},
		/* Locales are looked for elsewhere, too. */
		{"LANG=ja_JP.UTF-8 TERM=xterm LOCPATH=/nowhere", JAPANESE},
		{"LANG=C.UTF-8 LANGUAGE=ja LOCPATH=/nowhere", JAPANESE},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		begin_with(cases[i].environment);
		if (strcmp(_(ENGLISH), cases[i].expected) != 0)
			fail_msg("%s: %s", cases[i].environment, _(ENGLISH));
	}
}

/* Programs that are started later look for their locales where they always do. */
static void no_trace_is_left_in_the_environment(void **state)
{
	(void)state;
	begin_with("LANG=ja_XX.UTF-8 TERM=xterm");
	assert_null(getenv("LOCPATH"));
	language_pause();
	language_resume();
	assert_null(getenv("LOCPATH"));
	begin_with("LANG=ja_XX.UTF-8 TERM=xterm LOCPATH=/nowhere");
	assert_string_equal(getenv("LOCPATH"), "/nowhere");
}

/* login(1) leaves no locale. What is typed there is UTF-8, and what is drawn is ASCII. */
static void characters_are_utf8_where_no_locale_speaks_of_them(void **state)
{
	static const struct {
		const char *environment;
		bool reads, draws;
	} cases[] = {
		{"TERM=linux", true, false},
		{"TERM=vt220", true, false},
		{"LANG=C TERM=vt220", true, false},
		{"LANG=ja_JP.UTF-8 LC_ALL=POSIX", true, false},
		{"LANG=C.UTF-8 TERM=vt220", true, true},
		{"LANG=C.UTF-8 TERM=linux", true, false},
		{"LANG=ja_XX.UTF-8 TERM=vt220", true, true},
		{"LANG=ja_XX.eucJP TERM=vt220", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		begin_with(cases[i].environment);
		if ((width_of("隔離") == 4) != cases[i].reads ||
			language_is_utf8() != cases[i].draws)
			fail_msg("%s", cases[i].environment);
	}
}

/* As S-Lang does. */
static int set_by_environment(void)
{
	setlocale(LC_ALL, "");
	return width_of("隔離") == 4 ? 7 : 8;
}

static void a_library_does_not_change_it(void **state)
{
	static const struct {
		const char *environment;
		const char *expected;
		int answer;
	} cases[] = {
		{"TERM=vt220", ENGLISH, 7},
		{"LC_ALL=C TERM=vt220", ENGLISH, 7},
		{"LC_ALL=C.UTF-8 LANGUAGE=ja", JAPANESE, 7},
		{"LANG=ja_XX.UTF-8 TERM=xterm", JAPANESE, 7},
		{"LANG=ja_XX.eucJP TERM=xterm", ENGLISH, 8},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *before = NULL, *after = NULL;

		begin_with(cases[i].environment);
		before = strdup(getenv("LC_ALL") ? getenv("LC_ALL") : "-");
		if (language_keep(set_by_environment) != cases[i].answer ||
			strcmp(_(ENGLISH), cases[i].expected) != 0)
			fail_msg("%s: %s", cases[i].environment, _(ENGLISH));
		after = strdup(getenv("LC_ALL") ? getenv("LC_ALL") : "-");
		assert_string_equal(before, after);
		assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
		assert_string_equal(setlocale(LC_TIME, NULL), "C");
	}
}

static void a_process_that_does_not_begin_speaks_english(void **state)
{
	(void)state;
	setlocale(LC_ALL, "C");
	setenv("LANG", "ja_JP.UTF-8", 1);
	assert_string_equal(_(ENGLISH), ENGLISH);
}

/* Package managers and files are read by this very process. */
static void what_is_read_does_not_follow(void **state)
{
	struct tm date = {0};
	char day[32];

	(void)state;
	begin_with("LANG=ja_JP.UTF-8 LC_ALL=ja_JP.UTF-8 TERM=xterm");
	assert_string_equal(setlocale(LC_NUMERIC, NULL), "C");
	assert_string_equal(setlocale(LC_TIME, NULL), "C");
	assert_string_equal(setlocale(LC_COLLATE, NULL), "C");
	assert_non_null(strptime("Sat, 31 Jan 2026", "%a, %d %b %Y", &date));
	assert_int_equal(strftime(day, sizeof(day), "%a", &date), 3);
	begin_with("LANG=tr_TR.UTF-8 TERM=xterm");
	assert_int_equal(toupper('i'), 'I');
	assert_int_equal(width_of("隔離"), 4);
}

static void what_goes_on_record_is_english(void **state)
{
	(void)state;
	begin_with("LANG=ja_JP.UTF-8 TERM=xterm");
	language_pause();
	assert_string_equal(_(ENGLISH), ENGLISH);
	language_resume();
	assert_string_equal(_(ENGLISH), JAPANESE);
	begin_with("LANG=C");
	language_pause();
	language_resume();
	assert_string_equal(_(ENGLISH), ENGLISH);
}

/* The translation of "" is the catalogue's head. */
static void nothing_is_translated_by_nothing(void **state)
{
	(void)state;
	begin_with("LANG=ja_JP.UTF-8 TERM=xterm");
	assert_string_equal(translated(""), "");
	assert_string_equal(translated(ENGLISH), JAPANESE);
	assert_string_equal(translated("/etc/hosts"), "/etc/hosts");
}

static void strv_are_translated_where_they_are_made(void **state)
{
	_cleanup_(sourced_list_clear) struct sourced_list findings = {0};
	_cleanup_(strv_clear) struct strv sentences = {0};
	_cleanup_free_ char *why = NULL;

	(void)state;
	begin_with("LANG=ja_JP.UTF-8 TERM=xterm");
	assert_int_equal(fail(&why, EIO, "%s: not in %s", "x", "/y"), -EIO);
	assert_string_equal(why, "x: /y にありません");
	assert_int_equal(strv_addf(&sentences, "%s: not in %s", "x", "/y"), 0);
	assert_int_equal(strv_addf(&sentences, "%s", ENGLISH), 0);
	assert_string_equal(sentences.items[0], "x: /y にありません");
	assert_string_equal(sentences.items[1], ENGLISH);
	assert_int_equal(sourced_add(&findings, "/z", "%s is masked", "ufw"), 0);
	assert_string_equal(findings.items[0].what, "ufw はマスクされています");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_does_not_begin_speaks_english),
		cmocka_unit_test(language_is_what_can_be_shown),
		cmocka_unit_test(no_trace_is_left_in_the_environment),
		cmocka_unit_test(characters_are_utf8_where_no_locale_speaks_of_them),
		cmocka_unit_test(a_library_does_not_change_it),
		cmocka_unit_test(what_is_read_does_not_follow),
		cmocka_unit_test(what_goes_on_record_is_english),
		cmocka_unit_test(nothing_is_translated_by_nothing),
		cmocka_unit_test(strv_are_translated_where_they_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
