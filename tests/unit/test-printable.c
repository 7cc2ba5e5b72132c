// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/printable: foreign text that is shown can neither end a line nor drive a terminal.
 */

#include "tree.h"

#include "util/printable.h"

#include <string.h>

static void harmful_characters_become_question_marks(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"DomainProfile\\x", "DomainProfile\\x"},
		{"a\nb\rc\td\033[31m\177", "a?b?c?d?[31m?"},
		{"Gr\xc3\xbc\xc3\x9f"
		 "e \xe6\x97\xa5 \xf0\x9f\x98\x80",
			"Gr\xc3\xbc\xc3\x9f"
			"e \xe6\x97\xa5 \xf0\x9f\x98\x80"},
		{"c1 \xc2\x85 \xc2\x9b", "c1 ? ?"},
		{"turn \xe2\x80\xae, line \xe2\x80\xa8, no width \xe2\x80\x8b",
			"turn ?, line ?, no width ?"},
		{"mark \xef\xbb\xbf", "mark ?"},
		/* Not UTF-8: alone, cut short, and a newline in too many bytes. */
		{"\xff\x80 \xc3", "?? ?"},
		{"\xe2\x80", "??"},
		{"\xc0\x8a", "??"},
		{"\xc1\xbf \xe0\x9f\xbf \xf0\x8f\xbf\xbf", "?? ??? ????"},
		/* Half of a pair, more than there is. */
		{"\xed\xa0\x80 \xf4\x90\x80\x80", "??? ????"},
		{"arabic mark \xd8\x9c, tag \xf3\xa0\x81\x81", "arabic mark ?, tag ?"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *shown = printable(cases[i].text, 100);

		assert_string_equal(shown, cases[i].expected);
	}
}

static void long_text_is_cut_between_characters(void **state)
{
	_cleanup_free_ char *whole = printable("abcd", 4), *cut = printable("abcde", 4);
	_cleanup_free_ char *between = printable("abc\xc3\xbc", 4), *none = printable("a", 0);

	(void)state;
	assert_string_equal(whole, "abcd");
	assert_string_equal(cut, "abcd...");
	assert_string_equal(between, "abc...");
	assert_string_equal(none, "...");
}

static void lines_stay_lines(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"a\n\nb\tc\n", "a\n\nb c\n"},
		{"\033]0;x\a\r\n\xc2\x9b 31m \xe6\x97\xa5\xe2\x80\xae",
			"?]0;x??\n? 31m \xe6\x97\xa5?"},
		{"\xe6\x97", "??"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *shown = strdup(cases[i].text);

		printable_lines(shown);
		assert_string_equal(shown, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(harmful_characters_become_question_marks),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(lines_stay_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
