// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A package that asks for a reboot at every boot must not have a server reboot for ever, with
 * nobody there to see it. The count is on disk before the machine goes down.
 */

#include "lifecycle/reboot.h"

#include "decision/situation.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/json.h"
#include "util/lock.h"
#include "util/unit.h"

#include <errno.h>

static json_t *describe(unsigned int count, const struct strv *reasons)
{
	return json_pack("{s:i, s:o}", "count", (int)count, "reasons", json_sentences(reasons));
}

static int record(const struct strv *reasons, char **why)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_close_ int lock = lock_take();
	struct state *state = &situation.inputs.state;
	int r = situation_gather("", SITUATION_NEEDED, &situation);

	if (r < 0)
		return r;
	if (!situation_continues(&situation) || situation.decision.verdict != VERDICT_SEAL)
		return fail(why, EPERM, "not rebooted: this server is not on record as sealed");
	if (state->reboots >= REBOOTS_MAX) {
		fail(why, ELOOP,
			"not rebooted again: this server was rebooted %u times already, and yet it "
			"needs another; see what asks for it, reboot it yourself, then run cordon "
			"finish",
			state->reboots);
		return 1;
	}
	state->reboots++;
	r = state_save("", state, why);
	return r < 0 ? r : history_append("", "rebooting", describe(state->reboots, reasons), why);
}

int reboot_run(const struct strv *reasons, char **why)
{
	int r = record(reasons, why);

	return r != 0 ? r : unit_call(UNIT_START_FOR_GOOD, "reboot.target", false, why);
}
