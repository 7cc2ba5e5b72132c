/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_LANGUAGE_H
#define CORDON_UTIL_LANGUAGE_H

/*
 * The language of what people read. Everything is written in English in the source, and translated
 * by gettext where it is shown.
 */

#include <libintl.h>
#include <stdbool.h>

#define _(text)		     gettext(text)
#define N_(text)	     text /* translated where it is used */
#define P_(one, many, count) ngettext(one, many, count)

/**
 * language_begin() - Speak the user's language from now on, where it can be shown.
 *
 * A process that does not call this speaks English: services do, because what they say is kept, and
 * read by somebody else.
 */
void language_begin(void);

/** language_is_utf8() - Can the terminal be expected to show more than ASCII? */
bool language_is_utf8(void);

#endif
