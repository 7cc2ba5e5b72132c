/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_STRV_H
#define CORDON_UTIL_STRV_H

/*
 * A growing list of sentences for the administrator: what is missing, what was skipped, and why.
 */

#include "util/must-check.h"

#include <stdbool.h>
#include <stddef.h>

struct strv {
	char **items; /* malloc'ed strings */
	size_t count;
};

/**
 * strv_addf() - Append a sentence (printf format, no full stop at its end).
 * @format: English, and translated here. Names, of files say, go in through "%s".
 *
 * Return: 0, or -ENOMEM with the list as it was.
 */
_must_check_ int strv_addf(struct strv *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** strv_has() - Is this sentence, or name, in the list? */
bool strv_has(const struct strv *list, const char *sentence);

/** strv_has_sorted() - The same of a list that is sorted as by strv_sort(). */
bool strv_has_sorted(const struct strv *list, const char *sentence);

/** strv_add_once() - Append a sentence, unless it is there. Return: 0 or -ENOMEM. */
_must_check_ int strv_add_once(struct strv *list, const char *sentence);

/** strv_sort() - By strcmp(3). */
void strv_sort(struct strv *list);

/** strv_join() - All of them, comma separated; malloc'ed; NULL when memory is short. */
char *strv_join(const struct strv *list);

/** strv_copy() - Append copies of all of @from to @to. Return: 0 or -ENOMEM. */
_must_check_ int strv_copy(const struct strv *from, struct strv *to);

/** strv_move() - Append all of @from to @to; @from is empty then. Return: 0 or -ENOMEM. */
_must_check_ int strv_move(struct strv *from, struct strv *to);

/** strv_clear() - Release all; the list is empty afterwards. */
void strv_clear(struct strv *list);

#endif
