// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon automatic: the quarantine without an administrator (P18, Mode=automatic). What
 * cordon-automatic.service runs at each sealed boot: update, reboot if need be, verify, finish.
 *
 * A mirror that is down, or a network that is not there yet, is waited for, with longer and longer
 * pauses: the server is closed, nothing is lost but time. What waiting does not mend (a reboot that
 * is not allowed, a package that is held) ends it until the next boot, with the reason on record.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "decision/situation.h"
#include "lifecycle/finish.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/log.h"
#include "util/unit.h"

#include <string.h>
#include <unistd.h>

#define PAUSE_MIN 15
#define PAUSE_MAX (15 * 60)
#define BY	  "cordon (Mode=automatic)"

/* -1: go on; else the exit status. */
static int look(struct situation *situation)
{
	situation_clear(situation);
	if (situation_gather("", SITUATION_NEEDED, situation) < 0) {
		log_error("automatic: no memory");
		return EXIT_FAILED;
	}
	if (situation->decision.verdict != VERDICT_SEAL ||
		situation->inputs.policy.mode.value != MODE_AUTOMATIC)
		return EXIT_DONE;
	return -1;
}

static int stop(const struct strv *reasons)
{
	_cleanup_free_ char *why = NULL;
	json_t *details = json_pack("{s:o}", "missing", json_sentences(reasons));

	log_error("automatic mode ends for this boot, and this server stays sealed:");
	for (size_t i = 0; i < reasons->count; i++)
		log_error("  %s", reasons->items[i]);
	if (history_append("", "automatic-stopped", details, &why) < 0)
		log_warning("%s", why ? why : _("the history could not be written"));
	return EXIT_NOT_YET;
}

/* After an update that installed everything. -1: try again later. */
static int conclude(const struct policy *policy)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(handover_clear) struct handover handover = {0};
	_cleanup_(strv_clear) struct strv reasons = {0}, missing = {0}, warnings = {0};
	const struct finish_request request = {
		.by = BY, .handover = &handover, .settings = plan_updates(policy)};
	_cleanup_free_ char *why = NULL;
	int r = update_reboot_reasons(&reasons, &why);

	/* Where that is allowed the update service is rebooting by now. */
	if (r == 0 && reasons.count > 0)
		return unit_system_is_stopping() ? EXIT_DONE : stop(&reasons);
	if (r == 0)
		record_blocked_now();
	/* Where administrators come in is known only now: the update may have changed it. */
	if (r == 0)
		r = situation_gather("", SITUATION_WHOLE, &situation);
	if (r == 0)
		r = handover_choose(&situation, NULL, NULL, &handover, &why);
	if (r == 0)
		r = finish_run(&request, &missing, &warnings, &why);
	log_warnings(&warnings);
	if (r < 0) {
		log_error("automatic: %s", why ? why : strerror(-r));
		return -1;
	}
	for (size_t i = 0; i < missing.count; i++)
		log_warning("not finished: %s", missing.items[i]);
	if (r == 0)
		write_metrics_textfile(false);
	return r > 0 ? -1 : EXIT_DONE;
}

static int try_once(const struct policy *policy)
{
	_cleanup_(strv_clear) struct strv reasons = {0};
	int status = follow_update(FOLLOW_SILENTLY);

	if (status == EXIT_DONE)
		return conclude(policy);
	if (status != EXIT_NOT_YET)
		return -1;
	if (strv_addf(&reasons, "updates are held back; see cordon status") < 0) {
		log_error("automatic: no memory");
		return -1;
	}
	return stop(&reasons);
}

int verb_automatic(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	const struct option_spec options[] = {{0}};
	unsigned int pause = PAUSE_MIN;
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	for (;;) {
		r = look(&situation);
		if (r < 0)
			r = try_once(&situation.inputs.policy);
		if (r >= 0)
			return r;
		log_notice("automatic: trying again in %u seconds", pause);
		sleep(pause);
		pause = pause * 2 > PAUSE_MAX ? PAUSE_MAX : pause * 2;
	}
}
