// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The service publishes its steps in a file; systemd knows whether it still runs. Both are needed:
 * a file from before says nothing about now, and a service that was killed leaves its last step.
 */

#include "update/watch.h"

#include "util/cleanup.h"
#include "util/limits.h"
#include "util/unit.h"
#include "util/when.h"

#include <stdbool.h>
#include <string.h>

int watch_start(struct watch *watch, bool wait, char **why)
{
	struct update_progress before = {0};
	struct watch started = {.ended = -1};
	int r;

	/* A run that is under way is joined; one that ended is not mistaken for the new one. */
	if (progress_read(UPDATE_PROGRESS, &before) == 0 && unit_is_busy(UPDATE_UNIT) <= 0)
		started.ended = before.pid;
	progress_clear(&before);
	r = unit_call(UNIT_START, UPDATE_UNIT, wait, why);
	if (r == 0)
		*watch = started;
	return r;
}

int watch_join(struct watch *watch)
{
	if (unit_is_busy(UPDATE_UNIT) <= 0)
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
	const int running = unit_is_busy(UPDATE_UNIT);
	const long long now = boottime_ms();
	enum watch_answer answer;

	*news = read_news(watch);
	answer = answer_of(watch->last.state);
	if (running >= 0)
		watch->unanswered = 0;
	else if (watch->unanswered == 0)
		watch->unanswered = now;
	if (answer != WATCH_GOES_ON && running <= 0)
		return answer;
	if (running < 0)
		return now - watch->unanswered > LIMIT_ANSWER * 1000LL ? WATCH_LOST : WATCH_GOES_ON;
	return running > 0 ? WATCH_GOES_ON : WATCH_LOST;
}

void watch_failure(char **message)
{
	_cleanup_(progress_clear) struct update_progress last = {0};
	enum watch_answer answer;

	if (unit_is_busy(UPDATE_UNIT) != 0 || progress_read(UPDATE_PROGRESS, &last) < 0)
		return;
	answer = answer_of(last.state);
	if (answer == WATCH_INCOMPLETE || answer == WATCH_FAILED)
		*message = TAKE_PTR(last.message);
}

void watch_clear(struct watch *watch)
{
	progress_clear(&watch->last);
	*watch = (struct watch){0};
}
