// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The assistant as dialogs. A page is built anew whenever what it says has changed: newt redraws
 * only what differs, so nothing flickers, and there is one way for a page to come onto the screen.
 */

#include "assistant/face/face-private.h"
#include "assistant/face/newt-window.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <poll.h>
#include <slang.h>
#include <string.h>
#include <unistd.h>

/* Answers that never leave this file. */
#define CHANGED (-5) /* the page is to be built anew */
#define RESIZED (-6)

int newt_begin(void)
{
	/* newt itself ends the program where it does not know the terminal. S-Lang, which it asks
	 * whether characters are UTF-8, sets all of the locale by the environment. */
	if (SLtt_initialize(NULL) != 0 || language_keep(newtInit) != 0)
		return -1;
	newtCls();
	return 0;
}

void newt_end(void)
{
	newtFinished();
}

static int answer_to_key(int key)
{
	if (key == NEWT_KEY_RESIZE)
		return RESIZED;
	return key >= WINDOW_FIRST_STEP && key < WINDOW_FIRST_STEP + PAGE_CHOICES_MAX
		       ? key - WINDOW_FIRST_STEP
		       : FACE_LEFT;
}

static int answer_of(
	const struct window *window, const struct page *page, const struct newtExitStruct *exit)
{
	switch (exit->reason) {
	case NEWT_EXIT_HOTKEY:
		/* On the way out it presses that button. */
		if (exit->u.key == WINDOW_TICK)
			return window_cursor(window, page) < page->choices_count
				       ? (int)window_cursor(window, page)
				       : FACE_LEFT;
		return answer_to_key(exit->u.key);
	case NEWT_EXIT_COMPONENT:
		return exit->u.co == window->leave ? FACE_LEFT : (int)window_cursor(window, page);
	default:
		return FACE_GONE;
	}
}

/* Everything that a page says, as one string, to see whether it has changed. */
static char *digest(const struct page *page)
{
	char *all = strdup_printf("%s\n%d", page->text ? page->text : "", page->percent);

	for (size_t i = 0; all && i < page->choices_count; i++) {
		_cleanup_free_ char *before = all;

		all = strdup_printf("%s\n%s\n%s", before, page->choices[i].label,
			page->choices[i].state ? page->choices[i].state : "");
	}
	return all;
}

/* FACE_OVER, CHANGED, or 0: the page says what it said. */
static int renew(struct page *page)
{
	_cleanup_free_ char *before = digest(page), *after = NULL;

	if (!page->renew(page->context, page))
		return FACE_OVER;
	after = digest(page);
	return before && after && strcmp(before, after) == 0 ? 0 : CHANGED;
}

/* A window that is opened drops what was typed before: it may have been meant for another. Here it
 * is the same one, so what was typed comes first. */
static bool is_typed_ahead(void)
{
	return poll(&(struct pollfd){.fd = STDIN_FILENO, .events = POLLIN}, 1, 0) > 0;
}

/* Until something happens that is not just time going by. */
static int wait_in(struct window *window, struct page *page, int *timer)
{
	struct newtExitStruct exit = {0};
	int answer;

	do {
		if (page->renew)
			newtFormSetTimer(window->form, *timer);
		newtFormRun(window->form, &exit);
		page->chosen = window_cursor(window, page);
		if (window_scroll(window, &exit)) {
			answer = 0;
			continue;
		}
		if (exit.reason != NEWT_EXIT_TIMER)
			return answer_of(window, page, &exit);
		answer = renew(page);
		*timer = answer == CHANGED ? 1 : RENEW_EVERY_MS;
	} while (answer == 0 || (answer == CHANGED && is_typed_ahead()));
	*timer = RENEW_EVERY_MS;
	return answer;
}

/* newt keeps the size that the screen had when it began. CHANGED, or FACE_UNFIT. */
static int resize(void)
{
	int columns, rows;

	newtFinished();
	terminal_size(&columns, &rows);
	if (newt_begin() < 0)
		return FACE_UNFIT;
	return columns < FACE_COLUMNS_MIN || rows < FACE_ROWS_MIN ? FACE_UNFIT : CHANGED;
}

int newt_show(struct page *page)
{
	int timer = 1, top = 0, answer;

	do {
		struct window window;

		window_open(&window, page, top, NULL);
		answer = wait_in(&window, page, &timer);
		/* A line that has become two must not push the last one out of sight. */
		top = window.top > 0 && window.top == window.top_max ? WINDOW_END : window.top;
		window_close(&window);
		if (answer == RESIZED)
			answer = resize();
	} while (answer == CHANGED);
	return answer;
}

/* Returns as face_ask(), or RESIZED; @typed is what stands in the field. */
static int ask_once(const char *title, const char *question, char **typed)
{
	const struct page page = {
		.text = (char *)question, .percent = -1, .leave = _("Back"), .title = title};
	struct newtExitStruct exit = {0};
	struct window window;
	int answer;

	window_open(&window, &page, 0, *typed ? *typed : "");
	newtFormRun(window.form, &exit);
	free(*typed);
	*typed = strdup(newtEntryGetValue(window.entry));
	answer = exit.reason == NEWT_EXIT_COMPONENT && exit.u.co == window.entry
			 ? 0
			 : answer_of(&window, &page, &exit);
	window_close(&window);
	return answer;
}

int newt_ask(const char *title, const char *question, char **answer)
{
	_cleanup_free_ char *typed = NULL;
	int r;

	do {
		r = ask_once(title, question, &typed);
		if (r == RESIZED)
			r = resize();
	} while (r == CHANGED);
	if (r != 0)
		return r;
	*answer = typed ? terminal_trim(typed) : NULL;
	return *answer ? 0 : FACE_LEFT;
}
