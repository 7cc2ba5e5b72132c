// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The first page: what is going on, and the four steps that end it, each with its state (P4, P5).
 */

#include "assistant/refused.h"
#include "assistant/say.h"
#include "assistant/session.h"
#include "handover/handover.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/stream.h"

#include <stdio.h>
#include <string.h>

enum { STEP_UPDATE, STEP_AUTOMATIC, STEP_REVIEW, STEP_FINISH, STEPS };

#define EXCEPTIONS_SHOWN 3

static void write_exceptions(FILE *out, const struct exception_list *open)
{
	if (open->count == 0)
		fputs(_("Nothing is left open.\n"), out);
	for (size_t i = 0; i < open->count && i < EXCEPTIONS_SHOWN; i++) {
		_cleanup_free_ char *what = exception_describe(&open->items[i], true);

		fprintf(out, _("Left open: %s (%s)\n"), what ? what : "?", open->items[i].reason);
	}
	if (open->count > EXCEPTIONS_SHOWN)
		fprintf(out, _("and %zu more: cordon status\n"), open->count - EXCEPTIONS_SHOWN);
}

/* What a seal does is said only where one stands. */
static void write_health(FILE *out, const struct status *status)
{
	const char *seal = status_seal(status);

	if (strcmp(seal, "intact") == 0) {
		fputs(_("It reaches only what updating needs, and nothing reaches it but what is "
			"left open, until it is updated and you finish.\n"),
			out);
		return;
	}
	if (strcmp(seal, "none") == 0)
		fputs(_("But no seal stands at present, so it can be reached; see cordon "
			"status.\n"),
			out);
	else if (strcmp(seal, "degraded") == 0)
		fputs(_("The seal is degraded and is being repaired; see cordon status.\n"), out);
	else
		fputs(_("Whether the seal stands could not be found out; see cordon status.\n"),
			out);
}

static char *write_text(const struct session *session)
{
	const struct state *state = &session->status.situation.inputs.state;
	char since[SAY_TIME_SIZE];
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	/* A damaged record does not say. */
	if (state->since)
		fprintf(out, _("This server has been cordoned off since %s: %s.\n"),
			say_time(state->since, since), say_reason(&session->status.situation));
	else
		fprintf(out, _("This server is cordoned off: %s.\n"),
			say_reason(&session->status.situation));
	write_health(out, &session->status);
	fputc('\n', out);
	refused_write(out, &session->status.blocked);
	write_exceptions(out, &session->status.plan.in);
	return stream_close(&stream);
}

/* "17 updates, 12 of them for security, 43 MB" */
static char *pending_state(const struct session *session, size_t count)
{
	const size_t security = update_list_security(&session->status.pending);
	char size[SAY_BYTES_SIZE];

	if (session->bytes == 0)
		return strdup_printf(
			P_("%zu update, %zu for security", "%zu updates, %zu for security", count),
			count, security);
	return strdup_printf(
		P_("%zu update, %zu for security, %s", "%zu updates, %zu for security, %s", count),
		count, security, say_bytes(session->bytes, size));
}

static char *update_state(const struct session *session)
{
	const struct status *status = &session->status;
	const size_t count = status->pending.count;
	const size_t withheld = update_list_withheld(&status->pending);

	if (session->updating)
		return say_progress(&session->watch.last);
	if (session->looking.pid > 0)
		return strdup(_("looking for updates"));
	if (session->trouble)
		return strdup(_("the look for updates failed"));
	if (!status->listed)
		return strdup(_("not known yet"));
	if (session->failure)
		return strdup(_("the last update has not ended well"));
	if (count > withheld)
		return pending_state(session, count);
	if (withheld > 0)
		return strdup_printf(P_("%zu update cannot be installed",
					     "%zu updates cannot be installed", withheld),
			withheld);
	if (status->missing.count > 0)
		return strdup(_("not ended"));
	return strdup(status->reboot.count > 0 ? _("done; a reboot is needed") : _("done"));
}

static char *finish_state(const struct session *session)
{
	const struct status *status = &session->status;

	if (session->updating || session->trouble || !status->listed || status->missing.count > 0)
		return strdup(_("not yet: update first"));
	return strdup(status->reboot.count > 0 ? _("not yet: reboot first") : _("ready"));
}

static char *automatic_state(const struct session *session)
{
	if (!session->automatic_known)
		return strdup(_("not known"));
	return strdup(session->automatic.on ? _("on") : _("off"));
}

static char *review_state(const struct session *session)
{
	if (!session->review.known)
		return strdup(_("not known"));
	if (review_closes(&session->review, &session->status))
		return strdup_printf(_("%zu of %zu reachable, %s takes over"),
			ticks_count(&session->review.ticks, true),
			ticks_count(&session->review.ticks, true) +
				ticks_count(&session->review.ticks, false),
			handover_name(session->review.to));
	if (session->review.opened == 0)
		return strdup(_("nothing"));
	return strdup_printf(
		P_("%zu port", "%zu ports", session->review.opened), session->review.opened);
}

static bool renew(void *context, struct page *page)
{
	struct session *session = context;

	if (!session_refresh(session))
		return false;
	session_seek(session);
	page_set_text(page, write_text(session));
	page_set_state(page, STEP_UPDATE, update_state(session));
	page_set_state(page, STEP_AUTOMATIC, automatic_state(session));
	page_set_state(page, STEP_REVIEW, review_state(session));
	page_set_state(page, STEP_FINISH, finish_state(session));
	return true;
}

/* Where the cursor waits for Enter: the first step that is not done. */
static size_t next_step(const struct session *session)
{
	const struct status *status = &session->status;

	if (!session->looked || !status->listed || status->missing.count > 0 ||
		status->reboot.count > 0)
		return STEP_UPDATE;
	return session->automatic_known && !session->automatic.on ? STEP_AUTOMATIC : STEP_FINISH;
}

static enum session_end run_step(struct session *session, int step)
{
	static enum session_end (*const steps[STEPS])(struct session * session) = {
		[STEP_UPDATE] = updating_run,
		[STEP_AUTOMATIC] = automatic_run,
		[STEP_REVIEW] = reachable_run,
		[STEP_FINISH] = finishing_run,
	};
	static const enum session_end ends[] = {
		[-FACE_LEFT] = SESSION_LEFT,
		[-FACE_OVER] = SESSION_OVER,
		[-FACE_GONE] = SESSION_LEFT,
	};

	return step < 0 ? ends[-step] : steps[step](session);
}

static enum session_end show_once(struct session *session)
{
	struct page page = {.title = _("This server is cordoned off"),
		.steps = true,
		.leave = _("Leave for later"),
		.percent = -1,
		.renew = renew,
		.context = session,
		.chosen = next_step(session)};
	int answer;

	page_add_choice(&page, _("Update this server"));
	page_add_choice(&page, _("Configure automatic updates"));
	page_add_choice(&page, _("Review what becomes reachable"));
	page_add_choice(&page, _("Finish"));
	page_set_text(&page,
		session->looked ? write_text(session) : strdup(_("Looking at this server ...")));
	answer = face_show(&page);
	page_clear(&page);
	return run_step(session, answer);
}

enum session_end overview_run(struct session *session)
{
	enum session_end end;

	do
		end = show_once(session);
	while (end == SESSION_GOES_ON);
	return end;
}
