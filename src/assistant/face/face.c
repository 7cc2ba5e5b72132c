// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which face a terminal gets, and how it gets its terminal back whatever happens.
 *
 * A window that becomes too small changes the face in the middle of a page; the page does not
 * notice. Signals that end programs become readable on a descriptor, which both faces wait for: a
 * handler could not restore the terminal safely.
 */

#include "assistant/face/face.h"

#include "assistant/face/face-private.h"
#include "util/cleanup.h"
#include "util/match.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

static bool dialogs;
static int end_signal = -1;

int face_end_signal(void)
{
	return end_signal;
}

void face_window(int *columns, int *rows)
{
	struct winsize size = {0};

	*columns = 80;
	*rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
		return;
	*columns = size.ws_col;
	*rows = size.ws_row;
}

/* Terminals of which newt's library knows how to place the cursor, and that are large enough. */
static bool allows_dialogs(void)
{
	const char *terminal = getenv("TERM");
	int columns, rows;

	face_window(&columns, &rows);
	return terminal && *terminal && strcmp(terminal, "dumb") != 0 &&
	       strcmp(terminal, "unknown") != 0 && columns >= FACE_COLUMNS_MIN &&
	       rows >= FACE_ROWS_MIN;
}

static void watch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	end_signal = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void face_begin(enum face_kind kind)
{
	watch_signals();
	dialogs = kind == FACE_DIALOGS && allows_dialogs() && newt_begin() == 0;
}

void face_end(void)
{
	if (dialogs)
		newt_end();
	dialogs = false;
	if (end_signal >= 0)
		close(end_signal);
	end_signal = -1;
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

char *face_trim(const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = trimmed_length(text, " \t\r\n");
	return length > 0 ? strndup(text, length) : NULL;
}

void face_say(const char *text)
{
	puts(text);
	fflush(stdout);
}
