// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Looking, thoroughly and quickly, and what several screens do alike.
 */

#include "assistant/session.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/paths.h"
#include "util/when.h"

#include <string.h>

/* How long the thorough look is believed: what it saw is not only changed from here. */
#define LOOK_LASTS_MS 120000

/* The marker is asked first, because that is quick; but a server whose sealing failed has none, and
 * is not open for that. */
static bool is_sealed(void)
{
	_cleanup_(situation_clear) struct situation situation = {0};

	return file_exists(RUN_SEALED) || situation_gather("", SITUATION_NEEDED, &situation) < 0 ||
	       situation.decision.verdict == VERDICT_SEAL;
}

bool session_renew(void *context, struct page *page)
{
	(void)context;
	(void)page;
	return is_sealed();
}

/* How the last run ended is told as long as something is missing. */
static void look_at_last_update(struct session *session)
{
	free(TAKE_PTR(session->failure));
	if (session->status.missing.count > 0)
		watch_failure(&session->failure);
}

static unsigned long long find_size(const struct status *status)
{
	const struct update_settings settings = plan_updates(&status->situation.inputs.policy);
	unsigned long long bytes;

	return update_size(&settings, &status->pending, &bytes, NULL) == 0 ? bytes : 0;
}

void session_look(struct session *session)
{
	struct status status = {0};
	struct update_automatic automatic = {0};
	struct exposure exposure = {0};

	if (status_gather("", 0, &status) < 0) {
		status_clear(&status);
		return;
	}
	status_clear(&session->status);
	session->status = status;
	session->bytes = status.listed ? find_size(&status) : 0;
	session->looked = true;
	session->looked_at = boottime_ms();
	look_at_last_update(session);
	free(session->automatic.how);
	session->automatic = automatic;
	session->automatic_known = update_automatic(&session->automatic, NULL) == 0;
	review_look(&session->review, &session->status, &exposure, NULL);
	exposure_clear(&exposure);
}

void session_forget_update(struct session *session)
{
	session->updating = false;
	session->looked = false;
	free(TAKE_PTR(session->trouble));
	watch_clear(&session->watch);
}

static void follow_update(struct session *session)
{
	enum watch_news news;

	if (!session->updating) {
		session->updating = watch_join(&session->watch) > 0;
		return;
	}
	if (watch_look(&session->watch, &news) == WATCH_GOES_ON)
		return;
	session_forget_update(session);
}

/* Exit status 3 is the good one: something is pending. */
static void end_seeking(struct session *session)
{
	const int status = session->looking.pid > 0 ? job_poll(&session->looking) : -1;

	if (status < 0)
		return;
	if (status != 0 && status != NOT_YET)
		session->trouble = strdup(session->looking.said);
	job_end(&session->looking, false);
	session->looked = false;
}

/* While an update runs there is nothing to be learnt from the package manager. */
static bool is_old(const struct session *session)
{
	return !session->updating && boottime_ms() - session->looked_at > LOOK_LASTS_MS;
}

bool session_refresh(struct session *session)
{
	if (!is_sealed())
		return false;
	follow_update(session);
	end_seeking(session);
	if (!session->looked || is_old(session))
		session_look(session);
	else
		status_look_at_kernel(&session->status);
	/* A look that failed says nothing of the seal. */
	return !session->looked || session->status.sealed;
}

void session_seek(struct session *session)
{
	static const char *const check[] = {"update", "--check", NULL};

	if (session->sought || session->updating || !session->looked || session->status.listed)
		return;
	session->sought = true;
	job_start(check, &session->looking);
}

void session_clear(struct session *session)
{
	status_clear(&session->status);
	review_clear(&session->review);
	free(session->automatic.how);
	free(session->trouble);
	free(session->failure);
	watch_clear(&session->watch);
	job_end(&session->looking, true);
}

enum session_end session_tell(const char *title, char *what)
{
	struct page page = {
		.title = title, .leave = _("Back"), .percent = -1, .renew = session_renew};
	int answer;

	page_set_text(&page, what ? what : strdup(_("There is not enough memory.")));
	answer = face_show(&page);
	page_clear(&page);
	return answer == FACE_GONE ? SESSION_LEFT : SESSION_GOES_ON;
}

struct work {
	struct job job;
	int status;
};

static bool renew_work(void *context, struct page *page)
{
	struct work *work = context;

	(void)page;
	work->status = job_poll(&work->job);
	return work->status < 0;
}

int session_work(const char *title, const char *what, const char *const *arguments, char **said)
{
	struct work work = {.status = -1};
	struct page page = {.title = title,
		.leave = _("Leave, it goes on"),
		.percent = -1,
		.renew = renew_work,
		.context = &work};
	int r = job_start(arguments, &work.job);

	if (r < 0) {
		*said = strdup_printf(_("cordon could not be run: %s"), strerror(-r));
		return 1;
	}
	page_set_text(&page, strdup(what));
	r = face_show(&page);
	page_clear(&page);
	if (r == FACE_OVER) {
		*said = strdup(*work.job.said ? work.job.said : _("It ended without a word."));
		r = work.status;
	}
	job_end(&work.job, false);
	return r;
}
