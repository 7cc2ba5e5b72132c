// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 1: update this server (P6). The update belongs to cordon-update.service; this page only
 * watches, so leaving it, losing the connection, or a second administrator beside does no harm.
 */

#include "assistant/say.h"
#include "assistant/session.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/printable.h"
#include "util/run.h"
#include "util/stream.h"
#include "util/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOG_LINES    "500"
#define LOG_COLUMNS  240
#define PACKAGES_MAX 200
#define JOURNALCTL   "/usr/bin/journalctl"

static char *title(void)
{
	return _("Update this server");
}

/* What it says in the journal, without what would drive the terminal. */
static char *read_log(void)
{
	static const char *const argv[] = {JOURNALCTL, "--boot", "--reverse", "--unit", UPDATE_UNIT,
		"--lines", LOG_LINES, "--output", "cat", "--no-pager", NULL};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *why = NULL;
	char *rest, *line;
	struct stream stream;
	FILE *out;

	if (run_command(&(struct command){.argv = argv, .limit = LIMIT_QUERY}, &output, &why) < 0)
		return strdup_printf("%s", why ? why : _("The journal could not be read."));
	out = stream_open(&stream);
	if (!out)
		return NULL;
	for (rest = output.out; (line = strsep(&rest, "\n"));) {
		_cleanup_free_ char *shown = printable(line, LOG_COLUMNS);

		fprintf(out, "%s\n", shown ? shown : "");
	}
	return stream_close(&stream);
}

static enum session_end show_log(void)
{
	return session_tell(_("What the update said, newest first"), read_log());
}

/* "openssl 3.0.15-1 -> 3.0.17-1  security", as many as anybody reads. */
static void write_packages(FILE *out, const struct update_list *list)
{
	for (size_t i = 0; i < list->count && i < PACKAGES_MAX; i++) {
		const struct update_package *package = &list->items[i];

		fprintf(out, "  %s %s -> %s%s%s%s%s\n", package->name,
			package->from ? package->from : _("(new)"), package->to ? package->to : "?",
			package->security ? _("  security") : "",
			package->withheld ? _("  cannot be installed") : "",
			package->withheld && package->because ? ": " : "",
			package->withheld && package->because ? package->because : "");
	}
	if (list->count > PACKAGES_MAX)
		fprintf(out, _("  and %zu more\n"), list->count - PACKAGES_MAX);
}

static char *write_offer(const struct session *session)
{
	const struct status *status = &session->status;
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	fputs(_("The update runs by itself: a connection that is lost, or leaving this page, does "
		"not end it. Configuration files that were changed here are kept.\n\n"),
		out);
	if (session->trouble)
		fprintf(out, _("The last look for updates failed:\n%s\n"), session->trouble);
	if (session->failure)
		fprintf(out, _("The last update has not ended well:\n%s\n\n"), session->failure);
	if (!status->listed)
		fputs(_("Which updates there are is found out first.\n"), out);
	else if (status->pending.count == 0)
		fputs(_("Nothing is pending, as far as is known; this looks again.\n"), out);
	else
		fputs(_("Pending:\n"), out);
	write_packages(out, &status->pending);
	return stream_close(&stream);
}

/* 0: it is to be started; else one of FACE_*. */
static int offer(struct session *session)
{
	struct page page = {
		.title = title(), .leave = _("Back"), .percent = -1, .renew = session_renew};
	int answer;

	page_add_choice(&page, _("Update now"));
	if (session->failure)
		page_add_choice(&page, _("Show the log"));
	page_set_text(&page, write_offer(session));
	do
		answer = face_show(&page);
	while (answer == 1 && show_log() == SESSION_GOES_ON);
	page_clear(&page);
	return answer == 1 ? FACE_GONE : answer;
}

static char *write_progress(const struct update_progress *progress)
{
	_cleanup_free_ char *doing = say_progress(progress);
	char done[SAY_BYTES_SIZE], total[SAY_BYTES_SIZE];

	if (!progress->message)
		return strdup(_("The update begins ..."));
	if (progress->bytes_total > 0 && progress->bytes < progress->bytes_total)
		return strdup_printf(_("%s (%s of %s)\n%s"), doing ? doing : "",
			say_bytes(progress->bytes, done), say_bytes(progress->bytes_total, total),
			translated(progress->message));
	return strdup_printf("%s\n%s", doing ? doing : "", translated(progress->message));
}

/* What is watched, and what came of it. */
struct watching {
	struct session *session;
	enum watch_answer answer;
};

static bool renew(void *context, struct page *page)
{
	struct watching *watching = context;
	struct watch *watch = &watching->session->watch;
	enum watch_news news;

	watching->answer = watch_look(watch, &news);
	page->percent = (int)watch->last.percent;
	page_set_text(page, write_progress(&watch->last));
	return watching->answer == WATCH_GOES_ON;
}

static int show_watched(struct watching *watching)
{
	struct page page = {.title = title(),
		.leave = _("Leave, it goes on"),
		.percent = 0,
		.renew = renew,
		.context = watching,
		.chosen = 1};
	int answer;

	page_add_choice(&page, _("Show the log"));
	page_set_text(&page, write_progress(&watching->session->watch.last));
	answer = face_show(&page);
	page_clear(&page);
	return answer;
}

