// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read from top to bottom: the first line that matches decides.
 */

#include "decide.h"

#include <string.h>

static const struct {
	const char *code, *text;
} reasons[REASON_COUNT] = {
	[REASON_STATE_DAMAGED] = {"state-damaged",
		"the record of this machine is damaged, so it is "
		"treated as not finished"},
	[REASON_NO_STATE] = {"no-state", "there is no record that this machine was ever finished"},
	[REASON_FIRST_BOOT] = {"first-boot", "this is the first boot of a new installation"},
	[REASON_MACHINE_UNKNOWN] = {"machine-unknown", "this machine has no machine-id, so the "
						       "record may be another machine's"},
	[REASON_OTHER_MACHINE] = {"other-machine", "the record belongs to another machine: this is "
						   "a clone, or its machine-id has changed"},
	[REASON_NOT_FINISHED] = {"not-finished", "it was sealed at an earlier time and has not been finished yet"},
	[REASON_FINISHED] = {"finished", "an administrator has finished on this machine"},
	[REASON_ASIDE] = {"installed-on-running-system",
		"cordon was installed on a running system, not on a new one"},
};

const char *reason_code(enum reason reason)
{
	return reasons[reason].code;
}

const char *reason_text(enum reason reason)
{
	return reasons[reason].text;
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_SEAL] = "seal",
		[VERDICT_OPEN] = "open",
		[VERDICT_ASIDE] = "aside",
	};
	return names[verdict];
}

static bool is_of_this_machine(const struct inputs *inputs)
{
	return inputs->state.machine_id &&
	       strcmp(inputs->state.machine_id, inputs->facts.machine_id) == 0;
}

struct decision decide(const struct inputs *inputs)
{
	if (inputs->condition == STATE_DAMAGED)
		return (struct decision){VERDICT_SEAL, REASON_STATE_DAMAGED};
	if (inputs->condition != STATE_OK || inputs->state.phase == PHASE_NONE)
		return (struct decision){VERDICT_SEAL, REASON_NO_STATE};
	if (inputs->state.phase == PHASE_PENDING)
		return (struct decision){VERDICT_SEAL, REASON_FIRST_BOOT};
	if (!inputs->facts.machine_id[0])
		return (struct decision){VERDICT_SEAL, REASON_MACHINE_UNKNOWN};
	if (!is_of_this_machine(inputs))
		return (struct decision){VERDICT_SEAL, REASON_OTHER_MACHINE};
	if (inputs->state.phase == PHASE_FINISHED)
		return (struct decision){VERDICT_OPEN, REASON_FINISHED};
	if (inputs->state.phase == PHASE_ASIDE)
		return (struct decision){VERDICT_ASIDE, REASON_ASIDE};
	return (struct decision){VERDICT_SEAL, REASON_NOT_FINISHED};
}
