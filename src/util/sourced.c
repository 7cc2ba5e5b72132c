// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A list of findings only grows, and is released as a whole.
 */

#include "util/sourced.h"

#include "util/language.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sourced_add(struct sourced_list *list, const char *source, const char *format, ...)
{
	struct sourced *larger = reallocarray(list->items, list->count + 1, sizeof(*larger));
	struct sourced finding = {0};
	va_list arguments;
	int n;

	if (!larger)
		return -ENOMEM;
	list->items = larger;
	finding.source = strdup(source);
	if (!finding.source)
		return -ENOMEM;
	va_start(arguments, format);
	n = vasprintf(&finding.what, translated(format), arguments);
	va_end(arguments);
	if (n < 0) {
		free(finding.source);
		return -ENOMEM;
	}
	list->items[list->count++] = finding;
	return 0;
}

bool sourced_list_has(const struct sourced_list *list, const char *what)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].what, what) == 0)
			return true;
	return false;
}

void sourced_list_clear(struct sourced_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].what);
		free(list->items[i].source);
	}
	free(list->items);
	*list = (struct sourced_list){0};
}
