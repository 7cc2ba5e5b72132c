// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * decide: the table to be read beside facts/pssu.md, and then every input there is.
 *
 * P1 to P19 are the clauses of Post-Setup Security Updates. P4 to P7, P11 and P13 to P16 are about
 * what cordon shows, or about exceptions, which are no part of the verdict.
 */

#include "tree.h"

#include "decide.h"

#include <string.h>

#define OURS   "0123456789abcdef0123456789abcdef"
#define THEIRS "fedcba9876543210fedcba9876543210"

static const struct row {
	const char *clause;
	enum state_condition condition;
	enum phase phase;
	const char *record_of;	/* whose machine-id the record carries; NULL: none */
	const char *machine_id; /* of the machine that asks */
	enum verdict verdict;
	const char *reason;
} rows[] = {
	/* P2: a new installation is closed by itself, from its first start. */
	{"P2", STATE_OK, PHASE_PENDING, NULL, OURS, VERDICT_SEAL, "first-boot"},
	{"P2", STATE_OK, PHASE_PENDING, NULL, "", VERDICT_SEAL, "first-boot"},
	{"P2", STATE_OK, PHASE_PENDING, THEIRS, OURS, VERDICT_SEAL, "first-boot"},
	/* P3: and stays so until finished; nobody ever finished here. */
	{"P3", STATE_ABSENT, PHASE_NONE, NULL, OURS, VERDICT_SEAL, "no-state"},
	{"P3", STATE_ABSENT, PHASE_NONE, NULL, "", VERDICT_SEAL, "no-state"},
	{"P3", STATE_OK, PHASE_NONE, OURS, OURS, VERDICT_SEAL, "no-state"},
	{"P3", STATE_DAMAGED, PHASE_NONE, NULL, OURS, VERDICT_SEAL, "state-damaged"},
	{"P3", STATE_DAMAGED, PHASE_FINISHED, OURS, OURS, VERDICT_SEAL, "state-damaged"},
	{"P3", STATE_DAMAGED, PHASE_ASIDE, OURS, OURS, VERDICT_SEAL, "state-damaged"},
	/* P8: a restart before Finish. */
	{"P8", STATE_OK, PHASE_SEALED, OURS, OURS, VERDICT_SEAL, "not-finished"},
	/* P9, P10: after Finish, never again. */
	{"P9", STATE_OK, PHASE_FINISHED, OURS, OURS, VERDICT_OPEN, "finished"},
	/* P12: not where it was installed on a running system. */
	{"P12", STATE_OK, PHASE_ASIDE, OURS, OURS, VERDICT_ASIDE, "installed-on-running-system"},
	/* P2 again, for clones: to a new machine the record of another one says nothing. */
	{"P2", STATE_OK, PHASE_FINISHED, THEIRS, OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, NULL, OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, "", OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_SEALED, THEIRS, OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_ASIDE, THEIRS, OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_ASIDE, NULL, OURS, VERDICT_SEAL, "other-machine"},
	{"P2", STATE_OK, PHASE_FINISHED, OURS, "", VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_FINISHED, "", "", VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_FINISHED, NULL, "", VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_SEALED, OURS, "", VERDICT_SEAL, "machine-unknown"},
	{"P2", STATE_OK, PHASE_ASIDE, "", "", VERDICT_SEAL, "machine-unknown"},
};

static struct decision ask(enum state_condition condition, enum phase phase, const char *record_of,
	const char *machine_id)
{
	struct inputs inputs = {.condition = condition};

	inputs.state.phase = phase;
	inputs.state.machine_id = (char *)record_of;
	snprintf(inputs.facts.machine_id, sizeof(inputs.facts.machine_id), "%s", machine_id);
	return decide(&inputs);
}

static void every_row_of_the_table_holds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		struct decision decision =
			ask(row->condition, row->phase, row->record_of, row->machine_id);

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

/* Sealed is the default: all inputs, also those that no program of ours can make. */
static void only_a_sound_record_of_this_machine_opens(void **state)
{
	static const char *const records[] = {NULL, "", OURS, THEIRS, OURS "0", "0"};
	static const char *const machines[] = {"", OURS, THEIRS, "0"};
	unsigned int open = 0, aside = 0;

	(void)state;
	for (int condition = -1; condition <= STATE_DAMAGED + 1; condition++)
		for (int phase = 0; phase <= PHASE_COUNT; phase++)
			for (size_t r = 0; r < ELEMENTS(records); r++)
				for (size_t m = 0; m < ELEMENTS(machines); m++) {
					struct decision decision =
						ask((enum state_condition)condition,
							(enum phase)phase, records[r], machines[m]);
					bool sound = is_sound_record_of_this_machine(
						(enum state_condition)condition, records[r],
						machines[m]);

					assert_true(decision.reason < REASON_COUNT);
					assert_int_equal(decision.verdict == VERDICT_OPEN,
						sound && phase == PHASE_FINISHED);
					assert_int_equal(decision.verdict == VERDICT_ASIDE,
						sound && phase == PHASE_ASIDE);
					open += decision.verdict == VERDICT_OPEN;
					aside += decision.verdict == VERDICT_ASIDE;
				}
	/* OURS, THEIRS and "0", each with its own record. */
	assert_int_equal(open, 3);
	assert_int_equal(aside, 3);
}

static void policy_and_boot_do_not_change_the_verdict(void **state)
{
	struct inputs inputs = {.condition = STATE_OK, .policy.egress.value = EGRESS_OPEN};

	(void)state;
	inputs.state =
		(struct state){.phase = PHASE_SEALED, .machine_id = (char *)OURS, .boots = 1000000};
	memcpy(inputs.facts.machine_id, OURS, ID_SIZE);
	memcpy(inputs.facts.boot_id, THEIRS, ID_SIZE);
	assert_int_equal(decide(&inputs).verdict, VERDICT_SEAL);
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
		for (int k = 0; k < i; k++)
			assert_string_not_equal(code, reason_code((enum reason)k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table_holds),
		cmocka_unit_test(the_table_has_every_reason),
		cmocka_unit_test(only_a_sound_record_of_this_machine_opens),
		cmocka_unit_test(policy_and_boot_do_not_change_the_verdict),
		cmocka_unit_test(names_are_stable_and_sentences_are_sentences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
