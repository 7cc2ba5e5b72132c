/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_WORDS_H
#define CORDON_UTIL_WORDS_H

/*
 * Lines of words, quoted as a shell would: Kickstart, sshd_config and ExecStart= are made of them.
 */

/**
 * words_next() - Read the next word of a line.
 * @rest: where to begin; behind the word afterwards. Moved in any case, so that a loop ends.
 * @word: malloc'ed, owned by the caller; set for 1 only.
 *
 * Words are separated by blanks. '...' and "..." keep blanks, as does a backslash for the next
 * character; in "..." a backslash quotes only itself and the quotation mark. A # in front of a word
 * ends the line.
 *
 * Return: 1: a word; 0: no more; -EINVAL: a quotation that is not closed; -ENOMEM.
 */
int words_next(const char **rest, char **word);

#endif
