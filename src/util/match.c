// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Most of what package managers and configuration files say is told apart by how a line begins or
 * ends. Written out, the length is a second constant that has to fit the first.
 */

#include "util/match.h"

#include <string.h>

bool starts_with(const char *text, const char *begin)
{
	return strncmp(text, begin, strlen(begin)) == 0;
}

bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), size = strlen(end);

	return length >= size && strcmp(text + length - size, end) == 0;
}

const char *str_after(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);

	return at ? at + strlen(mark) : NULL;
}

size_t trimmed_length(const char *text, const char *blanks)
{
	size_t length = strlen(text);

	while (length > 0 && strchr(blanks, text[length - 1]))
		length--;
	return length;
}

char *trim(char *text, const char *blanks)
{
	text += strspn(text, blanks);
	text[trimmed_length(text, blanks)] = '\0';
	return text;
}
