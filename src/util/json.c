// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all rooms share, as JSON: for the record, for the history and for programs.
 */

#include "util/json.h"

#include "util/printable.h"
#include "util/stream.h"

#include <string.h>

json_t *json_text(const char *text)
{
	json_t *string = text ? json_string(text) : NULL;
	_cleanup_free_ char *shown = NULL;

	if (string || !text)
		return string;
	shown = printable(text, strlen(text));
	return shown ? json_string(shown) : NULL;
}

/* @failed: what was not added is lost. */
static void drop_part(json_t **whole, bool failed)
{
	if (failed)
		json_decref(TAKE_PTR(*whole));
}

void json_add(json_t **array, json_t *item)
{
	drop_part(array, json_array_append_new(*array, item) < 0);
}

void json_put(json_t **object, const char *key, json_t *value)
{
	drop_part(object, json_object_set_new(*object, key, value) < 0);
}

void json_put_text(json_t **object, const char *key, const char *text)
{
	if (text)
		json_put(object, key, json_text(text));
}

void json_join(json_t **array, json_t *more)
{
	drop_part(array, json_array_extend(*array, more) < 0);
	json_decref(more);
}

char *json_write(const json_t *document, size_t flags)
{
	_cleanup_free_ char *text = NULL;
	struct stream stream;
	int r;

	if (!document || !stream_open(&stream))
		return NULL;
	r = json_dumpf(document, stream.out, flags);
	text = stream_close(&stream);
	return r == 0 ? TAKE_PTR(text) : NULL;
}

json_t *json_sentences(const struct strv *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_add(&array, json_text(list->items[i]));
	return array;
}
