// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The terminal below both faces: how large it is, what is typed on it, and when the program is to
 * end.
 *
 * Signals that end programs become readable on a descriptor, which both faces wait for: a handler
 * could not restore the terminal safely.
 */

#include "assistant/face/terminal.h"

#include "util/match.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int end_signal = -1;

void terminal_begin(void)
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

void terminal_end(void)
{
	if (end_signal >= 0)
		close(end_signal);
	end_signal = -1;
}

int terminal_end_signal(void)
{
	return end_signal;
}

void terminal_size(int *columns, int *rows)
{
	struct winsize size = {0};

	*columns = 80;
	*rows = 24;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
		return;
	*columns = size.ws_col;
	*rows = size.ws_row;
}

char *terminal_trim(const char *typed)
{
	size_t length;

	typed += strspn(typed, " \t\r\n");
	length = trimmed_length(typed, " \t\r\n");
	return length > 0 ? strndup(typed, length) : NULL;
}
