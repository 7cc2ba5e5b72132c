// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Splitting lines without a shell.
 *
 * A word is never longer than what it is made of, so one buffer of the rest's length would do; but
 * a line of many words would then cost its length for each. So the end is looked for first.
 */

#include "util/words.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Goes over one character of a word, or one mark of its quotation: -1 for a mark, which is no part
 * of the word. @quote is the mark that is open, or 0.
 */
static int read_character(const char **place, char *quote)
{
	const char c = *(*place)++;

	if (c == *quote && c) {
		*quote = '\0';
		return -1;
	}
	if (!*quote && (c == '\'' || c == '"')) {
		*quote = c;
		return -1;
	}
	if (c == '\\' && (!*quote || (*quote == '"' && (**place == '"' || **place == '\\'))))
		return **place ? (unsigned char)*(*place)++ : '\0';
	return (unsigned char)c;
}

/* Up to @end, which skip_word() found. */
static char *copy_word(const char *begin, const char *end)
{
	char *word = malloc((size_t)(end - begin) + 1), quote = '\0';
	size_t length = 0;

	while (word && begin < end) {
		int c = read_character(&begin, &quote);

		if (c >= 0)
			word[length++] = (char)c;
	}
	if (word)
		word[length] = '\0';
	return word;
}

/* Moves @place behind the word; false when the line ends inside of a quotation. */
static bool skip_word(const char **place)
{
	char quote = '\0';

	while (**place && (quote || !is_blank(**place)))
		if (read_character(place, &quote) == '\0')
			return false;
	return !quote;
}

int words_next(const char **rest, char **word)
{
	const char *begin;
	char *copy;

	while (is_blank(**rest))
		(*rest)++;
	if (**rest == '\0' || **rest == '#') {
		*rest += strlen(*rest);
		return 0;
	}
	begin = *rest;
	if (!skip_word(rest))
		return -EINVAL;
	copy = copy_word(begin, *rest);
	if (!copy)
		return -ENOMEM;
	*word = copy;
	return 1;
}
