// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon explain: the decision, input by input, each with where it came from.
 */

#include "cli/cli.h"
#include "situation.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/log.h"

#include <stdio.h>
#include <string.h>

static const char *const condition_names[] = {
	[STATE_OK] = "sound",
	[STATE_ABSENT] = "absent",
	[STATE_DAMAGED] = "damaged",
};

static json_t *to_json(const struct situation *situation)
{
	const struct inputs *inputs = &situation->inputs;
	const struct policy *policy = &inputs->policy;

	return json_pack("{s:i, s:{s:s, s:s, s:s},"
			 " s:{s:s, s:s, s:s*, s:s*, s:s*},"
			 " s:{s:s, s:o},"
			 " s:{s:{s:s, s:s}, s:o, s:o, s:o}}",
		"schema", 1, "decision", "verdict", verdict_name(situation->decision.verdict),
		"reason", reason_code(situation->decision.reason), "text",
		reason_text(situation->decision.reason), "state", "condition",
		condition_names[inputs->condition], "phase", phase_name(inputs->state.phase),
		"machine_id", inputs->state.machine_id, "since", inputs->state.since, "damage",
		situation->damage, "facts", "machine_id", inputs->facts.machine_id, "storage",
		json_exceptions(&inputs->facts.storage, false), "policy", "egress", "value",
		policy->egress.name, "source", policy->egress.source, "allow",
		json_exceptions(&policy->allow, true), "egress_allow",
		json_exceptions(&policy->egress_allow, false), "problems",
		json_sentences(&policy->problems));
}

static void print_list_or_none(const char *label, const struct exception_list *list, bool inbound)
{
	if (list->count == 0)
		printf("  %-12s none\n", label);
	print_exceptions(label, list, inbound);
}

static void print_text(const struct situation *situation)
{
	const struct inputs *inputs = &situation->inputs;
	const struct state *state = &inputs->state;

	printf("Verdict: %s\nBecause: %s [%s]\n\n", verdict_name(situation->decision.verdict),
		reason_text(situation->decision.reason), reason_code(situation->decision.reason));
	printf("State (%s)\n  %-12s %s\n", STATE_FILE, "record",
		condition_names[inputs->condition]);
	if (situation->damage)
		printf("  %-12s %s\n", "damage", situation->damage);
	printf("  %-12s %s%s%s\n", "phase", phase_name(state->phase), state->since ? " since " : "",
		state->since ? state->since : "");
	printf("  %-12s %s\n\nFacts\n", "machine-id",
		state->machine_id ? state->machine_id : "none");
	printf("  %-12s %s (/etc/machine-id)\n", "machine-id",
		inputs->facts.machine_id[0] ? inputs->facts.machine_id : "none");
	print_list_or_none("storage", &inputs->facts.storage, false);
	printf("\nPolicy\n  %-12s %s (%s)\n", "egress", inputs->policy.egress.name,
		inputs->policy.egress.source);
	print_list_or_none("allowed in", &inputs->policy.allow, true);
	print_list_or_none("allowed out", &inputs->policy.egress_allow, false);
	if (inputs->policy.problems.count > 0)
		puts("\nLeft out, because it could not be read or understood:");
	print_list("  ", &inputs->policy.problems);
}

int verb_explain(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	struct view view = {0};
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = situation_gather(view.root, &situation);
	if (r < 0) {
		log_error("explain: %s", strerror(-r));
		return EXIT_FAILED;
	}
	if (view.json)
		return print_json(to_json(&situation));
	print_text(&situation);
	return EXIT_DONE;
}
