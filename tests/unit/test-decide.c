// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decide: the table to be read beside the clauses of Post-Setup Security Updates, P1 to P19, and
 * then every combination of inputs there is.
 *
 * P4 to P7 and P11 are about what cordon shows; P15 to P17 about exceptions, which are no part of
 * the verdict (see test-plan.c).
 */

#include "tree.h"

#include "decision/decide.h"

#include <string.h>

#define OURS   "0123456789abcdef0123456789abcdef"
#define THEIRS "fedcba9876543210fedcba9876543210"

/* What else is true, or wanted. */
enum {
	OFF = 1 << 0,		   /* cordon=off */
	UNCLEAR = 1 << 1,	   /* a setting was left out that may have been about this */
	GROUP_POLICY = 1 << 2,	   /* EnableFirewall is there */
	GROUP_POLICY_BAD = 1 << 3, /* a policy cannot be read */
	KICKSTART = 1 << 4,	   /* firewall --enabled or --disabled */
	KICKSTART_BAD = 1 << 5,
	MANAGED = 1 << 6, /* ufw, firewalld, nftables ... on purpose */
	EARLIER = 1 << 7, /* boots from before cordon came */
	MET = 1 << 8,	  /* an administrator, on record */
	LOGIN = 1 << 9,	  /* an administrator, now */
	ALWAYS = 1 << 10, /* WhenManaged=seal */
	ARMED = 1 << 11,  /* cordon arm */
	UNDO = 1 << 12,	  /* and its time is over */
	HANDED = 1 << 13, /* finishing was interrupted while it handed over */
	UNREAD = 1 << 14, /* logins that cannot be read: may be of an administrator */
	ALL = 1 << 15,
};

