// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon reconsider: policy may arrive while the server is sealed, typically after it joined a
 * domain. Run when one of the files changes that decide (cordon-reconsider.path), when somebody
 * logs in, and every minute.
 *
 * Until the first administrator has been met, whoever comes to manage the firewall has cordon stand
 * aside (P14); exceptions are added and taken away at any time (P16), make before break.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "lifecycle/admin-login.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/unit.h"

static int lift(const struct situation *situation)
{
	int status = stand_aside(situation);

	if (status == EXIT_DONE)
		log_notice("%s: the seal is lifted, for good",
			reason_text(situation->decision.reason));
	return status;
}

static void record_administrator(struct situation *situation)
{
	const struct sourced_list *found = &situation->inputs.facts.administrators;
	_cleanup_free_ char *why = NULL;

	if (found->count > 0 && admin_login_record(situation, found->items[0].what,
					found->items[0].source, &why) < 0)
		log_warning("it could not be recorded that an administrator was met: %s",
			why ? why : _("no memory"));
}

/* The disk may have been full when the seal was made; the unit tries again. */
static bool is_unrecorded(const struct situation *situation)
{
	return !situation_continues(situation) && situation->inputs.condition != STATE_UNREACHABLE;
}

/* Everything that needs the lock. Return: an exit status. */
static int reconsider(bool *renew)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	_cleanup_close_ int lock = lock_take();
	int r = situation_gather("", SITUATION_NEEDED, &situation);

	/* A seal may still stand of a finish that was cut off between the record and the deed. */
	if (r == 0 && situation.decision.verdict != VERDICT_SEAL)
		return situation_is_settled(&situation) && !file_exists(RUN_SEALED)
			       ? EXIT_DONE
			       : lift(&situation);
	if (r == 0)
		record_administrator(&situation);
	if (r == 0)
		r = plan_make(&situation, &plan);
	if (r == 0)
		r = plan_add_sources(&plan, &warnings);
	if (r == 0)
		r = seal_is_current(&plan);
	if (r < 0)
		return log_failure("reconsider", NULL, r);
	/* Where the package manager could not be asked, mirrors on other ports stay as they were.
	 */
	*renew = (r == 0 && warnings.count == 0) || is_unrecorded(&situation);
	return EXIT_DONE;
}

int verb_reconsider(const struct verb *verb, int argc, char **argv)
{
	const struct option_spec options[] = {{0}};
	_cleanup_free_ char *why = NULL;
	bool renew = false;
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	if (file_exists(RUN_RESET))
		return EXIT_DONE;
	r = reconsider(&renew);
	if (!renew)
		return r;
	/* By the unit, which takes the lock itself. */
	log_notice("renewing the seal: what stays open has changed, or it is not on record");
	if (unit_call(UNIT_RELOAD_OR_START, SEAL_UNIT, true, &why) < 0) {
		log_error("reconsider: %s", why ? why : _("systemd could not be asked"));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
