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

#include <string.h>

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

	if (status_gather("", &status) < 0) {
		status_clear(&status);
		return;
	}
	status_clear(&session->status);
	session->status = status;
	session->bytes = status.listed ? find_size(&status) : 0;
	session->looked = true;
	free(session->automatic.how);
	session->automatic = automatic;
	session->automatic_known = update_automatic(&session->automatic, NULL) == 0;
	session->exposed_known = reachable_count(&session->status, &session->exposed) == 0;
}

void session_forget_update(struct session *session)
{
	session->updating = false;
	session->looked = false;
	free(take(session->trouble));
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

bool session_refresh(struct session *session)
{
	struct blocked blocked = {0};

	if (!file_exists(RUN_SEALED))
		return false;
	follow_update(session);
	end_seeking(session);
	if (!session->looked)
		session_look(session);
	if (blocked_gather(&blocked, NULL) >= 0) {
		blocked_clear(&session->blocked);
		session->blocked = blocked;
	}
	return session->status.sealed;
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
	free(session->automatic.how);
	free(session->trouble);
	blocked_clear(&session->blocked);
	watch_clear(&session->watch);
	job_end(&session->looking, true);
}

enum session_end session_tell(const char *title, char *what, bool verbatim)
{
	struct page page = {
		.title = title, .leave = _("Back"), .percent = -1, .verbatim = verbatim};
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
		*said = text(_("cordon could not be run: %s"), strerror(-r));
		return 1;
	}
	page_set_text(&page, strdup(what));
	r = face_show(&page);
	page_clear(&page);
	if (r == FACE_OVER) {
		*said = strdup(work.job.said);
		r = work.status;
	}
	job_end(&work.job, false);
	return r;
}
