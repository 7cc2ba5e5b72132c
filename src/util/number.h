/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_NUMBER_H
#define CORDON_UTIL_NUMBER_H

#define NUMBER_SIZE sizeof("18,446,744,073,709,551,615")

/** number_write() - "12,345", the same in every locale. Return: @buffer. */
char *number_write(unsigned long long number, char buffer[static NUMBER_SIZE]);

#endif
