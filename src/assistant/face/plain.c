// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The assistant as questions and answers, a line each. Nothing is drawn over: what was said stays
 * on the screen, or on paper, or was read aloud. So a page that changes while it waits is not
 * repeated: what is new of its steps, or of the progress that somebody watches, is a line now and
 * then, so that a voice comes to the end of one before the next.
 */

#include "assistant/face/face-private.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define TELL_EVERY_MS 10000

/* What a page said last, and when. */
struct told {
	char *text;
	char *states[PAGE_CHOICES_MAX];
	long long at;
};

/* What was typed and not yet ended by Enter, from one question to the next. */
static char typed[1024];
static size_t typed_length;

/* Takes a whole line out of what was typed; NULL: there is none yet. */
static char *take_line(void)
{
	char *end = memchr(typed, '\n', typed_length);
	size_t length = end ? (size_t)(end - typed) : typed_length;
	char *line;

	/* Nobody types so much. */
	if (!end && typed_length < sizeof(typed))
		return NULL;
	line = strndup(typed, length);
	if (end)
		length++;
	memmove(typed, typed + length, typed_length - length);
	typed_length -= length;
	return line;
}

/* 1: @line was read; 0: the time is over; FACE_GONE. */
static int wait_for_line(int timeout, char **line)
{
	struct pollfd waited[] = {
		{.fd = STDIN_FILENO, .events = POLLIN},
		{.fd = terminal_end_signal(), .events = POLLIN},
	};
	ssize_t n;

	*line = take_line();
	if (*line)
		return 1;
	if (poll(waited, ELEMENTS(waited), timeout) < 0)
		return errno == EINTR ? 0 : FACE_GONE;
	if (waited[1].revents) {
		putchar('\n');
		return FACE_GONE;
	}
	if (!waited[0].revents)
		return 0;
	n = read(STDIN_FILENO, typed + typed_length, sizeof(typed) - typed_length);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return FACE_GONE;
	typed_length += (size_t)n;
	*line = take_line();
	return *line ? 1 : 0;
}

static void print_page(const struct page *page)
{
	printf("\n== %s ==\n\n%s\n\n", page->title, page->text ? page->text : "");
	for (size_t i = 0; i < page->choices_count; i++) {
		const struct page_choice *choice = &page->choices[i];

		if (page->ticks) {
			printf("  %zu  [%c] %s\n", i + 1, choice->ticked ? 'x' : ' ',
				choice->state ? choice->state : "");
			continue;
		}
		printf("  %zu  %s%s%s\n", i + 1, choice->label, choice->state ? ": " : "",
			choice->state ? choice->state : "");
	}
	printf("  %s  %s\n", _("Enter"), page->leave);
}

static void print_prompt(const struct page *page)
{
	if (page->choices_count > 1)
		printf(_("\nA number from 1 to %zu, or Enter: "), page->choices_count);
	else
		fputs(page->choices_count == 1 ? _("\n1, or Enter: ") : "\n: ", stdout);
	fflush(stdout);
}

/* The answer that a line is; or 0 with @understood false. */
static int read_answer(const struct page *page, const char *line, bool *understood)
{
	_cleanup_free_ char *word = terminal_trim(line);
	char *end;
	unsigned long number;

	*understood = true;
	if (!word)
		return FACE_LEFT;
	number = strtoul(word, &end, 10);
	if (!*end && number >= 1 && number <= page->choices_count)
		return (int)number - 1;
	*understood = false;
	return 0;
}

static void told_clear(struct told *told)
{
	free(told->text);
	for (size_t i = 0; i < PAGE_CHOICES_MAX; i++)
		free(told->states[i]);
	*told = (struct told){0};
}

static void remember(struct told *told, const struct page *page)
{
	told_clear(told);
	told->at = boottime_ms();
	told->text = page->text ? strdup(page->text) : NULL;
	for (size_t i = 0; i < page->choices_count; i++)
		if (page->choices[i].state)
			told->states[i] = strdup(page->choices[i].state);
}

static bool is_new(const char *before, const char *now)
{
	return now && (!before || strcmp(before, now) != 0);
}

/* A line for each step whose state has changed, or the progress. */
static void tell_news(struct told *told, const struct page *page)
{
	bool any = false;

	if (boottime_ms() - told->at < TELL_EVERY_MS)
		return;
	if (page->percent >= 0 && is_new(told->text, page->text)) {
		printf("\n%s\n", page->text);
		any = true;
	}
	for (size_t i = 0; i < page->choices_count; i++) {
		if (!is_new(told->states[i], page->choices[i].state))
			continue;
		printf("%s  %zu  %s: %s\n", any ? "" : "\n", i + 1, page->choices[i].label,
			page->choices[i].state);
		any = true;
	}
	if (!any)
		return;
	remember(told, page);
	print_prompt(page);
}

int plain_show(struct page *page)
{
	_cleanup_(told_clear) struct told told = {0};

	if (page->renew && !page->renew(page->context, page))
		return FACE_OVER;
	print_page(page);
	print_prompt(page);
	remember(&told, page);
	for (;;) {
		_cleanup_free_ char *line = NULL;
		int r = wait_for_line(page->renew ? RENEW_EVERY_MS : -1, &line);
		bool understood;

		if (r < 0)
			return r;
		if (r == 0 && page->renew && !page->renew(page->context, page))
			return FACE_OVER;
		tell_news(&told, page);
		if (r == 0)
			continue;
		r = read_answer(page, line, &understood);
		if (understood)
			return r;
		puts(_("That is none of the choices."));
		print_prompt(page);
	}
}

int plain_ask(const char *title, const char *text, char **answer)
{
	_cleanup_free_ char *line = NULL;
	int r;

	printf("\n== %s ==\n\n%s\n\n: ", title, text);
	fflush(stdout);
	do
		r = wait_for_line(-1, &line);
	while (r == 0);
	if (r < 0)
		return r;
	*answer = terminal_trim(line);
	return *answer ? 0 : FACE_LEFT;
}
