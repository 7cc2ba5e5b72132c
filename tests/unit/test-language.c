// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/language: who reads what. Compiled with the catalogues of this build.
 *
 * The locales ja_JP.UTF-8 and ja_JP.eucJP are installed on some machines and not on others, and the
 * answer is to be the same; ja_XX is installed nowhere.
 */

#include "tree.h"

#include "util/fail.h"
#include "util/finding.h"
#include "util/language.h"
#include "util/sentences.h"
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
	"LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG", "LANGUAGE", "TERM"};

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
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		begin_with(cases[i].environment);
		if (strcmp(_(ENGLISH), cases[i].expected) != 0)
			fail_msg("%s: %s", cases[i].environment, _(ENGLISH));
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

static void sentences_are_translated_where_they_are_made(void **state)
{
	_cleanup_(finding_list_clear) struct finding_list findings = {0};
	_cleanup_(sentences_clear) struct sentences sentences = {0};
	_cleanup_free_ char *why = NULL;

	(void)state;
	begin_with("LANG=ja_JP.UTF-8 TERM=xterm");
	assert_int_equal(fail(&why, EIO, "%s: not in %s", "x", "/y"), -EIO);
	assert_string_equal(why, "x: /y にありません");
	assert_int_equal(sentences_add(&sentences, "%s: not in %s", "x", "/y"), 0);
	assert_int_equal(sentences_add(&sentences, "%s", ENGLISH), 0);
	assert_string_equal(sentences.items[0], "x: /y にありません");
	assert_string_equal(sentences.items[1], ENGLISH);
	assert_int_equal(finding_add(&findings, "/z", "%s is masked", "ufw"), 0);
	assert_string_equal(findings.items[0].what, "ufw はマスクされています");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_process_that_does_not_begin_speaks_english),
		cmocka_unit_test(language_is_what_can_be_shown),
		cmocka_unit_test(what_is_read_does_not_follow),
		cmocka_unit_test(what_goes_on_record_is_english),
		cmocka_unit_test(nothing_is_translated_by_nothing),
		cmocka_unit_test(sentences_are_translated_where_they_are_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
