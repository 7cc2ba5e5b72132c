// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list that only grows, and is released as a whole.
 */

#include "util/sentences.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int sentences_add(struct sentences *list, const char *format, ...)
{
	char **larger = reallocarray(list->items, list->count + 1, sizeof(*larger));
	va_list arguments;
	char *sentence;
	int n;

	if (!larger)
		return -ENOMEM;
	list->items = larger;
	va_start(arguments, format);
	n = vasprintf(&sentence, format, arguments);
	va_end(arguments);
	if (n < 0)
		return -ENOMEM;
	list->items[list->count++] = sentence;
	return 0;
}

int sentences_move(struct sentences *from, struct sentences *to)
{
	for (size_t i = 0; i < from->count; i++)
		if (sentences_add(to, "%s", from->items[i]) < 0)
			return -ENOMEM;
	sentences_clear(from);
	return 0;
}

void sentences_clear(struct sentences *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct sentences){0};
}
