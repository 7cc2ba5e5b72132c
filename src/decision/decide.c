// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Read from top to bottom: the first line that matches decides.
 *
 * First what is settled: this boot's command line, and a sound record of this machine. Then doubt,
 * which seals. Then whoever manages the firewall on purpose, as long as no administrator was met.
 * What is left is sealed.
 */

#include "decision/decide.h"

#include "util/cleanup.h"
#include "util/language.h"

#include <string.h>

static const struct {
	const char *code, *clause, *text, *change;
} reasons[REASON_COUNT] = {
	[REASON_SWITCHED_OFF] = {"switched-off", "",
		N_("cordon=off is on the kernel command line of this boot"),
		N_("a boot without cordon=off decides by the record and the facts")},
	[REASON_STATE_DAMAGED] = {"state-damaged", "P3",
		N_("the record of this machine is damaged, so it is treated as not finished"),
		N_("cordon finish writes a new one")},
	[REASON_UNREACHABLE] = {"state-unreachable", "P3",
		N_("the record of this machine cannot be reached, so it is treated as not "
		   "finished"),
		N_("mounting the file system of the record, or cordon finish")},
	[REASON_FINISHED] = {"finished", "P9", N_("an administrator has finished on this machine"),
		N_("cordon reset, for images, begins anew")},
	[REASON_RECORDED_ASIDE] = {"stands-aside", "P12",
		N_("it is on record that cordon stands aside on this machine"),
		N_("cordon reset, for images, begins anew")},
	[REASON_ARM_UNDONE] = {"arm-undone", "",
		N_("cordon arm was not confirmed in time, so it is undone"),
		N_("cordon arm cordons this server again")},
	[REASON_ARMED] = {"armed", "", N_("an administrator cordoned this server on purpose"),
		N_("cordon finish opens this server, or the end of --undo-after unless confirmed")},
	[REASON_MACHINE_UNKNOWN] = {"machine-unknown", "P2",
		N_("this machine has no machine-id, so the record may be another machine's"),
		N_("systemd-machine-id-setup gives it one")},
	[REASON_UNCLEAR] = {"configuration-unclear", "P3",
		N_("something that may have been meant to decide cannot be read or understood"),
		N_("correct what is listed as left out, or run cordon finish")},
	[REASON_TOO_LATE] = {"policy-too-late", "P14",
		N_("an administrator was met, or may have been, before somebody else came to "
		   "manage the firewall"),
		N_("cordon finish opens this server")},
	[REASON_GROUP_POLICY] = {"group-policy", "P14",
		N_("Group Policy decides about this server's firewall"),
		N_("WhenManaged=seal or GroupPolicy=no would have it sealed")},
	[REASON_KICKSTART] = {"kickstart", "P13",
		N_("the Kickstart of its installation decided about this server's firewall"),
		N_("WhenManaged=seal would have it sealed")},
	[REASON_FIREWALL] = {"firewall-managed", "P13",
		N_("somebody manages this server's firewall on purpose"),
		N_("WhenManaged=seal would have it sealed")},
	[REASON_UPGRADED] = {"upgraded", "P12",
		N_("this installation was in use before cordon came to it"),
		N_("cordon reset makes the next boot a first one")},
	[REASON_OTHER_MACHINE] = {"other-machine", "P2",
		N_("the record belongs to another machine: this is a clone, or its machine-id has "
		   "changed"),
		N_("cordon finish opens this server")},
	[REASON_FIRST_BOOT] = {"first-boot", "P2",
		N_("this is the first boot of a new installation"),
		N_("cordon finish opens this server")},
	[REASON_NO_STATE] = {"no-state", "P3",
		N_("there is no record that this machine was ever finished"),
		N_("cordon finish opens this server")},
	[REASON_NOT_FINISHED] = {"not-finished", "P8",
		N_("it was sealed at an earlier time and has not been finished yet"),
		N_("cordon finish opens this server")},
};

const char *reason_code(enum reason reason)
{
	return reasons[reason].code;
}

const char *reason_text(enum reason reason)
{
	return _(reasons[reason].text);
}

const char *reason_clause(enum reason reason)
{
	return reasons[reason].clause;
}

