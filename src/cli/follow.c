// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watching the update that cordon-update.service runs: as a bar on a terminal, as lines elsewhere,
 * as JSON for programs, or silently. Whoever watches may leave at any time; the update goes on.
 *
 * What the service publishes is English. Steps of cordon's own are translated here; what the
 * package manager says, which speaks English to its caller, is shown as it is.
 */

#include "cli/cli.h"
#include "update/watch.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/log.h"
#include "util/width.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#define LOOK_EVERY_MS 200
#define BAR_WIDTH     20

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

static size_t terminal_width(void)
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
		snprintf(left, sizeof(left), _(", %u min left"), progress->seconds_left / 60);
	else if (progress->seconds_left > 0)
		snprintf(left, sizeof(left), _(", %u s left"), progress->seconds_left);
	snprintf(line, sizeof(line), "[%s] %3u%% %s%s", bar, progress->percent,
		translated(progress->message), left);
	printf("\r\033[K%.*s", (int)width_bytes(line, terminal_width() - 1), line);
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
		printf("\r\033[K%s\n", translated(progress->message));
	else if (style == FOLLOW_BAR)
		show_bar(progress);
	else if (style == FOLLOW_LINES)
		printf("%3u%% %s\n", progress->percent, translated(progress->message));
	else if (style == FOLLOW_JSON)
		show_json(progress);
	fflush(stdout);
}

static int exit_status_of(enum watch_answer answer)
{
	switch (answer) {
	case WATCH_DONE:
		return EXIT_DONE;
	case WATCH_INCOMPLETE:
		return EXIT_NOT_YET;
	case WATCH_LOST:
		log_error("update: %s ended without a result; see journalctl -u %s", UPDATE_UNIT,
			UPDATE_UNIT);
		return EXIT_FAILED;
	default:
		return EXIT_FAILED;
	}
}

static int follow(struct watch *watch, enum follow_style style)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	enum watch_answer answer;

	for (;;) {
		enum watch_news news;

		answer = watch_look(watch, &news);
		/* Bytes come with every look, and are worth a line to programs only. */
		if (news == WATCH_NEW_STEP || (news == WATCH_MORE_BYTES && style == FOLLOW_JSON))
			show(&watch->last, style);
		if (answer != WATCH_GOES_ON)
			return exit_status_of(answer);
		nanosleep(&pause, NULL);
	}
}

int follow_update(enum follow_style style)
{
	_cleanup_(watch_clear) struct watch watch = {0};
	_cleanup_free_ char *why = NULL;

	if (watch_start(&watch, true, &why) < 0) {
		log_error("update: %s", why ? why : _("systemd could not be asked"));
		return EXIT_FAILED;
	}
	/* Not before it is so. */
	if (style == FOLLOW_LINES || style == FOLLOW_BAR) {
		printf(_("Updating in %s. Ctrl-C stops watching, not the update.\n"), UPDATE_UNIT);
		fflush(stdout);
	}
	return follow(&watch, style);
}
