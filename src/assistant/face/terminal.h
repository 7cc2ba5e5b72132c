/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_FACE_TERMINAL_H
#define CORDON_ASSISTANT_FACE_TERMINAL_H

/*
 * What both faces need of a terminal. Private to the room.
 */

/** terminal_begin() - Have signals that end programs wait for terminal_end_signal(). */
void terminal_begin(void);

/** terminal_end() - Close that descriptor; the signals stay blocked. */
void terminal_end(void);

/** terminal_end_signal() - A descriptor that can be read as soon as the program is to end; or -1.
 */
int terminal_end_signal(void);

/** terminal_size() - The size of the window; 80x24 where the terminal does not say. */
void terminal_size(int *columns, int *rows);

/**
 * terminal_trim() - A copy of what was typed, without blanks around it.
 *
 * Return: malloc'ed; NULL when nothing is left, or memory is short.
 */
char *terminal_trim(const char *typed);

#endif
