/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_DATES_H
#define CORDON_UPDATE_DATES_H

/*
 * How new the metadata of each source ever were, so that nobody can go back behind that. Private to
 * the room.
 *
 * {"schema": 1, "sources": {"http://mirror.example/debian bookworm": "2026-01-31T23:59:59Z"}}
 */

#include "util/must-check.h"
#include "util/paths.h"

#include <jansson.h>
#include <stdbool.h>
#include <time.h>

#define DATES_FILE STATE_DIRECTORY "/sources.json"

struct dates {
	json_t *sources; /* an object of strings */
	bool raised;	 /* there is something to save */
};

/**
 * dates_load() - Read what is on record. No file: no dates.
 * @dates: filled in any case, if need be with nothing; release with dates_clear().
 * @why: says that the file is damaged, where it was set aside, and what that means.
 *
 * Return: 0; 1: damaged, begun anew; a negative errno with @why: it cannot be read.
 */
_must_check_ int dates_load(const char *path, struct dates *dates, char **why);

/** dates_get() - The newest date of this source so far; 0: none. */
time_t dates_get(const struct dates *dates, const char *source);

/** dates_raise() - Note a date, unless a newer one is known. Return: 0 or -ENOMEM. */
_must_check_ int dates_raise(struct dates *dates, const char *source, time_t date);

/** dates_save() - Write it durably, if anything was raised. Return: 0; a negative errno, @why. */
_must_check_ int dates_save(const char *path, struct dates *dates, char **why);

/**
 * dates_parse() - The part of dates_load() that reads a text; pure.
 *
 * Return: an object of dates alone, owned by the caller; NULL: damaged, or memory is short.
 */
json_t *dates_parse(const char *content, size_t size);

/** dates_format() - What dates_save() writes; pure. Return: malloc'ed; NULL: memory is short. */
char *dates_format(const struct dates *dates);

/** dates_clear() - Release what dates_load() filled. */
void dates_clear(struct dates *dates);

#endif
