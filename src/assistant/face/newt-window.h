/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_FACE_NEWT_WINDOW_H
#define CORDON_ASSISTANT_FACE_NEWT_WINDOW_H

/*
 * What newt shows of a page. Private to newt.c and newt-window.c.
 */

#include "assistant/face/face.h"

#include <limits.h>
#include <newt.h>

#define WINDOW_TICK	  ' ' /* toggles the line that the cursor is on */
#define WINDOW_FIRST_STEP '1' /* the key of the first step; that of the second follows it */

/* The end of the text, also when it has become longer. */
#define WINDOW_END INT_MAX

/* What is on the screen of a page. */
struct window {
	newtComponent form, text, list, leave;
	newtComponent entry; /* NULL: there is none */
	newtComponent buttons[PAGE_CHOICES_MAX];
	/* Text that has no room is scrolled here, not by newt, which begins at its top whenever it
	 * is given one: a page that says something new every second could not be read to its end.
	 */
	newtComponent bar;
	char *lines;
	int top, top_max, shown; /* its first line that is shown, the last such one; how many */
};

/**
 * window_open() - Put a page onto the screen.
 * @window: filled; given back to window_close().
 * @top: the line of the text to begin with, as far as it is scrolled; or WINDOW_END.
 * @typed: what stands in a field for a line of text; NULL: no such field.
 */
void window_open(struct window *window, const struct page *page, int top, const char *typed);

/** window_scroll() - Was the key one for scrolling? Then that has been done. */
bool window_scroll(struct window *window, const struct newtExitStruct *exit);

/** window_cursor() - The choice that the cursor is on; their number, on the way out. */
size_t window_cursor(const struct window *window, const struct page *page);

/** window_close() - Take it off the screen. */
void window_close(const struct window *window);

#endif
