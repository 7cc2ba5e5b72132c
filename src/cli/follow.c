// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watching the update that cordon-update.service runs: as a bar on a terminal, as lines elsewhere,
 * as JSON for programs, or silently. Whoever watches may leave at any time; the update goes on.
 */

#include "cli/cli.h"
#include "update/progress.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#define LOOK_EVERY_MS  200
#define UNANSWERED_MAX 150 /* looks in a row, thirty seconds */
#define BAR_WIDTH      20

static void show_json(const struct update_progress *progress)
{
	json_t *line = json_pack("{s:i, s:s, s:i, s:s, s:s*}", "schema", 1, "state",
		progress->state, "percent", (int)progress->percent, "message", progress->message,
		"since", progress->since);

	if (*progress->package)
		json_object_set_new(line, "package", json_string(progress->package));
	if (progress->bytes_total > 0) {
		json_object_set_new(line, "bytes", json_integer((json_int_t)progress->bytes));
		json_object_set_new(
			line, "bytes_total", json_integer((json_int_t)progress->bytes_total));
	}
	if (progress->seconds_left > 0)
		json_object_set_new(line, "seconds_left", json_integer(progress->seconds_left));
	json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(line);
}

static int terminal_width(void)
{
	struct winsize size = {0};

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* "[######..............]  30% Unpacking openssl, 12 s left", over the one before. */
static void show_bar(const struct update_progress *progress)
{
	const int filled = (int)progress->percent * BAR_WIDTH / 100;
	char bar[BAR_WIDTH + 1] = "", left[48] = "", line[512];

	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < filled ? '#' : '.';
	if (progress->seconds_left >= 60)
		snprintf(left, sizeof(left), ", %u min left", progress->seconds_left / 60);
	else if (progress->seconds_left > 0)
		snprintf(left, sizeof(left), ", %u s left", progress->seconds_left);
	snprintf(line, sizeof(line), "[%s] %3u%% %s%s", bar, progress->percent, progress->message,
		left);
	printf("\r\033[K%.*s", terminal_width() - 1, line);
}

static bool is_over(const struct update_progress *progress)
{
	return strcmp(progress->state, "done") == 0 || strcmp(progress->state, "failed") == 0 ||
	       strcmp(progress->state, "incomplete") == 0;
}

static void show(const struct update_progress *progress, enum follow_style style)
{
	/* What it ended with is to be read, whatever its length. */
	if (style == FOLLOW_BAR && is_over(progress))
		printf("\r\033[K%s\n", progress->message);
	else if (style == FOLLOW_BAR)
		show_bar(progress);
	else if (style == FOLLOW_LINES)
		printf("%3u%% %s\n", progress->percent, progress->message);
	else if (style == FOLLOW_JSON)
		show_json(progress);
	fflush(stdout);
}

static bool is_news(const struct update_progress *last, const struct update_progress *now,
	enum follow_style style)
{
	if (!last->message || strcmp(last->message, now->message) != 0 ||
		last->percent != now->percent)
		return true;
	return style == FOLLOW_JSON && last->bytes != now->bytes;
}

/* Shows what is new since @last. Returns the exit status once the run has ended, else -1. */
static int show_news(struct update_progress *last, pid_t ended, enum follow_style style)
{
	_cleanup_(progress_clear) struct update_progress now = {0};

	/* What an earlier run left behind is not news. */
	if (progress_read(UPDATE_PROGRESS, &now) < 0 || now.pid == ended)
		return -1;
	if (is_news(last, &now, style)) {
		struct update_progress old = *last;

		show(&now, style);
		*last = now;
		now = old;
	}
	if (strcmp(last->state, "done") == 0)
		return EXIT_DONE;
	if (strcmp(last->state, "incomplete") == 0)
		return EXIT_NOT_YET;
	return strcmp(last->state, "failed") == 0 ? EXIT_FAILED : -1;
}

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

static int follow(pid_t ended, enum follow_style style)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	_cleanup_(progress_clear) struct update_progress last = {0};
	unsigned int unanswered = 0;

	for (;;) {
		/* Asked before the file is read, so that its last words cannot be missed. systemd
		 * does not answer while an update of libc or of its own executes it anew: that is
		 * no end. */
		int running = is_running();
		int status = show_news(&last, ended, style);

		unanswered = running < 0 ? unanswered + 1 : 0;
		if (status >= 0 && running <= 0)
			return status;
		if (running == 0 || unanswered > UNANSWERED_MAX)
			break;
		nanosleep(&pause, NULL);
	}
	log_error("update: %s ended without a result; see journalctl -u %s", UPDATE_UNIT,
		UPDATE_UNIT);
	return EXIT_FAILED;
}

int follow_update(enum follow_style style)
{
	_cleanup_(progress_clear) struct update_progress before = {0};
	_cleanup_free_ char *why = NULL;
	pid_t ended = -1;

	/* A run that is under way is joined; one that ended is not mistaken for the new one. */
	if (progress_read(UPDATE_PROGRESS, &before) == 0 && is_running() <= 0)
		ended = before.pid;
	if (unit_call(UNIT_START, UPDATE_UNIT, true, &why) < 0) {
		log_error("update: %s", why ? why : "systemd could not be asked");
		return EXIT_FAILED;
	}
	/* Not before it is so. */
	if (style == FOLLOW_LINES || style == FOLLOW_BAR) {
		puts("Updating in " UPDATE_UNIT ". Ctrl-C stops watching, not the update.");
		fflush(stdout);
	}
	return follow(ended, style);
}
