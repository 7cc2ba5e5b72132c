/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_WIDTH_H
#define CORDON_UTIL_WIDTH_H

/*
 * How wide text is on a terminal, where a Japanese character takes two columns.
 */

#include <stddef.h>

/** width_of() - Columns that a text takes; its bytes, where it is not text of the locale. */
size_t width_of(const char *text);

/** width_bytes() - How many bytes of a text, in whole characters, fit into so many columns. */
size_t width_bytes(const char *text, size_t columns);

/**
 * width_fit() - A copy that takes exactly so many columns: filled up with blanks, or cut.
 *
 * Return: malloc'ed text; NULL when memory is short.
 */
char *width_fit(const char *text, size_t columns);

#endif
