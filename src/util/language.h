/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_LANGUAGE_H
#define CORDON_UTIL_LANGUAGE_H

/*
 * The language of what people read. Everything is written in English in the source, and translated
 * by gettext where it is shown: what is in a _() there and then, what is in an N_() where a _() is
 * around the variable. The formats of fail(), strv_addf(), sourced_add() and log_*() are
 * translated by these. po/ja.po has the translations, tests/test-po.py says what it lacks.
 *
 * English stays what is kept, or read by programs: JSON, the record and the history, the journal.
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
 * read by somebody else. The assistant calls it, and cordon for the verbs that people run, see
 * cli/main.c.
 */
void language_begin(void);

/**
 * language_keep() - Call a function of a library that sets the locale by the environment.
 *
 * It finds the characters that this process has; afterwards characters and messages are what they
 * were, and the environment, too.
 *
 * Return: what @function returned; -ENOMEM: it was not called.
 */
int language_keep(int (*function)(void));

/** language_pause() - English until language_resume(): what is found meanwhile goes on record. */
void language_pause(void);

/** language_resume() - The language of before language_pause(). */
void language_resume(void);

/**
 * language_is_utf8() - Can the terminal be expected to show more than ASCII?
 *
 * By what the user's locale says of it. Where it says nothing (none is set, or C) the answer is no,
 * though what is typed is taken for UTF-8 there as well.
 */
bool language_is_utf8(void);

/** translated() - gettext() of what may be empty, whose translation would be the catalogue's head.
 */
const char *translated(const char *text) __attribute__((format_arg(1)));

#endif
