// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon status: one screen that tells the truth.
 */

#include "report/status.h"
#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/language.h"

#include <stdio.h>
#include <unistd.h>

static json_t *seal_json(const struct status *status)
{
	const struct seal_health *health = &status->health;

	if (!status->inspected)
		return json_pack("{s:s}", "health", status_seal(status));
	return json_pack("{s:s, s:b, s:b, s:s, s:o}", "health", status_seal(status), "base",
		health->base, "hold", health->hold, "hold_name", health->hold_name, "problems",
		json_sentences(&health->problems));
}

static json_t *packets_json(const struct status *status)
{
	return json_pack("{s:I, s:I, s:I}", "blocked_in", (json_int_t)status->counts.blocked_in,
		"blocked_forward", (json_int_t)status->counts.blocked_forward, "refused_out",
		(json_int_t)status->counts.refused_out);
}

/* What was not looked at is null: an empty list would be a statement. */
static json_t *to_json(const struct status *status)
{
	const struct situation *situation = &status->situation;
	const struct state *state = &situation->inputs.state;
	bool looked = status->inspected && status->sealed;

	return json_pack("{s:i, s:s, s:s, s:s, s:s*, s:s*, s:i, s:s*, s:o, s:o, s:o, s:o, s:o, "
			 "s:o, s:o, s:o}",
		"schema", 1, "phase", phase_name(state->phase), "verdict",
		verdict_name(situation->decision.verdict), "reason",
		reason_code(situation->decision.reason), "recorded_reason", state->reason, "since",
		state->since, "boots", (int)state->boots, "finished_by", state->finished_by, "seal",
		seal_json(status), "packets",
		status->inspected ? packets_json(status) : json_null(), "blocked",
		status->tallied ? json_blocked(&status->blocked) : json_null(), "exceptions",
		looked ? json_plan(&status->plan) : json_null(), "pending",
		status->listed ? json_packages(&status->pending) : json_null(), "missing",
		looked ? json_missing(status) : json_null(), "notes",
		json_sentences(&status->notes), "configuration_problems",
		json_sentences(&status->problems));
}

static void print_verdict(const struct status *status)
{
	const struct situation *situation = &status->situation;
	const char *because = reason_text(situation->decision.reason);
	const struct seal_health *health = &status->health;
	bool stands = health->base || health->hold;

	if (!status->sealed && status->inspected && stands)
		printf(_("To be open (%s), but a seal still stands: cordon finish lifts it.\n"),
			because);
	else if (!status->sealed)
		printf(_("Not cordoned off: %s.\n"), because);
	else if (!status->inspected)
		printf(_("This server is to be cordoned off: %s.\n"), because);
	else if (!stands)
		puts(_("This server is to be cordoned off, but IT IS OPEN: no seal stands."));
	else if (!health->intact && !health->hold)
		puts(_("This server is to be cordoned off, but IT MAY BE OPEN: its rules were "
		       "changed."));
	else
		printf(_("This server is cordoned off: %s.\n"), because);
}

static void print_headline(const struct status *status)
{
	const struct situation *situation = &status->situation;
	const struct state *state = &situation->inputs.state;

	print_verdict(status);
	print_label(_("Phase"));
	fputs(phase_name(state->phase), stdout);
	if (state->since)
		printf(_(" since %s"), state->since);
	if (state->reason)
		printf(" (%s)", state->reason);
	if (state->boots > 0)
		printf(P_(", %u sealed boot", ", %u sealed boots", state->boots), state->boots);
	putchar('\n');
	if (situation->damage) {
		print_label(_("Damage"));
		puts(situation->damage);
	}
}

static void print_seal(const struct status *status)
{
	const struct seal_health *health = &status->health;

	print_label(_("Seal"));
	fputs(_(status_seal(status)), stdout);
	if (status->inspected && (health->base || health->hold))
		printf(" (%s%s%s)", health->base ? "inet cordon" : "",
			health->base && health->hold ? ", inet "
			: health->hold		     ? "inet "
						     : "",
			health->hold_name);
	putchar('\n');
	if (status->sealed)
		print_list("                 ", &health->problems);
	if (!status->inspected)
		return;
	print_label(_("Refused"));
	printf(_("%llu packets in, %llu forwarded, %llu out\n"),
		(unsigned long long)status->counts.blocked_in,
		(unsigned long long)status->counts.blocked_forward,
		(unsigned long long)status->counts.refused_out);
}

static void print_text(const struct status *status)
{
	print_headline(status);
	print_seal(status);
	/* On a machine that is open, only if there is something to tell. */
	if (status->tallied && (status->sealed || status->blocked.packets > 0))
		print_blocked(&status->blocked);
	print_exceptions(_("Open in"), &status->plan.in, true);
	print_exceptions(_("Open out"), &status->plan.out, false);
	print_exceptions(_("Open out"), &status->plan.mirrors, false);
	print_list(_("  Left out: "), &status->problems);
	print_list(_("  Note: "), &status->notes);
	if (!status->sealed || !status->inspected)
		return;
	if (status->missing.count + status->reboot.count == 0)
		puts(_("Nothing known is missing. cordon finish verifies that and opens this "
		       "server."));
	else
		puts(_("Before cordon finish opens this server:"));
	print_list("  - ", &status->missing);
	print_list("  - ", &status->reboot);
	if (status->pending.count > 0)
		puts(_("Next: cordon update"));
}

int verb_status(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(status_clear) struct status status = {0};
	struct view view = {0};
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = status_gather(view.root, 0, &status);
	if (r < 0)
		return log_failure("status", NULL, r);
	if (view.json)
		return print_json(to_json(&status));
	print_text(&status);
	return EXIT_DONE;
}
