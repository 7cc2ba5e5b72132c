// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon explain: the decision, input by input, each with where it came from.
 */

#include "cli/cli.h"
#include "situation.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <stdio.h>
#include <string.h>

static const char *const condition_names[] = {
	[STATE_OK] = "sound",
	[STATE_ABSENT] = "absent",
	[STATE_DAMAGED] = "damaged",
	[STATE_UNREACHABLE] = "unreachable",
};

/* What can be chosen in cordon.conf(5), in its order. */
struct choice_row {
	const char *label, *member;
	const struct choice *choice;
};

#define CHOICES 10

static void list_choices(const struct policy *policy, struct choice_row rows[static CHOICES])
{
	const struct choice_row list[CHOICES] = {
		{"egress", "egress", &policy->egress},
		{"updates", "updates", &policy->updates},
		{"mode", "mode", &policy->mode},
		{"reboot", "reboot", &policy->reboot},
		{"prefetch", "prefetch", &policy->prefetch},
		{"remote admin", "remote_admin", &policy->remote_admin},
		{"when managed", "when_managed", &policy->when_managed},
		{"group policy", "group_policy", &policy->group_policy},
		{"profile", "group_policy_profile", &policy->group_policy_profile},
		{"assistant", "login", &policy->login},
	};

	memcpy(rows, list, sizeof(list));
}

static json_t *decision_json(const struct decision *decision)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "verdict", verdict_name(decision->verdict),
		"reason", reason_code(decision->reason), "clause", reason_clause(decision->reason),
		"text", reason_text(decision->reason), "change", reason_change(decision->reason));
}

static json_t *state_json(const struct situation *situation)
{
	const struct state *state = &situation->inputs.state;

	return json_pack("{s:s, s:s, s:s*, s:s*, s:s*, s:s*, s:s*}", "condition",
		condition_names[situation->inputs.condition], "phase", phase_name(state->phase),
		"recorded_reason", state->reason, "machine_id", state->machine_id, "since",
		state->since, "met", state->met, "damage", situation->damage);
}

static json_t *facts_json(const struct facts *facts)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "machine_id",
		facts->machine_id, "earlier_boots", json_findings(&facts->earlier_boots),
		"stateless", json_findings(&facts->stateless), "managed",
		json_findings(&facts->managed), "as_shipped", json_findings(&facts->as_shipped),
		"unattended", json_findings(&facts->unattended), "remote",
		json_exceptions(&facts->remote, true), "administrators",
		json_findings(&facts->administrators), "storage",
		json_exceptions(&facts->storage, false));
}

static json_t *others_json(const struct inputs *inputs)
{
	const struct group_policy *group_policy = &inputs->group_policy;
	const struct kickstart *kickstart = &inputs->kickstart;

	return json_pack("{s:{s:b, s:s*, s:s*, s:o, s:o}, s:{s:b, s:s*, s:s*, s:o}}",
		"group_policy", "decided", group_policy->decided, "decision",
		group_policy->decision.what, "source", group_policy->decision.source, "files",
		json_findings(&group_policy->files), "allow",
		json_exceptions(&group_policy->allow, true), "kickstart", "decided",
		kickstart->decided, "decision", kickstart->decision.what, "source",
		kickstart->decision.source, "allow", json_exceptions(&kickstart->allow, true));
}

static json_t *policy_json(const struct policy *policy)
{
	struct choice_row rows[CHOICES];
	json_t *object = json_pack("{s:b, s:o, s:o, s:o, s:b, s:b, s:{s:i, s:s}, s:o}", "off",
		policy->off, "allow", json_exceptions(&policy->allow, true), "egress_allow",
		json_exceptions(&policy->egress_allow, false), "from",
		json_sentences(&policy->from), "narrowed", policy->narrowed, "unclear",
		policy->unclear, "max_age", "value", (int)policy->max_age, "source",
		policy->max_age_source, "admin_groups", json_findings(&policy->admin_groups));

	list_choices(policy, rows);
	for (size_t i = 0; object && i < CHOICES; i++)
		json_object_set_new(object, rows[i].member,
			json_pack("{s:s, s:s}", "value", rows[i].choice->name, "source",
				rows[i].choice->source));
	return object;
}

static json_t *to_json(const struct situation *situation, const struct sentences *problems)
{
	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "schema", 2, "decision",
		decision_json(&situation->decision), "state", state_json(situation), "facts",
		facts_json(&situation->inputs.facts), "others", others_json(&situation->inputs),
		"policy", policy_json(&situation->inputs.policy), "problems",
		json_sentences(problems));
}

static void print_list_or_none(const char *label, const struct exception_list *list, bool inbound)
{
	if (list->count == 0)
		printf("  %-14s none\n", label);
	print_exceptions(label, list, inbound);
}

/* A sound record need not be one: its stamp stands in for it where there is none. */
static const char *place_of_record(const struct situation *situation, const char *root)
{
	bool is_stamp =
		situation->inputs.condition == STATE_OK && !file_exists_in(root, STATE_FILE);

	return is_stamp ? STAMP_FILE : STATE_FILE;
}

