/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_JSON_H
#define CORDON_UTIL_JSON_H

/*
 * JSON that is whole or NULL.
 *
 * jansson's functions that append and set leave an array or object without what there was no memory
 * for, and a list that is short says something better than the truth. The functions below release
 * it instead. json_pack() refuses a NULL behind "s:o", so that the document is NULL as well. Behind
 * "s:s*" and "s:o*" it leaves out what there was no memory for, too: only for what may be missing.
 */

#include "util/cleanup.h"
#include "util/strv.h"

#include <jansson.h>

DEFINE_CLEANUP(json, json_t *, json_decref)

/**
 * json_text() - As json_string(), but of any bytes: of a text that is not UTF-8 the other bytes and
 * the control characters become '?'.
 * @text: may be NULL.
 *
 * Return: owned by the caller; NULL when @text is, or memory is short.
 */
json_t *json_text(const char *text);

/**
 * json_add() - Append an item to an array.
 * @array: released, and NULL afterwards, when @item is NULL or memory is short; NULL stays NULL.
 * @item: taken.
 */
void json_add(json_t **array, json_t *item);

/**
 * json_put() - Set a member of an object.
 * @object: as @array of json_add().
 * @key: UTF-8.
 * @value: taken.
 */
void json_put(json_t **object, const char *key, json_t *value);

/** json_put_text() - json_put() of a text as by json_text(); nothing where @text is NULL. */
void json_put_text(json_t **object, const char *key, const char *text);

/**
 * json_join() - Append all of an array to another.
 * @array: as in json_add().
 * @more: taken.
 */
void json_join(json_t **array, json_t *more);

/**
 * json_write() - The text of a document, as json_dumps() has it; that may leave out a key when
 * memory is short.
 * @flags: JSON_COMPACT and its like.
 *
 * Return: malloc'ed, owned by the caller; NULL when @document is NULL or memory is short.
 */
char *json_write(const json_t *document, size_t flags);

/** json_sentences() - The sentences as a JSON array; the caller owns it. NULL: memory is short. */
json_t *json_sentences(const struct strv *list);

#endif