const char *reason_change(enum reason reason)
{
	return _(reasons[reason].change);
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

static bool settle(struct decision *decision, enum verdict verdict, enum reason reason)
{
	*decision = (struct decision){verdict, reason};
	return true;
}

static bool is_of_this_machine(const struct inputs *inputs)
{
	const char *id = inputs->facts.machine_id;

	return id[0] && inputs->state.machine_id && strcmp(inputs->state.machine_id, id) == 0;
}

bool decide_is_sealed_here(const struct inputs *inputs)
{
	return inputs->condition == STATE_OK && inputs->state.phase == PHASE_SEALED &&
	       is_of_this_machine(inputs);
}

bool decide_by_record(const struct inputs *inputs, struct decision *decision)
{
	bool ours = inputs->condition == STATE_OK && is_of_this_machine(inputs);

	if (inputs->policy.off)
		return settle(decision, VERDICT_ASIDE, REASON_SWITCHED_OFF);
	if (inputs->condition == STATE_UNREACHABLE)
		return settle(decision, VERDICT_SEAL, REASON_UNREACHABLE);
	if (inputs->condition != STATE_OK && inputs->condition != STATE_ABSENT)
		return settle(decision, VERDICT_SEAL, REASON_STATE_DAMAGED);
	if (ours && inputs->state.phase == PHASE_FINISHED)
		return settle(decision, VERDICT_OPEN, REASON_FINISHED);
	if (ours && inputs->state.phase == PHASE_ASIDE)
		return settle(decision, VERDICT_ASIDE, REASON_RECORDED_ASIDE);
	if (decide_is_sealed_here(inputs) && inputs->state.arming.by && inputs->undo)
		return settle(decision,
			inputs->state.arming.before == PHASE_FINISHED ? VERDICT_OPEN
								      : VERDICT_ASIDE,
			REASON_ARM_UNDONE);
	return false;
}

/* Nobody can tell whose record this is, so nobody can tell whether this is a first boot either. */
static bool is_nobodys_record(const struct inputs *inputs)
{
	enum phase phase = inputs->state.phase;

	return inputs->condition == STATE_OK && !inputs->facts.machine_id[0] &&
	       phase != PHASE_NONE && phase != PHASE_PENDING;
}

static bool is_unclear(const struct inputs *inputs)
{
	return inputs->policy.unclear || inputs->group_policy.damage.count > 0 ||
	       inputs->kickstart.damage.count > 0;
}

/* Who manages the firewall on purpose, if anybody and if that counts. Not when finishing was
 * interrupted while it handed over: that firewall is what cordon itself brought up. */
static bool is_managed(const struct inputs *inputs, enum reason *reason)
{
	if (inputs->policy.when_managed.value != WHEN_MANAGED_STAND_ASIDE ||
		(decide_is_sealed_here(inputs) && inputs->state.handed.to))
		return false;
	if (inputs->group_policy.decided)
		*reason = REASON_GROUP_POLICY;
	else if (inputs->kickstart.decided)
		*reason = REASON_KICKSTART;
	else if (inputs->facts.managed.count > 0)
		*reason = REASON_FIREWALL;
	else
		return false;
	return true;
}

/* On record for this machine; or now, whether or not the seal could be put on record. Logins that
 * cannot be read may be of one. */
static bool may_have_met_administrator(const struct inputs *inputs)
{
	return inputs->facts.administrators.count > 0 || inputs->facts.unread_logins.count > 0 ||
	       (decide_is_sealed_here(inputs) && inputs->state.met);
}

static enum reason reason_to_seal(const struct inputs *inputs)
{
	if (inputs->condition != STATE_OK || inputs->state.phase == PHASE_NONE)
		return REASON_NO_STATE;
	if (inputs->state.phase == PHASE_PENDING)
		return REASON_FIRST_BOOT;
	return decide_is_sealed_here(inputs) ? REASON_NOT_FINISHED : REASON_OTHER_MACHINE;
}

struct decision decide(const struct inputs *inputs)
{
	struct decision decision;
	enum reason managed;

	if (decide_by_record(inputs, &decision))
		return decision;
	if (is_nobodys_record(inputs))
		return (struct decision){VERDICT_SEAL, REASON_MACHINE_UNKNOWN};
	/* On purpose, so nobody else's decision counts. */
	if (decide_is_sealed_here(inputs) && inputs->state.arming.by)
		return (struct decision){VERDICT_SEAL, REASON_ARMED};
	if (is_unclear(inputs))
		return (struct decision){VERDICT_SEAL, REASON_UNCLEAR};
	if (is_managed(inputs, &managed)) {
		if (may_have_met_administrator(inputs))
			return (struct decision){VERDICT_SEAL, REASON_TOO_LATE};
		return (struct decision){VERDICT_ASIDE, managed};
	}
	if (inputs->condition == STATE_ABSENT && inputs->facts.earlier_boots.count > 0)
		return (struct decision){VERDICT_ASIDE, REASON_UPGRADED};
	return (struct decision){VERDICT_SEAL, reason_to_seal(inputs)};
}
