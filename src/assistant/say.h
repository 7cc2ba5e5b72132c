/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_ASSISTANT_SAY_H
#define CORDON_ASSISTANT_SAY_H

/*
 * Numbers, times and conditions as people read them.
 */

#include "decision/situation.h"
#include "update/progress.h"

#define SAY_BYTES_SIZE	32
#define SAY_TIME_SIZE	32
#define SAY_REASONS_MAX 4 /* of a list of reasons, on one page */
#define SAY_BARS_MAX	24
#define SAY_BARS_SIZE	(SAY_BARS_MAX * 3 + 1)

/** say_bytes() - "43.2 MB". Return: @buffer. */
char *say_bytes(unsigned long long bytes, char buffer[static SAY_BYTES_SIZE]);

/** say_time() - "2026-01-31 23:59 UTC" of an RFC 3339 time; "?" for NULL. Return: @buffer. */
char *say_time(const char *time, char buffer[static SAY_TIME_SIZE]);

/**
 * say_bars() - The last SAY_BARS_MAX of @values as a line of small bars, without those at its
 * beginning that are 0; ASCII where the terminal shows nothing else. "" when fewer than two are
 * left, which would say nothing. Return: @buffer.
 */
char *say_bars(const unsigned long long *values, size_t count, char buffer[static SAY_BARS_SIZE]);

/** say_reason() - Why this machine was sealed: by its record, or by the decision just made. */
const char *say_reason(const struct situation *situation);

/** say_progress() - "45%, installing, 2 min left". malloc'ed; NULL when memory is short. */
char *say_progress(const struct update_progress *progress);

/** say_list() - "  - one\n  - two\n", at most @max of them. malloc'ed; NULL when memory is short.
 */
char *say_list(const struct strv *list, size_t max);

#endif
