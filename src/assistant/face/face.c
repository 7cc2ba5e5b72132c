// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which face a terminal gets, and how it gets its terminal back whatever happens.
 *
 * A window that becomes too small changes the face in the middle of a page; the page does not
 * notice.
 */

#include "assistant/face/face.h"

#include "assistant/face/face-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool dialogs;

/* Terminals of which newt's library knows how to place the cursor, and that are large enough. */
static bool allows_dialogs(void)
{
	const char *terminal = getenv("TERM");
	int columns, rows;

	terminal_size(&columns, &rows);
	return terminal && *terminal && strcmp(terminal, "dumb") != 0 &&
	       strcmp(terminal, "unknown") != 0 && columns >= FACE_COLUMNS_MIN &&
	       rows >= FACE_ROWS_MIN;
}

void face_begin(enum face_kind kind)
{
	terminal_begin();
	dialogs = kind == FACE_DIALOGS && allows_dialogs() && newt_begin() == 0;
}

void face_end(void)
{
	if (dialogs)
		newt_end();
	dialogs = false;
	terminal_end();
}

/* Was the answer that the window is too small? Then plain text takes over. */
static bool becomes_plain(int answer)
{
	if (answer != FACE_UNFIT)
		return false;
	newt_end();
	dialogs = false;
	return true;
}

int face_show(struct page *page)
{
	int answer = dialogs ? newt_show(page) : plain_show(page);

	return becomes_plain(answer) ? plain_show(page) : answer;
}

int face_ask(const char *title, const char *text, char **answer)
{
	int r = dialogs ? newt_ask(title, text, answer) : plain_ask(title, text, answer);

	return becomes_plain(r) ? plain_ask(title, text, answer) : r;
}

void face_say(const char *text)
{
	puts(text);
	fflush(stdout);
}
