/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_NUMBER_H
#define CORDON_UTIL_NUMBER_H

#define NUMBER_SIZE	   sizeof("18,446,744,073,709,551,615")
#define NUMBER_BRIEF_WIDTH 5

/** number_write() - "12,345", the same in every locale. Return: @buffer. */
char *number_write(unsigned long long number, char buffer[static NUMBER_SIZE]);

/**
 * number_brief() - The same on at most NUMBER_BRIEF_WIDTH columns, for a line that must not grow:
 * "9,999", and from there on the whole thousands, "12 k", or millions and so on, "1.2 M", "999 M".
 * It is never more than the number. Return: @buffer.
 */
char *number_brief(unsigned long long number, char buffer[static NUMBER_SIZE]);

#endif
