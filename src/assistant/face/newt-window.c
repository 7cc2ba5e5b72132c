// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A page as a window of newt: text, bar, steps, a field, and buttons, below one another. The text
 * gets what room the others leave, and is scrolled to where it does not fit.
 */

#include "assistant/face/newt-window.h"

#include "assistant/face/face-private.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/match.h"
#include "util/width.h"

#include <string.h>

#define COLUMNS_MAX    76
#define COLUMNS_AROUND 4 /* borders and shadow */
#define ROWS_AROUND    5 /* likewise, and the line of help */
#define TEXT_ROWS_MIN  4
#define KEY_CTRL_C     3

static int rows_of_text(const char *text)
{
	int rows = 1;

	for (; *text; text++)
		rows += *text == '\n' && text[1];
	return rows;
}

/* Japanese breaks between any two characters, but no line begins with a full stop or a comma: these
 * hang behind the line before, for which two columns are left. */
static const char *const hanging[] = {"。", "、"};

static bool hangs(const char *text)
{
	return starts_with(text, hanging[0]) || starts_with(text, hanging[1]);
}

static void hang(char *lines)
{
	for (char *end = strchr(lines, '\n'); end; end = strchr(end + 1, '\n'))
		if (hangs(end + 1)) {
			memmove(end, end + 1, 3);
			end += 3;
			*end = '\n';
		}
}

/* The text as lines that fit; newt cuts off what does not. */
static char *wrap(const struct page *page, int columns)
{
	const char *whole = page->text ? page->text : "";
	const bool room = strstr(whole, hanging[0]) || strstr(whole, hanging[1]);
	int width, height;
	char *lines =
		newtReflowText((char *)whole, columns - (room ? 2 : 0), 0, 0, &width, &height);

	if (lines)
		hang(lines);
	return lines;
}

/* How a page is laid out: text, bar, steps and buttons below one another. */
struct layout {
	int columns;
	int text_rows; /* of which so many have room, the rest is scrolled to */
	int text_shown;
	int list_rows; /* likewise */
	int rows;
};

static void add_list(
	struct window *window, const struct page *page, int row, const struct layout *layout)
{
	const int columns = layout->columns;
	const bool scrolls = layout->list_rows < (int)page->choices_count;

	window->list = newtListbox(
		0, row, layout->list_rows, NEWT_FLAG_RETURNEXIT | (scrolls ? NEWT_FLAG_SCROLL : 0));
	newtListboxSetWidth(window->list, columns);
	for (size_t i = 0; i < page->choices_count; i++) {
		_cleanup_free_ char *line =
			steps_line(page, i, (size_t)(columns - (scrolls ? 2 : 0)));

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
	for (size_t i = 0; page->steps && !page->ticks && i < page->choices_count; i++)
		newtFormAddHotKey(window->form, WINDOW_FIRST_STEP + (int)i);
	if (page->ticks)
		newtFormAddHotKey(window->form, WINDOW_TICK);
	for (size_t i = 0; window->bar && i < ELEMENTS(scroll_keys); i++)
		if (!page->steps || scroll_keys[i] == NEWT_KEY_PGUP ||
			scroll_keys[i] == NEWT_KEY_PGDN)
			newtFormAddHotKey(window->form, scroll_keys[i]);
	if (terminal_end_signal() >= 0)
		newtFormWatchFd(window->form, terminal_end_signal(), NEWT_FD_READ);
}

static struct layout lay_out(const struct page *page, const char *lines, int columns, bool asks)
{
	struct layout layout = {.columns = columns, .text_rows = rows_of_text(lines), .rows = 2};
	int screen_columns, screen_rows;

	newtGetScreenSize(&screen_columns, &screen_rows);
	layout.rows += page->percent >= 0 ? 2 : 0;
	layout.rows += asks ? 2 : 0;
	if (page->steps) {
		layout.list_rows = screen_rows - ROWS_AROUND - layout.rows - 1 - TEXT_ROWS_MIN;
		if (layout.list_rows > (int)page->choices_count)
			layout.list_rows = (int)page->choices_count;
		layout.rows += layout.list_rows + 1;
	}
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

bool window_scroll(struct window *window, const struct newtExitStruct *exit)
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
	newtPushHelpLine(window->bar ? _(" <PgUp> <PgDn> scroll  <Enter> chooses  <Esc> leaves")
				     : _(" <Tab> moves   <Enter> chooses   <Esc> leaves"));
}

static void add_bar(struct window *window, const struct page *page, int row, int columns)
{
	newtComponent bar = newtScale(1, row, columns - 2, 100);

	newtScaleSet(bar, (unsigned long long)page->percent);
	newtFormAddComponent(window->form, bar);
}

static void add_entry(struct window *window, const char *typed, int row, int columns)
{
	window->entry = newtEntry(
		1, row, typed, columns - 2, NULL, NEWT_FLAG_SCROLL | NEWT_FLAG_RETURNEXIT);
	newtFormAddComponent(window->form, window->entry);
}

static void set_cursor(const struct window *window, const struct page *page)
{
	newtComponent at = window->leave;

	if (window->entry)
		at = window->entry;
	else if (page->chosen < page->choices_count)
		at = page->steps ? window->list : window->buttons[page->chosen];
	newtFormSetCurrent(window->form, at);
}

void window_open(struct window *window, const struct page *page, int top, const char *typed)
{
	const int columns = columns_of_window();
	char *lines = wrap(page, columns - 3);
	const struct layout layout = lay_out(page, lines ? lines : "", columns, typed != NULL);
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
		add_list(window, page, row, &layout);
		row += layout.list_rows + 1;
	}
	if (typed) {
		add_entry(window, typed, row, columns);
		row += 2;
	}
	add_buttons(window, page, row, columns);
	add_keys(window, page);
	set_cursor(window, page);
}

void window_close(const struct window *window)
{
	newtFormDestroy(window->form);
	newtPopWindowNoRefresh();
	newtPopHelpLine();
	free(window->lines);
}

size_t window_cursor(const struct window *window, const struct page *page)
{
	newtComponent current = newtFormGetCurrent(window->form);

	for (size_t i = 0; !page->steps && i < page->choices_count; i++)
		if (current == window->buttons[i])
			return i;
	if (page->steps && current == window->list)
		return (size_t)newtListboxGetCurrent(window->list) - 1;
	return current == window->leave ? page->choices_count : page->chosen;
}
