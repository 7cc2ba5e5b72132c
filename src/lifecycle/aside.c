// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What was decided without anybody's cordon finish: to stand aside, or to undo cordon arm.
 *
 * Decided once, for good: whoever manages the firewall today may switch it off tomorrow, and cordon
 * must not come back then.
 *
 * The record comes first, as in finish.c. Unlike there, a full disk does not keep the seal up: what
 * was decided from files will be decided from them again, and this server's firewall is managed.
 * (Where the place of the record is not there at all, decide() never comes to this.)
 */

#include "lifecycle/aside.h"

#include "lifecycle/units.h"
#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

/* A sealed machine's record goes on; anybody else's is begun anew. */
static int fill_record(const struct situation *situation, struct state *state)
{
	const struct inputs *inputs = &situation->inputs;
	int r = 0;

	if (situation_continues(situation))
		r = state_copy(state, &inputs->state);
	arming_clear(&state->arming);
	if (r == 0)
		r = state_enter(state,
			situation->decision.verdict == VERDICT_OPEN ? EVENT_FINISH
								    : EVENT_STAND_ASIDE,
			reason_code(situation->decision.reason));
	return r < 0 ? r : state_set(&state->machine_id, inputs->facts.machine_id);
}

static int record(const struct situation *situation, char **why)
{
	_cleanup_(state_clear) struct state state = {0};
	const char *reason = reason_code(situation->decision.reason);
	const char *event =
		situation->decision.reason == REASON_ARM_UNDONE ? "disarmed" : "stood-aside";
	int r;

	if (!situation->inputs.facts.machine_id[0])
		return fail(why, ENOENT, "/etc/machine-id holds no machine-id");
	r = fill_record(situation, &state);
	if (r == 0)
		r = state_save("", &state, why);
	return r < 0 ? r : history_append("", event, json_pack("{s:s}", "reason", reason), why);
}

int aside_run(const struct situation *situation, char **why)
{
	_cleanup_free_ char *detail = NULL, *unrecorded = NULL;
	int r = 0;

	if (!situation_is_settled(situation))
		r = record(situation, &unrecorded);
	if (r < 0)
		fail(why, -r, "it could not be recorded that cordon stands aside: %s",
			unrecorded ? unrecorded : strerror(-r));
	r = seal_lift(&detail);
	if (r < 0)
		return fail(why, -r, "%s, but: %s", reason_text(situation->decision.reason),
			detail ? detail : strerror(-r));
	/* The unit must not stop itself while it starts. */
	units_stop(!seal_in_unit());
	return 0;
}
