// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service publishes its steps in a file; systemd knows whether it still runs. Both are needed:
 * a file from before says nothing about now, and a service that was killed leaves its last step.
 */

#include "update/watch.h"

#include "util/cleanup.h"
#include "util/unit.h"
#include "util/when.h"

#include <stdbool.h>
#include <string.h>

#define UNANSWERED_MAX 150   /* looks in a row, some thirty seconds */
#define QUEUED_MAX_MS  90000 /* as long as systemd is waited for elsewhere */

/* Whether it runs; or a negative errno where systemd does not say. */
static int is_running(void)
{
	_cleanup_free_ char *state = NULL;
	int r = unit_active_state(UPDATE_UNIT, &state, NULL);

	if (r < 0)
		return r;
	return strcmp(state, "active") == 0 || strcmp(state, "activating") == 0 ||
	       strcmp(state, "deactivating") == 0;
}

int watch_start(struct watch *watch, bool wait, char **why)
{
	struct update_progress before = {0};
	struct watch started = {.ended = -1};
	int r;

	/* A run that is under way is joined; one that ended is not mistaken for the new one. */
	if (progress_read(UPDATE_PROGRESS, &before) == 0 && is_running() <= 0)
		started.ended = before.pid;
	progress_clear(&before);
	r = unit_call(UNIT_START, UPDATE_UNIT, wait, why);
	if (!wait)
		started.queued_until = when_monotonic() + QUEUED_MAX_MS;
	if (r == 0)
		*watch = started;
	return r;
}

int watch_join(struct watch *watch)
{
	if (is_running() <= 0)
		return 0;
	*watch = (struct watch){.ended = -1};
	return 1;
}

static enum watch_news compare(
	const struct update_progress *last, const struct update_progress *now)
{
	if (!last->message || strcmp(last->message, now->message) != 0 ||
		last->percent != now->percent)
		return WATCH_NEW_STEP;
	return last->bytes != now->bytes ? WATCH_MORE_BYTES : WATCH_NO_NEWS;
}

static enum watch_news read_news(struct watch *watch)
{
	_cleanup_(progress_clear) struct update_progress now = {0};
	const struct update_progress old = watch->last;
	enum watch_news news;

	/* What an earlier run left behind is not news. */
	if (progress_read(UPDATE_PROGRESS, &now) < 0 || now.pid == watch->ended)
		return WATCH_NO_NEWS;
	news = compare(&old, &now);
	if (news != WATCH_NO_NEWS) {
		watch->last = now;
		now = old;
	}
	return news;
}

static enum watch_answer answer_of(const char *state)
{
	static const struct {
		const char *state;
		enum watch_answer answer;
	} last_words[] = {
		{"done", WATCH_DONE},
		{"incomplete", WATCH_INCOMPLETE},
		{"failed", WATCH_FAILED},
	};

	for (size_t i = 0; state && i < ELEMENTS(last_words); i++)
		if (strcmp(state, last_words[i].state) == 0)
			return last_words[i].answer;
	return WATCH_GOES_ON;
}

enum watch_answer watch_look(struct watch *watch, enum watch_news *news)
{
	/* Asked before the file is read, so that its last words cannot be missed. systemd does not
	 * answer while an update of libc or of its own executes it anew: that is no end. */
	const int running = is_running();
	enum watch_answer answer;

	*news = read_news(watch);
	answer = answer_of(watch->last.state);
	watch->unanswered = running < 0 ? watch->unanswered + 1 : 0;
	if (answer != WATCH_GOES_ON && running <= 0)
		return answer;
	if (running > 0 || watch->last.message)
		watch->queued_until = 0;
	if (running == 0 && when_monotonic() < watch->queued_until)
		return WATCH_GOES_ON;
	return running == 0 || watch->unanswered > UNANSWERED_MAX ? WATCH_LOST : WATCH_GOES_ON;
}

void watch_failure(char **message)
{
	_cleanup_(progress_clear) struct update_progress last = {0};
	enum watch_answer answer;

	if (is_running() != 0 || progress_read(UPDATE_PROGRESS, &last) < 0)
		return;
	answer = answer_of(last.state);
	if (answer == WATCH_INCOMPLETE || answer == WATCH_FAILED)
		*message = take(last.message);
}

void watch_clear(struct watch *watch)
{
	progress_clear(&watch->last);
	*watch = (struct watch){0};
}
