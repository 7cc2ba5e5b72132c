// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list that only grows, and is released as a whole.
 */

#include "util/strv.h"

#include "util/language.h"
#include "util/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int strv_addf(struct strv *list, const char *format, ...)
{
	char **larger = reallocarray(list->items, list->count + 1, sizeof(*larger));
	va_list arguments;
	char *sentence;
	int n;

	if (!larger)
		return -ENOMEM;
	list->items = larger;
	va_start(arguments, format);
	n = vasprintf(&sentence, translated(format), arguments);
	va_end(arguments);
	if (n < 0)
		return -ENOMEM;
	list->items[list->count++] = sentence;
	return 0;
}

bool strv_has(const struct strv *list, const char *sentence)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], sentence) == 0)
			return true;
	return false;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool strv_has_sorted(const struct strv *list, const char *sentence)
{
	return list->count > 0 && bsearch(&sentence, list->items, list->count,
					  sizeof(list->items[0]), compare) != NULL;
}

int strv_add_once(struct strv *list, const char *sentence)
{
	return strv_has(list, sentence) ? 0 : strv_addf(list, "%s", sentence);
}

void strv_sort(struct strv *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(list->items[0]), compare);
}

char *strv_join(const struct strv *list)
{
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i ? ", " : "", list->items[i]);
	return stream_close(&stream);
}

int strv_copy(const struct strv *from, struct strv *to)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		r = strv_addf(to, "%s", from->items[i]);
	return r;
}

int strv_move(struct strv *from, struct strv *to)
{
	const size_t count = to->count + from->count;
	char **larger = count > 0 ? reallocarray(to->items, count, sizeof(*larger)) : NULL;

	if (count > 0 && !larger)
		return -ENOMEM;
	if (from->count > 0)
		memcpy(larger + to->count, from->items, from->count * sizeof(*larger));
	to->items = larger;
	to->count = count;
	free(from->items);
	*from = (struct strv){0};
	return 0;
}

void strv_clear(struct strv *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strv){0};
}
