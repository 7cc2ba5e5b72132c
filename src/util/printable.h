/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_PRINTABLE_H
#define CORDON_UTIL_PRINTABLE_H

/*
 * Foreign text in a sentence: it must not end the line, drive the terminal, or fill the journal.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * printable() - A copy that is safe to show.
 * @text: any bytes; what is UTF-8 stays.
 * @max: bytes that are kept; "..." stands for the rest.
 *
 * Control characters, those that turn the direction of writing or have no width, and bytes that are
 * no UTF-8 become '?'.
 *
 * Return: malloc'ed text; NULL when memory is short.
 */
char *printable(const char *text, size_t max);

/** is_printable() - Would printable() keep this text as it is, but for its tabs? */
bool is_printable(const char *text);

/**
 * printable_lines() - Make text of several lines safe to show, where it stands.
 * @text: as for printable(), but the ends of lines stay, and a tab becomes a blank.
 */
void printable_lines(char *text);

#endif
