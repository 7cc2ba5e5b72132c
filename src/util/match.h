/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_MATCH_H
#define CORDON_UTIL_MATCH_H

/*
 * How a text begins and ends, and what stands behind a mark in it.
 */

#include <stdbool.h>

/** starts_with() - Does a text begin so, or is it just that? */
bool starts_with(const char *text, const char *begin);

/** ends_with() - Does a text end so, or is it just that? */
bool ends_with(const char *text, const char *end);

/** behind() - What follows the first @mark in a text. Return: points into @text; NULL: no mark. */
const char *behind(const char *text, const char *mark);

#endif
