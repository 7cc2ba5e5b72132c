// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 2: what keeps this server updated afterwards (P7).
 */

#include "assistant/session.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <string.h>

static char *write_text(const struct session *session)
{
	const struct update_automatic *automatic = &session->automatic;

	if (!session->automatic_known)
		return strdup(
			_("Whether updates will be installed by themselves could not be found "
			  "out; see cordon automatic-updates."));
	if (automatic->on)
		return strdup_printf(
			_("After the release, updates will be installed by themselves: %s."),
			automatic->how);
	return strdup_printf(
		_("After the release, nothing will install updates by itself: %s.\n\nThis can be "
		  "switched on here. No file of yours is overwritten."),
		automatic->how);
}

static int show(const struct session *session)
{
	struct page page = {.title = _("Configure automatic updates"),
		.leave = _("Back"),
		.percent = -1,
		.renew = session_renew};
	int answer;

	if (!session->automatic_known || !session->automatic.on)
		page_add_choice(&page, _("Switch on"));
	page_set_text(&page, write_text(session));
	answer = face_show(&page);
	page_clear(&page);
	return answer;
}

static enum session_end switch_on(struct session *session)
{
	static const char *const enable[] = {"automatic-updates", "--enable", NULL};
	_cleanup_free_ char *said = NULL;
	int r = session_work(_("Configure automatic updates"),
		_("Automatic updates are being switched on ..."), enable, &said);

	session->looked = false;
	if (r == FACE_GONE)
		return SESSION_LEFT;
	if (r < 0)
		return SESSION_GOES_ON;
	return session_tell(_("Configure automatic updates"), TAKE_PTR(said));
}

enum session_end automatic_run(struct session *session)
{
	int answer = show(session);

	if (answer == FACE_GONE)
		return SESSION_LEFT;
	return answer == 0 ? switch_on(session) : SESSION_GOES_ON;
}