static void print_state(const struct situation *situation, const char *root)
{
	const struct state *state = &situation->inputs.state;

	printf("State (%s)\n  %-14s %s\n", place_of_record(situation, root), "record",
		condition_names[situation->inputs.condition]);
	if (situation->damage)
		printf("  %-14s %s\n", "damage", situation->damage);
	printf("  %-14s %s%s%s\n", "phase", phase_name(state->phase), state->since ? " since " : "",
		state->since ? state->since : "");
	if (state->reason)
		printf("  %-14s %s\n", "reason", state->reason);
	printf("  %-14s %s\n", "machine-id", state->machine_id ? state->machine_id : "none");
	if (state->met)
		printf("  %-14s %s\n", "met", state->met);
}

static void print_facts(const struct facts *facts)
{
	printf("\nFacts\n  %-14s %s (/etc/machine-id)\n", "machine-id",
		facts->machine_id[0] ? facts->machine_id : "none");
	print_findings("earlier boots", &facts->earlier_boots);
	if (facts->stateless.count > 0)
		print_findings("root", &facts->stateless);
	print_findings("managed", &facts->managed);
	print_findings("as shipped", &facts->as_shipped);
	print_findings("unattended", &facts->unattended);
	print_list_or_none("remote admin", &facts->remote, true);
	print_findings("administrators", &facts->administrators);
	print_list_or_none("storage", &facts->storage, false);
}

static void print_decided(const char *label, bool decided, const struct finding *decision)
{
	if (decided)
		printf("  %-14s %s (%s)\n", label, decision->what, decision->source);
	else
		printf("  %-14s does not decide\n", label);
}

static void print_others(const struct inputs *inputs)
{
	puts("\nOthers who may decide");
	print_decided("Group Policy", inputs->group_policy.decided, &inputs->group_policy.decision);
	print_findings("its files", &inputs->group_policy.files);
	print_list_or_none("it allows", &inputs->group_policy.allow, true);
	print_decided("Kickstart", inputs->kickstart.decided, &inputs->kickstart.decision);
	print_list_or_none("it allows", &inputs->kickstart.allow, true);
}

static void print_from(const struct policy *policy)
{
	if (policy->narrowed && policy->from.count == 0)
		printf("  %-14s nowhere\n", "remote from");
	for (size_t i = 0; i < policy->from.count; i++)
		printf("  %-14s %s\n", i == 0 ? "remote from" : "", policy->from.items[i]);
}

static void print_policy(const struct policy *policy)
{
	struct choice_row rows[CHOICES];

	puts("\nPolicy");
	if (policy->off)
		printf("  %-14s %s\n", "cordon=off", "(kernel command line)");
	list_choices(policy, rows);
	for (size_t i = 0; i < CHOICES; i++)
		printf("  %-14s %s (%s)\n", rows[i].label,
			rows[i].choice->value == GROUP_POLICY_FOLDER &&
					policy->group_policy_folder &&
					rows[i].choice == &policy->group_policy
				? policy->group_policy_folder
				: rows[i].choice->name,
			rows[i].choice->source);
	if (policy->max_age > 0)
		printf("  %-14s %u hours (%s)\n", "max age", policy->max_age / 3600,
			policy->max_age_source);
	else
		printf("  %-14s any (%s)\n", "max age", policy->max_age_source);
	print_findings("admin groups", &policy->admin_groups);
	print_list_or_none("allowed in", &policy->allow, true);
	print_from(policy);
	print_list_or_none("allowed out", &policy->egress_allow, false);
}

static void print_text(
	const struct situation *situation, const struct sentences *problems, const char *root)
{
	const struct decision *decision = &situation->decision;
	const char *clause = reason_clause(decision->reason);

	printf("Verdict: %s\nBecause: %s [%s%s%s]\nChange:  %s\n\n",
		verdict_name(decision->verdict), reason_text(decision->reason),
		reason_code(decision->reason), *clause ? ", " : "", clause,
		reason_change(decision->reason));
	print_state(situation, root);
	print_facts(&situation->inputs.facts);
	print_others(&situation->inputs);
	print_policy(&situation->inputs.policy);
	if (problems->count > 0)
		puts("\nLeft out, because it could not be read, understood or kept:");
	print_list("  ", problems);
}

int verb_explain(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(sentences_clear) struct sentences problems = {0};
	struct view view = {0};
	int r = options_parse_view(verb, argc, argv, &view);

	if (r >= 0)
		return r;
	r = situation_gather(view.root, SITUATION_WHOLE, &situation);
	if (r == 0)
		r = situation_problems(&situation, &problems);
	if (r < 0)
		return log_failure("explain", NULL, r);
	if (view.json)
		return print_json(to_json(&situation, &problems));
	print_text(&situation, &problems, view.root);
	return EXIT_DONE;
}
