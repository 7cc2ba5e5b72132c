/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_STATE_RECORD_H
#define CORDON_STATE_RECORD_H

/*
 * The record and the audit trail as texts, without their files; pure but for the time. Private to
 * the room.
 */

#include "state/state.h"

/**
 * state_parse() - The part of state_load() that reads the record.
 * @state, @why: as there.
 *
 * Return: STATE_OK, STATE_DAMAGED or -ENOMEM.
 */
int state_parse(const char *content, struct state *state, char **why);

/**
 * state_format() - What state_save() writes.
 * @content: malloc'ed, owned by the caller.
 *
 * Return: 0; -EILSEQ: a text is not UTF-8, -EFBIG: it would be too long to be read, both with @why;
 * -ENOMEM.
 */
int state_format(const struct state *state, char **content, char **why);

/**
 * history_entry() - The object that history_append() appends.
 * @details: as there; ownership is taken.
 *
 * Return: owned by the caller; NULL when memory is short.
 */
json_t *history_entry(const char *event, json_t *details);

/**
 * history_parse() - The part of history_load() that reads the trail.
 * @content: cut up in place; ends with a NUL behind @size bytes. NULL: an empty trail.
 *
 * Return: 0 or -ENOMEM.
 */
int history_parse(char *content, size_t size, json_t **entries, unsigned int *skipped);

#endif
