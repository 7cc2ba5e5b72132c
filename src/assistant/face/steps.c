// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Steps one below another, their states in a column of their own where the window has room for it.
 */

#include "assistant/face/face-private.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/width.h"

#define COLUMNS_BETWEEN 7 /* " 1  label   state" */

static size_t larger(size_t one, size_t other)
{
	return one > other ? one : other;
}

/* How wide all labels are to be; 0: the states have no room in a column. */
static size_t label_columns(const struct page *page, size_t columns)
{
	size_t label = 0, state = 0;

	for (size_t i = 0; i < page->choices_count; i++) {
		const struct page_choice *choice = &page->choices[i];

		label = larger(label, width_of(choice->label));
		state = larger(state, choice->state ? width_of(choice->state) : 0);
	}
	return label + state + COLUMNS_BETWEEN <= columns ? label : 0;
}

/* Nobody is to take what was cut off for the whole. */
static char *fit(const char *line, size_t columns)
{
	_cleanup_free_ char *begin = NULL;

	if (width_of(line) <= columns || columns < 3)
		return width_fit(line, columns);
	begin = width_fit(line, columns - 3);
	return begin ? strdup_printf("%s...", begin) : NULL;
}

char *steps_line(const struct page *page, size_t number, size_t columns)
{
	const struct page_choice *choice = &page->choices[number];
	const size_t widest = label_columns(page, columns);
	_cleanup_free_ char *label = NULL, *line = NULL;

	if (page->ticks) {
		line = strdup_printf(
			" [%c] %s", choice->ticked ? 'x' : ' ', choice->state ? choice->state : "");
		return line ? fit(line, columns) : NULL;
	}
	label = width_fit(choice->label, widest > 0 ? widest : width_of(choice->label));
	line = strdup_printf(" %zu  %s%s%s", number + 1, label ? label : choice->label,
		widest > 0 ? "   " : ": ", choice->state ? choice->state : "");
	return line ? fit(line, columns) : NULL;
}
