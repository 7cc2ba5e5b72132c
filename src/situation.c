// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Input first, then the pure decision. The only place that does both.
 */

#include "situation.h"

#include "util/cleanup.h"

int situation_gather(const char *root, struct situation *situation)
{
	_cleanup_(situation_clear) struct situation result = {0};
	int r;

	r = policy_load(root, &result.inputs.policy);
	if (r == 0)
		r = facts_gather(root, &result.inputs.facts);
	if (r == 0)
		r = state_load(root, &result.inputs.state, &result.damage);
	if (r < 0)
		return r;
	result.inputs.condition = (enum state_condition)r;
	result.decision = decide(&result.inputs);
	*situation = result;
	result = (struct situation){0};
	return 0;
}

void situation_clear(struct situation *situation)
{
	policy_clear(&situation->inputs.policy);
	facts_clear(&situation->inputs.facts);
	state_clear(&situation->inputs.state);
	free(situation->damage);
	situation->damage = NULL;
}
