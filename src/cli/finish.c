// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon finish: the way out.
 */

#include "lifecycle/finish.h"
#include "cli/cli.h"
#include "decision/plan.h"
#include "seal/seal.h"
#include "util/caller.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/log.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REASON_MAX 1000

/* Whoever administers it over the network alone may have meant to be able to go on. */
static void warn_of_locking_out(const struct inputs *inputs, const struct handover *handover)
{
	const struct exception_list *remote = &inputs->facts.remote;

	if (handover->to == ON_FINISH_OPEN || remote->count == 0)
		return;
	for (size_t i = 0; i < handover->allow.count; i++)
		for (size_t k = 0; k < remote->count; k++)
			if (handover->allow.items[i].protocol == IPPROTO_TCP &&
				handover->allow.items[i].first <= remote->items[k].first &&
				handover->allow.items[i].last >= remote->items[k].first)
				return;
	log_warning("finish: %s admits nobody to %u/tcp, by which this server is administered; "
		    "from its console, %s itself can change that",
		handover_name(handover->to), remote->items[0].first, handover_name(handover->to));
}

static void tell_end(const struct handover *handover)
{
	if (handover->to == ON_FINISH_OPEN) {
		puts(_("The seal is lifted. This server answers the network again, and cordon has "
		       "ended."));
		return;
	}
	printf(_("The seal is lifted, %s has taken over, and cordon has ended. Admitted:\n"),
		handover_name(handover->to));
	if (handover->allow.count == 0)
		puts(_("  nothing"));
	for (size_t i = 0; i < handover->allow.count; i++) {
		_cleanup_free_ char *what = exception_describe(&handover->allow.items[i], true);

		printf("  %s\n", what ? what : "?");
	}
}

static int finish(
	const struct situation *situation, const struct handover *handover, const char *reason)
{
	const struct policy *policy = &situation->inputs.policy;
	_cleanup_(strv_clear) struct strv missing = {0}, warnings = {0};
	_cleanup_free_ char *why = NULL, *by = caller_name();
	const struct finish_request request = {
		.by = by ? by : "unknown",
		.forced = reason,
		.handover = handover,
		.settings = plan_updates(policy),
		.audience = waiting_audience(),
	};
	int r;

	warn_of_locking_out(&situation->inputs, handover);
	/* Where that fails the mirrors cannot be reached, which is then what is missing. */
	if (plan_join_updater(policy, &why) < 0)
		log_warning("finish: %s", why ? why : _("systemd could not be asked"));
	free(TAKE_PTR(why));
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
	write_metrics_textfile(false);
	if (missing.count > 0)
		puts(_("Finished by force. This is on record as not done:"));
	print_list("  - ", &missing);
	tell_end(handover);
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

static int check(const struct finish_given *given)
{
	const char *reason = given->reason;

	if (given->force && (!reason || strspn(reason, " \t") == strlen(reason))) {
		log_error("finish: --force needs --reason=TEXT; the text goes on record");
		return EXIT_USAGE;
	}
	if (given->force && (strlen(reason) > REASON_MAX || !is_utf8(reason))) {
		log_error("finish: --reason: not UTF-8 text of at most %d bytes", REASON_MAX);
		return EXIT_USAGE;
	}
	if (!given->force && reason) {
		log_error("finish: --reason goes with --force");
		return EXIT_USAGE;
	}
	return -1;
}

int finish_parse(const struct verb *verb, int argc, char **argv, struct finish_given *given)
{
	const struct option_spec options[] = {
		{"force", NULL, N_("open the server although something is missing"), &given->force,
			NULL},
		{"reason", "TEXT", N_("why, for the record; with --force"), NULL, &given->reason},
		{"handover", "FIREWALL", N_("ufw, firewalld or nftables takes over; or open"), NULL,
			&given->to},
		{"allow", "PORTS", N_("what it admits: 22/tcp,443/tcp, remote-admin"), NULL,
			&given->allow},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	return r < 0 ? check(given) : r;
}

int verb_finish(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(handover_clear) struct handover handover = {0};
	_cleanup_free_ char *why = NULL;
	struct finish_given given = {0};
	int r = finish_parse(verb, argc, argv, &given);

	if (r >= 0)
		return r;
	r = situation_gather("", SITUATION_WHOLE, &situation);
	if (r < 0)
		return log_failure("finish", NULL, r);
	situation_ignore_off(&situation);
	if (situation.decision.verdict != VERDICT_SEAL)
		return nothing_to_finish(&situation);
	r = handover_choose(&situation, given.to, given.allow, &handover, &why);
	if (r < 0) {
		log_failure("finish", why, r);
		return r == -EINVAL && (given.to || given.allow) ? EXIT_USAGE : EXIT_FAILED;
	}
	return finish(&situation, &handover, given.reason);
}
