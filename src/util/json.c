// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all rooms share, as JSON: for the record, for the history and for programs.
 */

#include "util/json.h"

json_t *json_sentences(const struct sentences *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_array_append_new(array, json_string(list->items[i]));
	return array;
}
