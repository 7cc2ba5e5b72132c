// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The assistant as dialogs. A page is built anew whenever what it says has changed: newt redraws
 * only what differs, so nothing flickers, and there is one way for a page to come onto the screen.
 */

#include "assistant/face-private.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/width.h"

#include <newt.h>
#include <poll.h>
#include <slang.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COLUMNS_MAX    76
#define COLUMNS_AROUND 4 /* borders and shadow */
#define ROWS_AROUND    5 /* likewise, and the line of help */
#define KEY_CTRL_C     3
#define HOTKEY_FIRST   '1'

/* Answers that never leave this file. */
#define CHANGED (-5) /* the page is to be built anew */
#define RESIZED (-6)

/* What is on the screen of a page. */
struct window {
	newtComponent form, text, list, leave;
	newtComponent buttons[PAGE_CHOICES_MAX];
	/* Text that has no room is scrolled here, not by newt, which begins at its top whenever it
	 * is given one: a page that says something new every second could not be read to its end.
	 */
	newtComponent bar;
	char *lines;
	int top, top_max, shown; /* its first line that is shown, the last such one; how many */
};

int newt_begin(void)
{
	/* newt itself ends the program where it does not know the terminal. */
	if (SLtt_initialize(NULL) != 0 || newtInit() != 0)
		return -1;
	newtCls();
	return 0;
}

void newt_end(void)
{
	newtFinished();
}

static int rows_of_text(const char *text)
{
	int rows = 1;

	for (; *text; text++)
		rows += *text == '\n' && text[1];
	return rows;
}

/* The text as lines that fit; newt cuts off what does not. */
static char *wrap(const struct page *page, int columns)
{
	int width, height;

	return newtReflowText(page->text ? page->text : (char *)"", columns, 0, 0, &width, &height);
}

/* Nobody takes what was cut off for the whole. */
static char *fit(const char *line, size_t columns)
{
	_cleanup_free_ char *begin = NULL;

	if (width_of(line) <= columns)
		return width_fit(line, columns);
	begin = width_fit(line, columns - 3);
	return begin ? text("%s...", begin) : NULL;
}

/* "1  Update this server         17 updates are pending" */
static char *step_line(const struct page *page, size_t number, int columns)
{
	const struct page_choice *choice = &page->choices[number];
	_cleanup_free_ char *label = NULL, *line = NULL;
	size_t widest = 0;

	for (size_t i = 0; i < page->choices_count; i++)
		if (width_of(page->choices[i].label) > widest)
			widest = width_of(page->choices[i].label);
	label = width_fit(choice->label, widest);
	line = text(" %zu  %s   %s", number + 1, label ? label : choice->label,
		choice->state ? choice->state : "");
	if (line && width_of(line) > (size_t)columns) {
		free(line);
		line = text(" %zu  %s  %s", number + 1, choice->label,
			choice->state ? choice->state : "");
	}
	return line ? fit(line, (size_t)columns) : NULL;
}

static void add_list(struct window *window, const struct page *page, int row, int columns)
{
	window->list = newtListbox(0, row, (int)page->choices_count, NEWT_FLAG_RETURNEXIT);
	newtListboxSetWidth(window->list, columns);
	for (size_t i = 0; i < page->choices_count; i++) {
		_cleanup_free_ char *line = step_line(page, i, columns);

		newtListboxAppendEntry(
			window->list, line ? line : page->choices[i].label, (void *)(i + 1));
	}
	newtListboxSetCurrent(window->list, (int)page->chosen);
	newtFormAddComponent(window->form, window->list);
}

/* One row: the choices, unless they are steps, and the way out. */
static void add_buttons(struct window *window, const struct page *page, int row, int columns)
{
	int total = (int)width_of(page->leave) + 4, column;

	for (size_t i = 0; !page->steps && i < page->choices_count; i++)
		total += (int)width_of(page->choices[i].label) + 4 + 2;
	column = total < columns ? (columns - total) / 2 : 0;
	for (size_t i = 0; !page->steps && i < page->choices_count; i++) {
		window->buttons[i] = newtCompactButton(column, row, page->choices[i].label);
		newtFormAddComponent(window->form, window->buttons[i]);
		column += (int)width_of(page->choices[i].label) + 4 + 2;
	}
	window->leave = newtCompactButton(column, row, page->leave);
	newtFormAddComponent(window->form, window->leave);
}

/* A list of steps needs all but the first two for itself. */
static const int scroll_keys[] = {
	NEWT_KEY_PGUP, NEWT_KEY_PGDN, NEWT_KEY_UP, NEWT_KEY_DOWN, NEWT_KEY_HOME, NEWT_KEY_END};

