// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/words: what a shell would make of a line, and what it would not end.
 */

#include "tree.h"

#include "util/fail.h"
#include "util/words.h"

#include <errno.h>
#include <string.h>

/* "[a][b]" of all words, and "!" for a quotation that is not closed. */
static char *split(const char *line)
{
	char *all = strdup("");
	int r;

	do {
		_cleanup_free_ char *word = NULL;
		char *longer;

		r = words_next(&line, &word);
		longer = r == 1 ? strdup_printf("%s[%s]", all, word)
				: strdup_printf("%s%s", all, r < 0 ? "!" : "");
		free(all);
		all = longer;
	} while (r == 1);
	assert_true(r == 0 || r == -EINVAL);
	assert_string_equal(line, "");
	return all;
}

static void lines_are_split_as_a_shell_does(void **state)
{
	static const struct {
		const char *line, *expected;
	} cases[] = {
		{"", ""},
		{" \t\r\n", ""},
		{"# a comment", ""},
		{"one", "[one]"},
		{"  one\ttwo \r\n", "[one][two]"},
		{"one # two", "[one]"},
		{"one#two", "[one#two]"},
		{"'a b' \"c d\"", "[a b][c d]"},
		{"a'b'\"c\"d", "[abcd]"},
		{"'' \"\"", "[][]"},
		{"'#' \"#\" \\#", "[#][#][#]"},
		{"'a\"b' \"a'b\"", "[a\"b][a'b]"},
		{"a\\ b \\\\ \\'", "[a b][\\]["
				   "']"},
		{"\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]"},
		{"'a\\'", "[a\\]"},
		/* The words before what is wrong are given all the same. */
		{"one 'two", "[one]!"},
		{"\"", "!"},
		{"'", "!"},
		{"one\\", "!"},
		{"\"one\\", "!"},
		{"\"one\\\"", "!"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *found = split(cases[i].line);

		if (strcmp(found, cases[i].expected) != 0)
			fail_msg("%s: gave %s in place of %s", cases[i].line, found,
				cases[i].expected);
	}
}

/* A megabyte of words must not cost a megabyte each. */
static void long_lines_are_split_in_linear_time(void **state)
{
	const size_t words = 500000;
	_cleanup_free_ char *line = malloc(2 * words + 1);
	const char *rest = line;
	size_t count = 0;
	char *word = NULL;

	(void)state;
	for (size_t i = 0; i < words; i++)
		memcpy(line + 2 * i, "a ", 2);
	line[2 * words] = '\0';
	for (; words_next(&rest, &word) == 1; count++)
		free(word);
	assert_int_equal(count, words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_split_as_a_shell_does),
		cmocka_unit_test(long_lines_are_split_in_linear_time),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