static const struct row {
	const char *clause;
	enum state_condition condition;
	enum phase phase;
	const char *record_of;	/* whose machine-id the record carries; NULL: none */
	const char *machine_id; /* of the machine that asks */
	int also;
	enum verdict verdict;
	const char *reason;
} rows[] = {
	/* P2: a new installation is closed by itself, from its first start. */
	{"P2", STATE_OK, PHASE_PENDING, NULL, OURS, 0, VERDICT_SEAL, "first-boot"},
	{"P2", STATE_OK, PHASE_PENDING, NULL, "", 0, VERDICT_SEAL, "first-boot"},
	{"P2", STATE_OK, PHASE_PENDING, THEIRS, OURS, 0, VERDICT_SEAL, "first-boot"},
	/* P3: and stays so until finished; nobody ever finished here. */
	{"P3", STATE_ABSENT, PHASE_NONE, NULL, OURS, 0, VERDICT_SEAL, "no-state"},
	{"P3", STATE_ABSENT, PHASE_NONE, NULL, "", 0, VERDICT_SEAL, "no-state"},
	{"P3", STATE_OK, PHASE_NONE, OURS, OURS, 0, VERDICT_SEAL, "no-state"},
	{"P3", STATE_DAMAGED, PHASE_NONE, NULL, OURS, 0, VERDICT_SEAL, "state-damaged"},
	{"P3", STATE_DAMAGED, PHASE_FINISHED, OURS, OURS, 0, VERDICT_SEAL, "state-damaged"},
	{"P3", STATE_DAMAGED, PHASE_ASIDE, OURS, OURS, 0, VERDICT_SEAL, "state-damaged"},
	/* Whoever manages the firewall: a damaged record may have been that of a sealed machine
	 * whose administrator was met. */
	{"P3", STATE_DAMAGED, PHASE_NONE, NULL, OURS, MANAGED | GROUP_POLICY | EARLIER,
		VERDICT_SEAL, "state-damaged"},
	/* Its file system is not there: nobody can know what it says. */
	{"P3", STATE_UNREACHABLE, PHASE_NONE, NULL, OURS, 0, VERDICT_SEAL, "state-unreachable"},
	{"P3", STATE_UNREACHABLE, PHASE_NONE, NULL, OURS, MANAGED | GROUP_POLICY | EARLIER,
		VERDICT_SEAL, "state-unreachable"},
	/* P8: a restart before Finish. */
	{"P8", STATE_OK, PHASE_SEALED, OURS, OURS, 0, VERDICT_SEAL, "not-finished"},
	{"P8", STATE_OK, PHASE_SEALED, OURS, OURS, EARLIER | MET, VERDICT_SEAL, "not-finished"},
	/* P9, P10: after Finish, never again, whatever else there is. */
	{"P9", STATE_OK, PHASE_FINISHED, OURS, OURS, 0, VERDICT_OPEN, "finished"},
	{"P9", STATE_OK, PHASE_FINISHED, OURS, OURS, UNCLEAR | GROUP_POLICY_BAD | KICKSTART_BAD,
		VERDICT_OPEN, "finished"},
	{"P9", STATE_OK, PHASE_FINISHED, OURS, OURS, ALWAYS | MANAGED, VERDICT_OPEN, "finished"},
	/* P12: not where it was installed on a running system, or into one that was in use. */
	{"P12", STATE_OK, PHASE_ASIDE, OURS, OURS, 0, VERDICT_ASIDE, "stands-aside"},
	{"P12", STATE_OK, PHASE_ASIDE, OURS, OURS, UNCLEAR | ALWAYS, VERDICT_ASIDE, "stands-aside"},
	{"P12", STATE_ABSENT, PHASE_NONE, NULL, OURS, EARLIER, VERDICT_ASIDE, "upgraded"},
	/* ... but a record says more than old logs: this is an image, a clone, a quarantine. */
	{"P12", STATE_OK, PHASE_PENDING, NULL, OURS, EARLIER, VERDICT_SEAL, "first-boot"},
	{"P12", STATE_OK, PHASE_FINISHED, THEIRS, OURS, EARLIER, VERDICT_SEAL, "other-machine"},
	{"P12", STATE_ABSENT, PHASE_NONE, NULL, OURS, EARLIER | UNCLEAR, VERDICT_SEAL,
		"configuration-unclear"},
	/* P13: not where the installation, or a person, decided about the firewall. */
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, KICKSTART, VERDICT_ASIDE, "kickstart"},
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, MANAGED, VERDICT_ASIDE, "firewall-managed"},
	{"P13", STATE_ABSENT, PHASE_NONE, NULL, OURS, MANAGED, VERDICT_ASIDE, "firewall-managed"},
	{"P13", STATE_OK, PHASE_SEALED, OURS, OURS, MANAGED, VERDICT_ASIDE, "firewall-managed"},
	{"P13", STATE_OK, PHASE_FINISHED, THEIRS, OURS, MANAGED, VERDICT_ASIDE, "firewall-managed"},
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, KICKSTART | MANAGED, VERDICT_ASIDE,
		"kickstart"},
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, KICKSTART | MANAGED | ALWAYS, VERDICT_SEAL,
		"first-boot"},
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, KICKSTART_BAD, VERDICT_SEAL,
		"configuration-unclear"},
	{"P13", STATE_OK, PHASE_PENDING, NULL, OURS, MANAGED | UNCLEAR, VERDICT_SEAL,
		"configuration-unclear"},
	/* P14: nor where Group Policy does, before the first administrator logon; not after. */
	{"P14", STATE_OK, PHASE_PENDING, NULL, OURS, GROUP_POLICY, VERDICT_ASIDE, "group-policy"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY, VERDICT_ASIDE, "group-policy"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY | KICKSTART | MANAGED,
		VERDICT_ASIDE, "group-policy"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY | MET, VERDICT_SEAL,
		"policy-too-late"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY | LOGIN, VERDICT_SEAL,
		"policy-too-late"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY | UNREAD, VERDICT_SEAL,
		"policy-too-late"},
	{"P14", STATE_OK, PHASE_PENDING, NULL, OURS, UNREAD, VERDICT_SEAL, "first-boot"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, MANAGED | MET, VERDICT_SEAL, "policy-too-late"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY | MET | ALWAYS, VERDICT_SEAL,
		"not-finished"},
	{"P14", STATE_OK, PHASE_SEALED, OURS, OURS, GROUP_POLICY_BAD, VERDICT_SEAL,
		"configuration-unclear"},
	/* Also where the seal could not be put on record. */
	{"P14", STATE_OK, PHASE_PENDING, NULL, OURS, MANAGED | LOGIN, VERDICT_SEAL,
		"policy-too-late"},
	/* An administrator of the machine that this one was cloned from is nobody here. */
	{"P14", STATE_OK, PHASE_SEALED, THEIRS, OURS, GROUP_POLICY | MET, VERDICT_ASIDE,
		"group-policy"},
	/* P2 again, for clones: to a new machine the record of another one says nothing. */
	{"P2", STATE_OK, PHASE_FINISHED, THEIRS, OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, NULL, OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, "", OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_SEALED, THEIRS, OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_ASIDE, THEIRS, OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_ASIDE, NULL, OURS, 0, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, OURS, "", 0, VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_FINISHED, "", "", 0, VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_FINISHED, NULL, "", 0, VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_SEALED, OURS, "", 0, VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_ASIDE, "", "", 0, VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_SEALED, OURS, "", MANAGED, VERDICT_SEAL, "machine-unknown"},
	/* Ours: on purpose, so nobody else decides; undone in time. */
	{"", STATE_OK, PHASE_SEALED, OURS, OURS, ARMED, VERDICT_SEAL, "armed"},
	{"", STATE_OK, PHASE_SEALED, OURS, OURS, ARMED | GROUP_POLICY | MANAGED | UNCLEAR,
		VERDICT_SEAL, "armed"},
	{"", STATE_OK, PHASE_SEALED, OURS, OURS, ARMED | UNDO, VERDICT_OPEN, "arm-undone"},
	{"", STATE_OK, PHASE_SEALED, OURS, OURS, UNDO, VERDICT_SEAL, "not-finished"},
	{"", STATE_OK, PHASE_SEALED, THEIRS, OURS, ARMED | UNDO, VERDICT_SEAL, "other-machine"},
	/* Ours: a firewall that cordon itself was bringing up is nobody's decision. */
	{"", STATE_OK, PHASE_SEALED, OURS, OURS, HANDED | MANAGED, VERDICT_SEAL, "not-finished"},
	{"", STATE_OK, PHASE_SEALED, THEIRS, OURS, HANDED | MANAGED, VERDICT_ASIDE,
		"firewall-managed"},
	/* Ours: for one boot, by whoever holds the boot loader. */
	{"", STATE_OK, PHASE_PENDING, NULL, OURS, OFF, VERDICT_ASIDE, "switched-off"},
	{"", STATE_DAMAGED, PHASE_NONE, NULL, OURS, OFF | UNCLEAR, VERDICT_ASIDE, "switched-off"},
};

