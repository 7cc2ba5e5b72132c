/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_JOURNAL_H
#define CORDON_STATE_JOURNAL_H

/*
 * Telling the journal what the history is told. Private to the room.
 */

#include "state/events.h"

#include <jansson.h>
#include <stddef.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* What is longer is not told; the history has it. One datagram has to hold it all. */
#define JOURNAL_VALUE_MAX (48U << 10)
#define JOURNAL_TOTAL_MAX (64U << 10)

/**
 * journal_format() - An event as journald's native protocol has it; pure.
 * @entry: as in the history. "time" is left to the journal. Each other member becomes a field:
 *         CORDON_ and its name in capitals; texts as they are, and all else as compact JSON. What
 *         would be too long is left out, and its name told in CORDON_LEFT_OUT=.
 * @size: of what is returned, in bytes.
 *
 * Return: malloc'ed; NULL when memory is short.
 */
char *journal_format(const struct history_event *event, json_t *entry, size_t *size);

/**
 * journal_send() - Send it, if journald takes it within LIMIT_JOURNAL seconds; once it does
 * not, the rest of this process does not wait for it.
 * @path: JOURNAL_SOCKET.
 *
 * Return: 0 or a negative errno, which is no reason to do anything else.
 */
int journal_send(const char *path, const char *data, size_t size);

#endif
