/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_SENTENCES_H
#define CORDON_UTIL_SENTENCES_H

/*
 * A growing list of sentences for the administrator: what is missing, what was skipped, and why.
 */

#include "util/must-check.h"

#include <stdbool.h>
#include <stddef.h>

struct sentences {
	char **items; /* malloc'ed strings */
	size_t count;
};

/**
 * sentences_add() - Append a sentence (printf format, no full stop at its end).
 * @format: English, and translated here. Names, of files say, go in through "%s".
 *
 * Return: 0, or -ENOMEM with the list as it was.
 */
_must_check_ int sentences_add(struct sentences *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** sentences_has() - Is this sentence, or name, in the list? */
bool sentences_has(const struct sentences *list, const char *sentence);

/** sentences_has_sorted() - The same of a list that is sorted as by sentences_sort(). */
bool sentences_has_sorted(const struct sentences *list, const char *sentence);

/** sentences_add_once() - Append a sentence, unless it is there. Return: 0 or -ENOMEM. */
_must_check_ int sentences_add_once(struct sentences *list, const char *sentence);

/** sentences_sort() - By strcmp(3). */
void sentences_sort(struct sentences *list);

/** sentences_join() - All of them, comma separated; malloc'ed; NULL when memory is short. */
char *sentences_join(const struct sentences *list);

/** sentences_copy() - Append copies of all of @from to @to. Return: 0 or -ENOMEM. */
_must_check_ int sentences_copy(const struct sentences *from, struct sentences *to);

/** sentences_move() - Append all of @from to @to; @from is empty then. Return: 0 or -ENOMEM. */
_must_check_ int sentences_move(struct sentences *from, struct sentences *to);

/** sentences_clear() - Release all; the list is empty afterwards. */
void sentences_clear(struct sentences *list);

#endif