static struct decision ask(enum state_condition condition, enum phase phase, const char *record_of,
	const char *machine_id, int also)
{
	static struct sourced finding;
	static char *sentence;
	struct inputs inputs = {.condition = condition};

	inputs.state.phase = phase;
	inputs.state.machine_id = (char *)record_of;
	snprintf(inputs.facts.machine_id, sizeof(inputs.facts.machine_id), "%s", machine_id);
	inputs.policy.off = also & OFF;
	inputs.policy.unclear = also & UNCLEAR;
	inputs.policy.when_managed.value =
		also & ALWAYS ? WHEN_MANAGED_SEAL : WHEN_MANAGED_STAND_ASIDE;
	inputs.group_policy.decided = also & GROUP_POLICY;
	inputs.kickstart.decided = also & KICKSTART;
	inputs.state.met = also & MET ? (char *)"root" : NULL;
	inputs.state.arming.by = also & ARMED ? (char *)"root" : NULL;
	inputs.state.handed.to = also & HANDED ? (char *)"ufw" : NULL;
	inputs.state.arming.before = PHASE_FINISHED;
	inputs.undo = also & UNDO;
	if (also & GROUP_POLICY_BAD)
		inputs.group_policy.damage = (struct strv){&sentence, 1};
	if (also & KICKSTART_BAD)
		inputs.kickstart.damage = (struct strv){&sentence, 1};
	if (also & MANAGED)
		inputs.facts.managed = (struct sourced_list){&finding, 1};
	if (also & EARLIER)
		inputs.facts.earlier_boots = (struct sourced_list){&finding, 1};
	if (also & LOGIN)
		inputs.facts.administrators = (struct sourced_list){&finding, 1};
	if (also & UNREAD)
		inputs.facts.unread_logins = (struct sourced_list){&finding, 1};
	return decide(&inputs);
}

