// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 4: finish (P9, P10). What is shown is what was known when the page came up; what decides is
 * what `cordon finish` finds when it verifies, so that no stale statement can open a server.
 */

#include "assistant/say.h"
#include "assistant/session.h"
#include "handover/handover.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <string.h>

#define SOCKETS_SHOWN 8

static char *write_ready(const struct session *session)
{
	const bool closes = review_closes(&session->review, &session->status);
	_cleanup_free_ char *reachable = closes ? review_verdict(&session->review)
						: review_text(&session->status, SOCKETS_SHOWN);

	return strdup_printf(
		closes ? _("Finishing verifies the updates, puts that on record, and ends the "
			   "seal for good.\n\n%s")
		       : _("Finishing verifies the updates, puts that on record, and opens this "
			   "server for good. What listens on it:\n\n%s"),
		reachable ? reachable : "");
}

/* What is in the way besides what was found missing; "": nothing. */
static const char *say_obstacle(const struct session *session)
{
	if (session->updating)
		return _("  - an update is running\n");
	if (session->trouble)
		return _("  - the look for updates failed\n");
	return session->looked && session->status.listed
		       ? ""
		       : _("  - it is not known yet which updates there are\n");
}

static char *write_missing(const struct session *session)
{
	const struct status *status = &session->status;
	_cleanup_free_ char *missing = say_list(&status->missing, SAY_REASONS_MAX),
			    *reboot = say_list(&status->reboot, SAY_REASONS_MAX),
			    *verdict = review_closes(&session->review, &session->status)
					       ? review_verdict(&session->review)
					       : NULL;

	return strdup_printf(
		_("This server is not ready to be opened:\n%s%s%s\nIt can be opened all the "
		  "same. The "
		  "reason that you give goes on record, with what is missing.\n\n%s"),
		say_obstacle(session), missing ? missing : "", reboot ? reboot : "",
		verdict ? verdict : "");
}

static bool is_ready(const struct session *session)
{
	return session->looked && !session->updating && !session->trouble &&
	       session->status.listed && session->status.missing.count == 0 &&
	       session->status.reboot.count == 0;
}

/* FACE_*, or 0: that was chosen. */
static int confirm(char *what, const char *choice, bool careful)
{
	struct page page = {.title = _("Finish"),
		.leave = _("Back"),
		.percent = -1,
		.chosen = careful ? 1 : 0,
		.renew = session_renew};
	int answer;

	page_add_choice(&page, choice);
	page_set_text(&page, what);
	answer = face_show(&page);
	page_clear(&page);
	return answer;
}

static enum session_end work(const char *const *arguments, struct session *session)
{
	_cleanup_free_ char *said = NULL;
	int status = session_work(
		_("Finish"), _("The updates are being verified ..."), arguments, &said);

	session->looked = false;
	if (status == 0)
		return SESSION_OVER;
	if (status == FACE_GONE)
		return SESSION_LEFT;
	return status < 0 ? SESSION_GOES_ON
			  : session_tell(
				    status == NOT_YET ? _("Not yet") : _("Finish"), TAKE_PTR(said));
}

/* May the configuration have said more than to open? Then the verb is to say so, and not be told.
 */
static bool is_doubtful(const struct session *session)
{
	const struct policy *policy = &session->status.situation.inputs.policy;

	return !review_closes(&session->review, &session->status) &&
	       (policy->on_finish.refused || policy->unclear);
}

/* Runs cordon finish. @reason: by force. SESSION_OVER: this server is open. */
static enum session_end run(const char *reason, struct session *session)
{
	const bool closes = review_closes(&session->review, &session->status);
	_cleanup_free_ char *ports = ticks_allow(&session->review.ticks);
	_cleanup_free_ char *to = strdup_printf(
		"--handover=%s", handover_name(closes ? session->review.to : ON_FINISH_OPEN));
	_cleanup_free_ char *allow = ports ? strdup_printf("--allow=%s", ports) : NULL;
	_cleanup_free_ char *why = reason ? strdup_printf("--reason=%s", reason) : NULL;
	const char *arguments[6] = {"finish"};
	size_t n = 1;

	/* Without memory nothing is finished: less would be said than was chosen. */
	if (!to || !allow || (reason && !why))
		return SESSION_GOES_ON;
	if (!is_doubtful(session))
		arguments[n++] = to;
	if (closes)
		arguments[n++] = allow;
	if (reason) {
		arguments[n++] = "--force";
		arguments[n++] = why;
	}
	return work(arguments, session);
}

static enum session_end force(struct session *session)
{
	_cleanup_free_ char *reason = NULL;
	int r = face_ask(_("Finish all the same"),
		_("Why is this server opened although it is not updated? The text goes on record."),
		&reason);

	if (r == FACE_GONE)
		return SESSION_LEFT;
	if (r < 0)
		return SESSION_GOES_ON;
	return run(reason, session);
}

enum session_end finishing_run(struct session *session)
{
	const bool ready = is_ready(session);
	int answer = ready ? confirm(write_ready(session), _("Finish"), false)
			   : confirm(write_missing(session), _("Finish all the same"), true);

	if (answer == FACE_GONE)
		return SESSION_LEFT;
	if (answer != 0)
		return SESSION_GOES_ON;
	return ready ? run(NULL, session) : force(session);
}
