// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 4: finish (P9, P10). What is shown is what was known when the page came up; what decides is
 * what `cordon finish` finds when it verifies, so that no stale statement can open a server.
 */

#include "assistant/say.h"
#include "assistant/session.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <string.h>

#define SOCKETS_SHOWN 8

static char *write_ready(const struct session *session)
{
	_cleanup_free_ char *reachable = reachable_text(session, SOCKETS_SHOWN);

	return text(
		_("Finishing verifies the updates, puts that on record, and opens this server for "
		  "good. What listens on it:\n\n%s"),
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
			    *reboot = say_list(&status->reboot, SAY_REASONS_MAX);

	return text(_("This server is not ready to be opened:\n%s%s%s\nIt can be opened all the "
		      "same. The "
		      "reason that you give goes on record, with what is missing."),
		say_obstacle(session), missing ? missing : "", reboot ? reboot : "");
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

/* Runs cordon finish. SESSION_OVER: this server is open. */
static enum session_end run(const char *const *arguments, struct session *session)
{
	_cleanup_free_ char *said = NULL;
	int status = session_work(
		_("Finish"), _("The updates are being verified ..."), arguments, &said);

	session->looked = false;
	if (status == 0)
		return SESSION_OVER;
	if (status == FACE_GONE)
		return SESSION_LEFT;
	return status < 0
		       ? SESSION_GOES_ON
		       : session_tell(status == NOT_YET ? _("Not yet") : _("Finish"), take(said));
}

static enum session_end force(struct session *session)
{
	_cleanup_free_ char *reason = NULL, *option = NULL;
	int r = face_ask(_("Finish all the same"),
		_("Why is this server opened although it is not updated? The text goes on record."),
		&reason);

	if (r == FACE_GONE)
		return SESSION_LEFT;
	if (r < 0)
		return SESSION_GOES_ON;
	option = text("--reason=%s", reason);
	if (!option)
		return SESSION_GOES_ON;
	return run((const char *const[]){"finish", "--force", option, NULL}, session);
}

enum session_end finishing_run(struct session *session)
{
	static const char *const finish[] = {"finish", NULL};
	const bool ready = is_ready(session);
	int answer = ready ? confirm(write_ready(session), _("Finish"), false)
			   : confirm(write_missing(session), _("Finish all the same"), true);

	if (answer == FACE_GONE)
		return SESSION_LEFT;
	if (answer != 0)
		return SESSION_GOES_ON;
	return ready ? run(finish, session) : force(session);
}
