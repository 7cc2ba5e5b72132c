// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon status: one screen that tells the truth.
 *
 * What the record says and what the kernel has are two things; both are looked at, each time. Below
 * another root, or for a user who may not ask the kernel, only the record is shown, and that is
 * said.
 */

#include "cli/cli.h"
#include "plan.h"
#include "update/update.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct status {
	struct situation situation;
	bool sealed; /* the verdict, not the health */
	struct seal_plan plan;
	bool inspected; /* could the kernel be asked? */
	struct seal_health health;
	struct seal_counts counts;
	bool listed; /* could the package manager be asked? */
	struct update_list pending;
	struct sentences missing;  /* before finish */
	struct sentences problems; /* what of the configuration and of others was left out */
	struct sentences notes;	   /* what could not be found out */
};

static void status_clear(struct status *status)
{
	situation_clear(&status->situation);
	seal_plan_clear(&status->plan);
	seal_health_clear(&status->health);
	update_list_clear(&status->pending);
	sentences_clear(&status->missing);
	sentences_clear(&status->problems);
	sentences_clear(&status->notes);
}

static void look_at_seal(struct status *status)
{
	_cleanup_free_ char *why = NULL;
	int r = seal_inspect(&status->health, &why);

	status->inspected = r == 0;
	if (r == 0)
		r = seal_count(&status->counts, &why);
	if (r < 0)
		sentences_add(&status->notes, "%s", why ? why : strerror(-r));
}

static void look_at_updates(struct status *status)
{
	const struct update_settings settings = plan_updates(&status->situation.inputs.policy);
	_cleanup_free_ char *why = NULL;
	int r = update_look(&settings, &status->pending, &status->missing, &why);

	status->listed = r == 0;
	if (r < 0)
		sentences_add(&status->missing, "%s", why ? why : strerror(-r));
}

static int gather(const char *root, struct status *status)
{
	int r = situation_gather(root, SITUATION_WHOLE, &status->situation);

	if (r == 0)
		r = situation_problems(&status->situation, &status->problems);
	if (r < 0)
		return r;
	status->sealed = status->situation.decision.verdict == VERDICT_SEAL;
	if (root[0]) {
		sentences_add(&status->notes, "another root: only the record is shown");
		return 0;
	}
	if (geteuid() != 0) {
		sentences_add(&status->notes,
			"only root may ask the kernel for the seal; try sudo cordon status");
		return 0;
	}
	look_at_seal(status);
	if (!status->sealed)
		return 0;
	r = plan_make(&status->situation, &status->plan);
	if (r == 0)
		r = plan_add_sources(&status->plan, &status->notes);
	look_at_updates(status);
	return r;
}

/* What is true of the seal, in one word for programs. */
static const char *seal_word(const struct status *status)
{
	const struct seal_health *health = &status->health;

	if (!status->inspected)
		return "unknown";
	if (!health->base && !health->hold)
		return "none";
	return health->base && health->hold && health->intact ? "intact" : "degraded";
}

static json_t *exceptions_json(const struct seal_plan *plan)
{
	json_t *array = json_exceptions(&plan->in, true);
	const struct exception_list *const outbound[] = {&plan->out, &plan->mirrors};

	for (size_t i = 0; i < ELEMENTS(outbound); i++) {
		json_t *more = json_exceptions(outbound[i], false);

		json_array_extend(array, more);
		json_decref(more);
	}
	return array;
}

static json_t *seal_json(const struct status *status)
{
	const struct seal_health *health = &status->health;

	if (!status->inspected)
		return json_pack("{s:s}", "health", seal_word(status));
	return json_pack("{s:s, s:b, s:b, s:s, s:o}", "health", seal_word(status), "base",
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

	return json_pack(
		"{s:i, s:s, s:s, s:s, s:s*, s:s*, s:i, s:s*, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "phase", phase_name(state->phase), "verdict",
		verdict_name(situation->decision.verdict), "reason",
		reason_code(situation->decision.reason), "recorded_reason", state->reason, "since",
		state->since, "boots", (int)state->boots, "finished_by", state->finished_by, "seal",
		seal_json(status), "packets",
		status->inspected ? packets_json(status) : json_null(), "exceptions",
		looked ? exceptions_json(&status->plan) : json_null(), "pending",
		status->listed ? json_packages(&status->pending) : json_null(), "missing",
		looked ? json_sentences(&status->missing) : json_null(), "notes",
		json_sentences(&status->notes), "configuration_problems",
		json_sentences(&status->problems));
}

static void print_headline(const struct status *status)
{
	const struct situation *situation = &status->situation;
	const struct state *state = &situation->inputs.state;
	const char *word = seal_word(status);

	if (!status->sealed && status->inspected && strcmp(word, "none") != 0)
		printf("To be open (%s), but a seal still stands: cordon finish lifts it.\n",
			reason_text(situation->decision.reason));
	else if (!status->sealed)
		printf("Not cordoned off: %s.\n", reason_text(situation->decision.reason));
	else if (!status->inspected)
		printf("This server is to be cordoned off: %s.\n",
			reason_text(situation->decision.reason));
	else if (strcmp(word, "none") == 0)
		printf("This server is to be cordoned off, but IT IS OPEN: no seal stands.\n");
	else if (!status->health.intact && !status->health.hold)
		printf("This server is to be cordoned off, but IT MAY BE OPEN: its rules were "
		       "changed.\n");
	else
		printf("This server is cordoned off: %s.\n",
			reason_text(situation->decision.reason));
	printf("  %-14s %s", "Phase", phase_name(state->phase));
	if (state->since)
		printf(" since %s", state->since);
	if (state->reason)
		printf(" (%s)", state->reason);
	if (state->boots > 0)
		printf(", %u sealed boot%s", state->boots, state->boots == 1 ? "" : "s");
	putchar('\n');
	if (situation->damage)
		printf("  %-14s %s\n", "Damage", situation->damage);
}

static void print_seal(const struct status *status)
{
	const struct seal_health *health = &status->health;

	printf("  %-14s %s", "Seal", seal_word(status));
	if (status->inspected && (health->base || health->hold))
		printf(" (%s%s%s)", health->base ? "inet cordon" : "",
			health->base && health->hold ? ", inet "
			: health->hold		     ? "inet "
						     : "",
			health->hold_name);
	putchar('\n');
	if (status->sealed)
		print_list("                 ", &health->problems);
	if (status->inspected)
		printf("  %-14s %" PRIu64 " packets in, %" PRIu64 " forwarded, %" PRIu64 " out\n",
			"Refused", status->counts.blocked_in, status->counts.blocked_forward,
			status->counts.refused_out);
}

static void print_text(const struct status *status)
{
	print_headline(status);
	print_seal(status);
	print_exceptions("Open in", &status->plan.in, true);
	print_exceptions("Open out", &status->plan.out, false);
	print_exceptions("Open out", &status->plan.mirrors, false);
	print_list("  Left out: ", &status->problems);
	print_list("  Note: ", &status->notes);
	if (!status->sealed || !status->inspected)
		return;
	if (status->missing.count == 0)
		puts("Nothing known is missing. cordon finish verifies that and opens this "
		     "server.");
	else
		puts("Before cordon finish opens this server:");
	print_list("  - ", &status->missing);
	if (status->pending.count > 0)
		puts("Next: cordon update");
}

int verb_status(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(status_clear) struct status status = {0};
	struct view view = {0};
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = gather(view.root, &status);
	if (r < 0) {
		log_error("status: %s", strerror(-r));
		return EXIT_FAILED;
	}
	if (view.json)
		return print_json(to_json(&status));
	print_text(&status);
	return EXIT_DONE;
}
