// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A page is filled by one screen and read by one face; this is all that it can do by itself.
 *
 * MUST: leave nothing in it that drives a terminal. Much of what it says was written by others:
 * names of packages and programs, what a mirror answered, reasons of exceptions.
 */

#include "assistant/face/face.h"

#include "util/printable.h"

#include <stdlib.h>

static void replace(char **text, char *by)
{
	if (!by)
		return;
	printable_lines(by);
	free(*text);
	*text = by;
}

void page_set_text(struct page *page, char *text)
{
	replace(&page->text, text);
}

void page_set_state(struct page *page, size_t choice, char *state)
{
	replace(&page->choices[choice].state, state);
}

void page_add_choice(struct page *page, const char *label)
{
	page->choices[page->choices_count++] = (struct page_choice){.label = label};
}

void page_clear(struct page *page)
{
	free(page->text);
	for (size_t i = 0; i < page->choices_count; i++)
		free(page->choices[i].state);
	page->text = NULL;
	page->choices_count = 0;
}