static void every_row_of_the_table_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		struct decision decision =
			ask(row->condition, row->phase, row->record_of, row->machine_id, row->also);

		if (decision.verdict != row->verdict ||
			strcmp(reason_code(decision.reason), row->reason) != 0)
			fail_msg("row %zu (%s): %s because of %s in place of %s because of %s", i,
				row->clause, verdict_name(decision.verdict),
				reason_code(decision.reason), verdict_name(row->verdict),
				row->reason);
	}
}

static void the_table_has_every_reason(void **state)
{
	(void)state;
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		size_t i = 0;

		while (i < ELEMENTS(rows) &&
			strcmp(rows[i].reason, reason_code((enum reason)reason)) != 0)
			i++;
		if (i == ELEMENTS(rows))
			fail_msg("no row for %s", reason_code((enum reason)reason));
	}
}

static bool is_sound_record_of_this_machine(
	enum state_condition condition, const char *record_of, const char *machine_id)
{
	return condition == STATE_OK && record_of && machine_id[0] &&
	       strcmp(record_of, machine_id) == 0;
}

/* What must hold of any decision, said a second time and in another way than decide() does. */
static void check_decision(enum state_condition condition, enum phase phase, const char *record,
	const char *machine, int also)
{
	struct decision decision = ask(condition, phase, record, machine, also);
	bool sound = is_sound_record_of_this_machine(condition, record, machine);
	bool doubt = also & (UNCLEAR | GROUP_POLICY_BAD | KICKSTART_BAD);
	bool settled = sound && (phase == PHASE_FINISHED || phase == PHASE_ASIDE);
	bool undone = sound && phase == PHASE_SEALED && also & ARMED && also & UNDO;

	assert_true(decision.reason >= 0 && decision.reason < REASON_COUNT);
	/* Open means finished, on record: now, or before cordon arm. Nothing else does. */
	assert_int_equal(decision.verdict == VERDICT_OPEN,
		((sound && phase == PHASE_FINISHED) || undone) && !(also & OFF));
	if (decision.verdict != VERDICT_ASIDE || also & OFF || settled)
		return;
	assert_false(sound && phase == PHASE_SEALED && also & ARMED);
	/* To stand aside without a record takes a reason, and no doubt of any kind. */
	assert_false(doubt);
	assert_true(condition == STATE_OK || condition == STATE_ABSENT);
	assert_true(also & (GROUP_POLICY | KICKSTART | MANAGED | EARLIER));
	if (!(also & EARLIER))
		assert_false(also & ALWAYS);
	if (sound && phase == PHASE_SEALED)
		assert_false(also & MET);
	if (!(also & EARLIER))
		assert_false(also & LOGIN);
}

/* Sealed is the default: all inputs, also those that no program of ours can make. */
static void every_combination_has_a_verdict_and_none_opens_in_doubt(void **state)
{
	static const char *const records[] = {NULL, "", OURS, THEIRS, OURS "0"};
	static const char *const machines[] = {"", OURS, "0"};

	(void)state;
	for (int condition = -1; condition <= STATE_UNREACHABLE + 1; condition++)
		for (int phase = 0; phase <= PHASE_COUNT; phase++)
			for (size_t r = 0; r < ELEMENTS(records); r++)
				for (size_t m = 0; m < ELEMENTS(machines); m++)
					for (int also = 0; also < ALL; also++)
						check_decision((enum state_condition)condition,
							(enum phase)phase, records[r], machines[m],
							also);
}

static void names_are_stable_and_sentences_are_sentences(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_SEAL), "seal");
	assert_string_equal(verdict_name(VERDICT_OPEN), "open");
	assert_string_equal(verdict_name(VERDICT_ASIDE), "aside");
	for (int i = 0; i < REASON_COUNT; i++) {
		const char *code = reason_code((enum reason)i);
		const char *text = reason_text((enum reason)i);

		assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz-"), strlen(code));
		assert_true(strlen(text) > 20);
		assert_true(text[strlen(text) - 1] != '.');
		assert_true(strlen(reason_change((enum reason)i)) > 20);
		assert_non_null(reason_clause((enum reason)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(code, reason_code((enum reason)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table_holds),
		cmocka_unit_test(the_table_has_every_reason),
		cmocka_unit_test(every_combination_has_a_verdict_and_none_opens_in_doubt),
		cmocka_unit_test(names_are_stable_and_sentences_are_sentences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