static void add_keys(struct window *window, const struct page *page)
{
	newtFormAddHotKey(window->form, NEWT_KEY_RESIZE);
	newtFormAddHotKey(window->form, NEWT_KEY_ESCAPE);
	newtFormAddHotKey(window->form, KEY_CTRL_C);
	for (size_t i = 0; page->steps && i < page->choices_count; i++)
		newtFormAddHotKey(window->form, HOTKEY_FIRST + (int)i);
	for (size_t i = 0; window->bar && i < ELEMENTS(scroll_keys); i++)
		if (!page->steps || scroll_keys[i] == NEWT_KEY_PGUP ||
			scroll_keys[i] == NEWT_KEY_PGDN)
			newtFormAddHotKey(window->form, scroll_keys[i]);
	if (face_end_signal() >= 0)
		newtFormWatchFd(window->form, face_end_signal(), NEWT_FD_READ);
}

/* How a page is laid out: text, bar, steps and buttons below one another. */
struct layout {
	int columns;
	int text_rows; /* of which so many have room, the rest is scrolled to */
	int text_shown;
	int rows;
};

static struct layout lay_out(const struct page *page, const char *lines, int columns)
{
	struct layout layout = {.columns = columns, .text_rows = rows_of_text(lines), .rows = 2};
	int screen_columns, screen_rows;

	newtGetScreenSize(&screen_columns, &screen_rows);
	layout.rows += page->percent >= 0 ? 2 : 0;
	layout.rows += page->steps ? (int)page->choices_count + 1 : 0;
	layout.text_shown = screen_rows - ROWS_AROUND - layout.rows;
	if (layout.text_rows < layout.text_shown)
		layout.text_shown = layout.text_rows;
	layout.rows += layout.text_shown;
	return layout;
}

static int columns_of_window(void)
{
	int columns, rows;

	newtGetScreenSize(&columns, &rows);
	return columns - COLUMNS_AROUND < COLUMNS_MAX ? columns - COLUMNS_AROUND : COLUMNS_MAX;
}

/* Show the text from line @top on, or as near as there is one. */
static void scroll_to(struct window *window, int top)
{
	const char *line = window->lines ? window->lines : "";

	top = top < window->top_max ? top : window->top_max;
	window->top = top > 0 ? top : 0;
	for (int i = 0; i < window->top; i++)
		line += strcspn(line, "\n") + 1;
	newtTextboxSetText(window->text, line);
	if (window->bar)
		newtScrollbarSet(window->bar, window->top, window->top_max);
}

/* Was the key one for scrolling? */
static bool scroll(struct window *window, const struct newtExitStruct *exit)
{
	if (exit->reason != NEWT_EXIT_HOTKEY)
		return false;
	switch (exit->u.key) {
	case NEWT_KEY_PGUP:
		scroll_to(window, window->top - window->shown);
		return true;
	case NEWT_KEY_PGDN:
		scroll_to(window, window->top + window->shown);
		return true;
	case NEWT_KEY_UP:
		scroll_to(window, window->top - 1);
		return true;
	case NEWT_KEY_DOWN:
		scroll_to(window, window->top + 1);
		return true;
	case NEWT_KEY_HOME:
		scroll_to(window, 0);
		return true;
	case NEWT_KEY_END:
		scroll_to(window, window->top_max);
		return true;
	default:
		return false;
	}
}

/* @lines are taken. The scroll bar takes the last column. */
static void add_text(struct window *window, char *lines, const struct layout *layout, int top)
{
	const bool scrolls = layout->text_rows > layout->text_shown;

	window->lines = lines;
	window->shown = layout->text_shown;
	window->top_max = scrolls ? layout->text_rows - layout->text_shown : 0;
	window->text =
		newtTextbox(1, 0, layout->columns - (scrolls ? 3 : 2), layout->text_shown, 0);
	if (scrolls)
		window->bar = newtVerticalScrollbar(layout->columns - 1, 0, layout->text_shown,
			NEWT_COLORSET_TEXTBOX, NEWT_COLORSET_ACTTEXTBOX);
	scroll_to(window, top);
	newtFormAddComponent(window->form, window->text);
	if (window->bar)
		newtFormAddComponent(window->form, window->bar);
}

static void push_help(const struct window *window)
{
	newtPushHelpLine(
		window->bar
			? _(" <PgUp> <PgDn> scroll   <Tab> moves   <Enter> chooses   <Esc> leaves")
			: _(" <Tab> moves   <Enter> chooses   <Esc> leaves"));
}

static void add_bar(struct window *window, const struct page *page, int row, int columns)
{
	newtComponent bar = newtScale(1, row, columns - 2, 100);

	newtScaleSet(bar, (unsigned long long)page->percent);
	newtFormAddComponent(window->form, bar);
}