/* Another administrator may have started an update while this page was open. */
static enum session_end reboot(void)
{
	_cleanup_free_ char *why = NULL;
	struct watch other = {0};

	if (watch_join(&other) > 0)
		return session_tell(
			_("Reboot"), strdup(_("An update is running. Reboot when it has ended.")));
	if (unit_call(UNIT_START_FOR_GOOD, "reboot.target", false, &why) == 0)
		return SESSION_REBOOTS;
	return session_tell(_("Reboot"), TAKE_PTR(why));
}

static enum session_end offer_reboot(const struct status *status)
{
	_cleanup_free_ char *reasons = say_list(&status->reboot, SAY_REASONS_MAX);
	struct page page = {
		.title = _("Reboot"), .leave = _("Later"), .percent = -1, .renew = session_renew};
	int answer;

	page_add_choice(&page, _("Reboot now"));
	page_set_text(&page,
		strdup_printf(
			_("All updates are installed. A reboot is needed:\n%s\nThe server stays "
			  "sealed meanwhile, and the assistant is here again when you log in."),
			reasons ? reasons : ""));
	answer = face_show(&page);
	page_clear(&page);
	if (answer == 0)
		return reboot();
	return answer == FACE_GONE ? SESSION_LEFT : SESSION_GOES_ON;
}

/* What is left, or why it failed, and what can be done about it. 1: again. */
static int show_failure(const char *message, enum session_end *end)
{
	struct page page = {.title = _("The update has not ended well"),
		.leave = _("Back"),
		.percent = -1,
		.renew = session_renew};
	int answer;

	page_add_choice(&page, _("Try again"));
	page_add_choice(&page, _("Show the log"));
	page_set_text(&page,
		strdup_printf(
			_("%s\n\nThe server stays sealed, and nothing is lost: the update can be "
			  "tried again, and goes on where it ended."),
			message));
	do
		answer = face_show(&page);
	while (answer == 1 && show_log() == SESSION_GOES_ON);
	page_clear(&page);
	*end = answer == FACE_GONE || answer == 1 ? SESSION_LEFT : SESSION_GOES_ON;
	return answer == 0;
}

static enum session_end show_missing(const struct status *status)
{
	_cleanup_free_ char *missing = say_list(&status->missing, SAY_REASONS_MAX);

	return session_tell(
		title(), strdup_printf(_("The update has ended. This is still missing:\n%s"),
				 missing ? missing : ""));
}

/* The service says that it is done; what counts is what is found now. */
static enum session_end show_success(struct session *session)
{
	session_look(session);
	if (!session->looked)
		return SESSION_GOES_ON;
	if (session->status.missing.count > 0)
		return show_missing(&session->status);
	if (session->status.reboot.count > 0)
		return offer_reboot(&session->status);
	return session_tell(title(),
		strdup(_("All updates are installed, and no reboot is needed.\n\nWhat is left: "
			 "finish.")));
}

/* Until the run is over, or the page is left. 1: again, because it failed. */
static int watch_to_the_end(struct session *session, enum session_end *end)
{
	struct watching watching = {.session = session};
	_cleanup_free_ char *message = NULL;
	int answer;

	do
		answer = show_watched(&watching);
	while (answer == 0 && show_log() == SESSION_GOES_ON);
	*end = answer == FACE_LEFT ? SESSION_GOES_ON : SESSION_LEFT;
	if (answer != FACE_OVER)
		return 0;
	message = session->watch.last.message ? strdup(session->watch.last.message) : NULL;
	session_forget_update(session);
	if (watching.answer != WATCH_DONE)
		return show_failure(message && watching.answer != WATCH_LOST
					    ? message
					    : _("The update ended without a word."),
			end);
	*end = show_success(session);
	return 0;
}

/* 0, or -1 after the person was told why not. */
static int start(struct session *session, enum session_end *end)
{
	_cleanup_free_ char *why = NULL;

	/* It would be waited for. */
	job_end(&session->looking, true);
	if (watch_start(&session->watch, false, &why) == 0) {
		session->updating = true;
		return 0;
	}
	*end = session_tell(title(), TAKE_PTR(why));
	return -1;
}

/* Everything is installed, and what is left is the reboot. */
static bool is_reboot_left(const struct session *session)
{
	const struct status *status = &session->status;

	return !session->updating && !session->trouble && status->listed &&
	       status->pending.count == 0 && status->missing.count == 0 && status->reboot.count > 0;
}

enum session_end updating_run(struct session *session)
{
	enum session_end end = SESSION_GOES_ON;
	int answer;

	if (is_reboot_left(session))
		return offer_reboot(&session->status);
	answer = session->updating ? 0 : offer(session);
	if (answer == FACE_GONE)
		return SESSION_LEFT;
	if (answer != 0)
		return SESSION_GOES_ON;
	do
		if (!session->updating && start(session, &end) < 0)
			return end;
	while (watch_to_the_end(session, &end));
	return end;
}
