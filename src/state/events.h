/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_EVENTS_H
#define CORDON_STATE_EVENTS_H

/*
 * Everything that the audit trail and the journal may tell. Private to the room.
 */

/* One kind of event, as the journal knows it. */
struct history_event {
	const char *name; /* in the history and in CORDON_EVENT= */
	const char
		*message_id; /* 128 bits in hex; for ever the same: catalogs and filters go by it */
	int priority;	     /* as of syslog(3) */
	const char *sentence; /* what happened, for people */
	const char *shown;    /* the text among the details that belongs behind it; NULL: none */
};

/** history_event_find() - The entry of the table. Return: NULL when there is no such event. */
const struct history_event *history_event_find(const char *name);

#endif