static void set_cursor(const struct window *window, const struct page *page)
{
	newtComponent at = window->leave;

	if (page->chosen < page->choices_count)
		at = page->steps ? window->list : window->buttons[page->chosen];
	newtFormSetCurrent(window->form, at);
}

static void open_window(struct window *window, const struct page *page, int top)
{
	const int columns = columns_of_window();
	char *lines = wrap(page, columns - 3);
	const struct layout layout = lay_out(page, lines ? lines : "", columns);
	int row = layout.text_shown + 1;

	newtCenteredWindow((unsigned int)columns, (unsigned int)layout.rows, page->title);
	*window = (struct window){.form = newtForm(NULL, NULL, NEWT_FLAG_NOF12)};
	add_text(window, lines, &layout, top);
	push_help(window);
	if (page->percent >= 0) {
		add_bar(window, page, row, columns);
		row += 2;
	}
	if (page->steps) {
		add_list(window, page, row, columns);
		row += (int)page->choices_count + 1;
	}
	add_buttons(window, page, row, columns);
	add_keys(window, page);
	set_cursor(window, page);
}

static void close_window(const struct window *window)
{
	newtFormDestroy(window->form);
	newtPopWindowNoRefresh();
	newtPopHelpLine();
	free(window->lines);
}

/* The choice that the cursor is on; their number, on the way out. */
static size_t cursor_of(const struct window *window, const struct page *page)
{
	newtComponent current = newtFormGetCurrent(window->form);

	for (size_t i = 0; !page->steps && i < page->choices_count; i++)
		if (current == window->buttons[i])
			return i;
	if (page->steps && current == window->list)
		return (size_t)newtListboxGetCurrent(window->list) - 1;
	return current == window->leave ? page->choices_count : page->chosen;
}

static int answer_to_key(int key)
{
	if (key == NEWT_KEY_RESIZE)
		return RESIZED;
	return key >= HOTKEY_FIRST && key < HOTKEY_FIRST + PAGE_CHOICES_MAX ? key - HOTKEY_FIRST
									    : FACE_LEFT;
}

static int answer_of(
	const struct window *window, const struct page *page, const struct newtExitStruct *exit)
{
	switch (exit->reason) {
	case NEWT_EXIT_HOTKEY:
		return answer_to_key(exit->u.key);
	case NEWT_EXIT_COMPONENT:
		return exit->u.co == window->leave ? FACE_LEFT : (int)cursor_of(window, page);
	default:
		return FACE_GONE;
	}
}

/* Everything that a page says, as one string, to see whether it has changed. */
static char *digest(const struct page *page)
{
	char *all = text("%s\n%d", page->text ? page->text : "", page->percent);

	for (size_t i = 0; all && i < page->choices_count; i++) {
		_cleanup_free_ char *before = all;

		all = text("%s\n%s\n%s", before, page->choices[i].label,
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
		page->chosen = cursor_of(window, page);
		if (scroll(window, &exit)) {
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
	face_window(&columns, &rows);
	if (newt_begin() < 0)
		return FACE_UNFIT;
	return columns < FACE_COLUMNS_MIN || rows < FACE_ROWS_MIN ? FACE_UNFIT : CHANGED;
}

int newt_show(struct page *page)
{
	int timer = 1, top = 0, answer;

	do {
		struct window window;

		open_window(&window, page, top);
		answer = wait_in(&window, page, &timer);
		top = window.top;
		close_window(&window);
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
	const int columns = columns_of_window();
	char *lines = wrap(&page, columns - 3);
	const struct layout layout = lay_out(&page, lines ? lines : "", columns);
	struct window window = {.form = newtForm(NULL, NULL, NEWT_FLAG_NOF12)};
	struct newtExitStruct exit = {0};
	newtComponent entry;
	int answer;

	newtCenteredWindow((unsigned int)columns, (unsigned int)layout.rows + 2, title);
	add_text(&window, lines, &layout, 0);
	push_help(&window);
	entry = newtEntry(1, layout.text_shown + 1, *typed, columns - 2, NULL,
		NEWT_FLAG_SCROLL | NEWT_FLAG_RETURNEXIT);
	newtFormAddComponent(window.form, entry);
	add_buttons(&window, &page, layout.text_shown + 3, columns);
	add_keys(&window, &page);
	newtFormSetCurrent(window.form, entry);
	newtFormRun(window.form, &exit);
	free(*typed);
	*typed = strdup(newtEntryGetValue(entry));
	answer = answer_of(&window, &page, &exit);
	close_window(&window);
	return exit.reason == NEWT_EXIT_COMPONENT && exit.u.co == entry ? 0 : answer;
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
	*answer = typed ? face_trim(typed) : NULL;
	return *answer ? 0 : FACE_LEFT;
}
