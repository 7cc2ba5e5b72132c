/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_MATCH_H
#define CORDON_UTIL_MATCH_H

/*
 * How a text begins and ends, what stands behind a mark in it, and what it is without its blanks.
 */

#include <stdbool.h>
#include <stddef.h>

/** starts_with() - Does a text begin so, or is it just that? */
bool starts_with(const char *text, const char *begin);

/** ends_with() - Does a text end so, or is it just that? */
bool ends_with(const char *text, const char *end);

/** str_after() - What follows the first @mark in a text. Return: points into @text; NULL: no mark.
 */
const char *str_after(const char *text, const char *mark);

/** trimmed_length() - The length of a text without the characters of @blanks at its end. */
size_t trimmed_length(const char *text, const char *blanks);

/**
 * trim() - Cut the characters of @blanks off both ends, in place.
 *
 * Return: where @text begins without them; it points into @text.
 */
char *trim(char *text, const char *blanks);

#endif
