// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Input first, then the pure decision. The only place that does both.
 *
 * A finished machine's boot must not pay for facts that cannot change anything, and whatever is
 * wrong with them must not be in its way: there the record is all that is looked at.
 */

#include "decision/situation.h"

#include "util/cleanup.h"

static int gather_record(const char *root, struct situation *situation)
{
	int r = policy_load(root, &situation->inputs.policy);

	facts_identify(root, &situation->inputs.facts);
	if (r == 0)
		r = state_load(root, &situation->inputs.state, &situation->damage);
	if (r < 0)
		return r;
	situation->inputs.condition = (enum state_condition)r;
	situation->inputs.undo =
		arming_is_over(&situation->inputs.state.arming, situation->inputs.facts.boot_id);
	return 0;
}

static int gather_others(const char *root, struct inputs *inputs)
{
	const struct policy *policy = &inputs->policy;
	int r = 0;

	if (policy->group_policy.value != GROUP_POLICY_NO)
		r = group_policy_load(root, policy->group_policy.folder,
			(enum group_policy_profile)policy->group_policy_profile.value,
			&inputs->group_policy);
	return r < 0 ? r : kickstart_load(root, &inputs->kickstart);
}

int situation_gather(const char *root, enum situation_depth depth, struct situation *situation)
{
	_cleanup_(situation_clear) struct situation result = {0};
	struct inputs *inputs = &result.inputs;
	int r = gather_record(root, &result);

	if (r == 0 && (depth == SITUATION_WHOLE || !decide_by_record(inputs, &result.decision))) {
		r = gather_others(root, inputs);
		if (r == 0)
			r = facts_gather(root,
				inputs->state.phase == PHASE_SEALED ? inputs->state.since : NULL,
				&inputs->policy.admin_groups,
				/* They count for nothing where there is a record. */
				depth == SITUATION_WHOLE || inputs->condition == STATE_ABSENT,
				&inputs->facts);
		result.decision = decide(inputs);
	}
	if (r < 0)
		return r;
	*situation = result;
	result = (struct situation){0};
	return 0;
}

void situation_ignore_off(struct situation *situation)
{
	situation->inputs.policy.off = false;
	situation->decision = decide(&situation->inputs);
}

bool situation_is_settled(const struct situation *situation)
{
	struct decision decision;

	return situation->decision.verdict != VERDICT_SEAL &&
	       situation->decision.reason != REASON_ARM_UNDONE &&
	       decide_by_record(&situation->inputs, &decision);
}

bool situation_continues(const struct situation *situation)
{
	return decide_is_sealed_here(&situation->inputs);
}

int situation_problems(const struct situation *situation, struct strv *problems)
{
	const struct inputs *inputs = &situation->inputs;
	const struct strv *lists[] = {&inputs->policy.problems, &inputs->group_policy.damage,
		&inputs->group_policy.problems, &inputs->kickstart.damage,
		&inputs->kickstart.problems, &inputs->facts.problems};
	int r = 0;

	for (size_t i = 0; i < ELEMENTS(lists); i++)
		for (size_t k = 0; r == 0 && k < lists[i]->count; k++)
			r = strv_addf(problems, "%s", lists[i]->items[k]);
	return r;
}

void situation_clear(struct situation *situation)
{
	policy_clear(&situation->inputs.policy);
	group_policy_clear(&situation->inputs.group_policy);
	kickstart_clear(&situation->inputs.kickstart);
	facts_clear(&situation->inputs.facts);
	state_clear(&situation->inputs.state);
	free(situation->damage);
	situation->damage = NULL;
}
