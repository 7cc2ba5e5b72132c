// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One line a message, with a priority that the journal understands.
 *
 * systemd sets JOURNAL_STREAM for a service whose standard error is the journal. That it is set is
 * enough here: a wrong guess costs three odd characters on a line, nothing else.
 */

#include "util/log.h"

#include "util/language.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void log_print(enum log_level level, const char *format, ...)
{
	int saved = errno;
	va_list arguments;

	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>", level);
	fputs("cordon: ", stderr);
	va_start(arguments, format);
	/* What came before may have failed, and there may be an "%m" in it. */
	errno = saved;
	vfprintf(stderr, translated(format), arguments);
	va_end(arguments);
	fputc('\n', stderr);
	errno = saved;
}
