// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon finish: the way out.
 */

#include "release/finish.h"
#include "cli/cli.h"
#include "plan.h"
#include "seal/seal.h"
#include "util/caller.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/log.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REASON_MAX 1000

static int finish(const struct policy *policy, const char *reason)
{
	_cleanup_(sentences_clear) struct sentences missing = {0}, warnings = {0};
	_cleanup_free_ char *why = NULL, *by = caller_name();
	const struct finish_request request = {
		.by = by ? by : "unknown",
		.forced = reason,
		.settings = plan_updates(policy),
		.audience = waiting_audience(),
	};
	int r;

	/* Where that fails the mirrors cannot be reached, which is then what is missing. */
	if (plan_join_updater(policy, &why) < 0)
		log_warning("finish: %s", why ? why : _("systemd could not be asked"));
	free(take(why));
	/* Verifying takes its time, and cordon-check.timer goes on recording meanwhile. */
	record_blocked_now();
	/* What is missing goes on record with a reason, and is shown as it stands there. */
	if (reason)
		language_pause();
	r = finish_run(&request, &missing, &warnings, &why);
	if (reason)
		language_resume();
	log_warnings(&warnings);
	if (r < 0)
		return log_failure("finish", why, r);
	if (r > 0) {
		puts(_("Not finished: this server stays sealed, because"));
		print_list("  - ", &missing);
		puts(_("Then run cordon finish again. To open it as it is, all the same:\n"
		       "  cordon finish --force --reason=\"why\""));
		return EXIT_NOT_YET;
	}
	if (why)
		log_warning("finish: %s", why);
	if (missing.count > 0)
		puts(_("Finished by force. This is on record as not done:"));
	print_list("  - ", &missing);
	puts(_("The seal is lifted. This server answers the network again, and cordon has ended."));
	return EXIT_DONE;
}

/* Tables may still stand that nobody lifted: of a package that was removed, say. */
static int nothing_to_finish(const struct situation *situation)
{
	_cleanup_free_ char *why = NULL;
	int r = seal_lift(&why);

	if (r < 0)
		return log_failure("finish", why, r);
	printf(_("Nothing to finish: %s.\n"), reason_text(situation->decision.reason));
	return EXIT_DONE;
}

static bool is_utf8(const char *reason)
{
	json_t *string = json_string(reason);

	json_decref(string);
	return string != NULL;
}

static int check_options(bool force, const char *reason)
{
	if (force && (!reason || strspn(reason, " \t") == strlen(reason))) {
		log_error("finish: --force needs --reason=TEXT; the text goes on record");
		return EXIT_USAGE;
	}
	if (force && (strlen(reason) > REASON_MAX || !is_utf8(reason))) {
		log_error("finish: --reason: not UTF-8 text of at most %d bytes", REASON_MAX);
		return EXIT_USAGE;
	}
	if (!force && reason) {
		log_error("finish: --reason goes with --force");
		return EXIT_USAGE;
	}
	return -1;
}

int verb_finish(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	const char *reason = NULL;
	bool force = false;
	const struct option_spec options[] = {
		{"force", NULL, N_("open the server although something is missing"), &force, NULL},
		{"reason", "TEXT", N_("why, for the record; with --force"), NULL, &reason},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r < 0)
		r = check_options(force, reason);
	if (r >= 0)
		return r;
	r = situation_gather("", SITUATION_WHOLE, &situation);
	if (r < 0)
		return log_failure("finish", NULL, r);
	situation_ignore_off(&situation);
	if (situation.decision.verdict != VERDICT_SEAL)
		return nothing_to_finish(&situation);
	return finish(&situation.inputs.policy, reason);
}
