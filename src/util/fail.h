/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_FAIL_H
#define CORDON_UTIL_FAIL_H

/*
 * How a function of cordon fails.
 *
 * It returns a negative errno, which callers forward until somebody can act on it; positive values
 * are documented conditions of the one function. Where an administrator has to read about it, the
 * function also takes `char **why` and leaves one sentence there: what failed, on which file or
 * port, why, and what to do. Libraries never print; the command at the top prints the sentence.
 */

/**
 * fail() - Leave a sentence for the administrator and return the error.
 * @why: where the sentence goes (malloc'ed, owned by the caller); an older sentence there is freed.
 *       May be NULL when nobody will read it.
 * @error: a positive errno.
 * @format: printf format of the sentence, without a full stop; English, and translated here.
 *
 * Return: -@error.
 */
int fail(char **why, int error, const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * strdup_printf() - printf into a new string. Not translated: that takes a strdup_printf(_("...")).
 *
 * Return: a malloc'ed string owned by the caller; NULL when memory is short.
 */
char *strdup_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
