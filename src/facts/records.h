/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_RECORDS_H
#define CORDON_FACTS_RECORDS_H

/*
 * Records of logins and boots, of every kind that a release of today keeps. Private to the room.
 */

#include "util/sourced.h"

#include <stddef.h>
#include <time.h>

enum records_kind {
	RECORDS_LOGINS, /* of users */
	RECORDS_USE,	/* boots as well: any sign that the system was in use */
};

/* Called with the file that has the record, and the user, whose name may be anything. Return: 0: go
 * on; 1: enough; -ENOMEM. */
typedef int records_found(void *context, const char *source, const char *user);

/* What is looked for: records of @kind from @first on and before @end, seconds since the epoch. */
struct records_query {
	enum records_kind kind;
	time_t first, end;
	records_found *found;
	void *context;
};

/**
 * records_find() - Look through all login records of the system below @root.
 * @doubts: appended to: each file that exists and cannot be read, with the reason; NULL: nobody
 *          asks. A file that does not exist has no records: then nothing writes there.
 *
 * Return: what @query->found ended with, 0 or 1; -ENOMEM.
 */
int records_find(const char *root, const struct records_query *query, struct sourced_list *doubts);

/**
 * records_in_wtmp() - The part of it that reads wtmp(5).
 * @content: @size bytes; a torn record at the end tells nothing.
 *
 * Return: what @query->found ended with.
 */
int records_in_wtmp(const char *content, size_t size, const struct records_query *query);

#endif
