// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A page is filled by one screen and read by one face; this is all that it can do by itself.
 */

#include "assistant/face.h"

#include <stdlib.h>

static void replace(char **text, char *by)
{
	if (!by)
		return;
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
