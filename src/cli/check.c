// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon check: the timer's look at the seal, once a minute while sealed, and its repair. What the
 * seal has blocked goes on record with each look.
 *
 * A missing ordinary table is put back at once by this very process. The hold can only be made
 * inside cordon-seal.service, so that unit is asked to do it, and it replaces both.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/unit.h"

#include <string.h>

/* Decided anew under the lock: meanwhile an administrator may have finished. */
static bool is_still_sealed(void)
{
	_cleanup_(situation_clear) struct situation situation = {0};

	return situation_gather("", SITUATION_NEEDED, &situation) == 0 &&
	       situation.decision.verdict == VERDICT_SEAL;
}

static void repair_base(const struct situation *situation)
{
	_cleanup_close_ int lock = -1;
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	_cleanup_free_ char *why = NULL;

	if (plan_make(situation, &plan) < 0 || plan_add_sources(&plan, &warnings) < 0)
		return;
	lock = lock_take();
	if (is_still_sealed() && seal_apply(&plan, true, &health, &why) < 0)
		log_error(
			"table inet cordon could not be put back: %s", why ? why : _("no memory"));
}

/* Returns the number of problems that are left. */
static int inspect(struct seal_health *health)
{
	_cleanup_free_ char *why = NULL;
	int r = seal_inspect(health, &why);

	if (r < 0) {
		log_error("the seal cannot be checked: %s", why ? why : strerror(-r));
		return 1;
	}
	return (int)health->problems.count;
}

static int repair(const struct situation *situation, const struct seal_health *before)
{
	_cleanup_(seal_health_clear) struct seal_health after = {0};
	_cleanup_free_ char *why = NULL;

	for (size_t i = 0; i < before->problems.count; i++)
		log_warning("%s; repairing", before->problems.items[i]);
	if (!before->base || !before->intact)
		repair_base(situation);
	if (unit_call(UNIT_RELOAD_OR_START, SEAL_UNIT, true, &why) < 0)
		log_error("%s", why ? why : _("systemd could not be asked"));
	if (inspect(&after) == 0) {
		log_notice("the seal stands again");
		return EXIT_DONE;
	}
	/* Finished meanwhile: then it is right that nothing stands. */
	if (!is_still_sealed())
		return EXIT_DONE;
	for (size_t i = 0; i < after.problems.count; i++)
		log_error("still: %s", after.problems.items[i]);
	return EXIT_FAILED;
}

int verb_check(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	const struct option_spec options[] = {{0}};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = situation_gather("", SITUATION_NEEDED, &situation);
	if (r < 0)
		return log_failure("check", NULL, r);
	if (situation.decision.verdict != VERDICT_SEAL)
		return EXIT_DONE;
	/* A repair makes new tables, which begin to count anew. */
	record_blocked_now();
	if (inspect(&health) == 0)
		return EXIT_DONE;
	return repair(&situation, &health);
}
