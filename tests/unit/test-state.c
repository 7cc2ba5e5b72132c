// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/state: the transition table, written down a second time and compared.
 */

#include "tree.h"

#include "state/state.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

/* One row a phase, one column an event: image, live, seal, finish, aside, arm, reset; "-" is
 * refused. */
static const struct {
	const char *phase, *next[EVENT_COUNT];
} table[PHASE_COUNT] = {
	/* phase      image      live     seal      finish      aside    arm       reset */
	{"none", {"pending", "aside", "sealed", "finished", "aside", "sealed", "pending"}},
	{"pending", {"pending", "-", "sealed", "finished", "aside", "-", "pending"}},
	{"sealed", {"-", "-", "sealed", "finished", "aside", "-", "pending"}},
	{"finished", {"-", "-", "-", "-", "-", "sealed", "pending"}},
	{"aside", {"-", "-", "-", "-", "-", "sealed", "pending"}},
};

static void the_table_is_as_documented(void **state)
{
	(void)state;
	for (int phase = 0; phase < PHASE_COUNT; phase++) {
		assert_string_equal(phase_name((enum phase)phase), table[phase].phase);
		for (int event = 0; event < EVENT_COUNT; event++) {
			int next = state_next((enum phase)phase, (enum event)event);
			const char *name = next < 0 ? "-" : phase_name((enum phase)next);

			assert_true(next >= -1 && next < PHASE_COUNT);
			assert_string_equal(name, table[phase].next[event]);
		}
	}
}

/* What must hold whatever else changes. */
static void nothing_but_reset_and_arm_leads_back(void **state)
{
	(void)state;
	for (int event = 0; event < EVENT_COUNT; event++) {
		if (event == EVENT_RESET || event == EVENT_ARM)
			continue;
		assert_int_equal(state_next(PHASE_FINISHED, (enum event)event), -1);
		assert_int_equal(state_next(PHASE_ASIDE, (enum event)event), -1);
		if (event != EVENT_FINISH && event != EVENT_STAND_ASIDE)
			assert_true(state_next(PHASE_SEALED, (enum event)event) <= PHASE_SEALED);
	}
}

static void entering_moves_phase_reason_and_since(void **state)
{
	_cleanup_(state_clear) struct state record = {0};

	(void)state;
	assert_int_equal(state_enter(&record, EVENT_INSTALL_IMAGE, "installed-into-image"), 0);
	assert_int_equal(record.phase, PHASE_PENDING);
	assert_string_equal(record.reason, "installed-into-image");
	assert_int_equal(strlen(record.since), 20);
	assert_int_equal(state_set(&record.since, "2001-01-01T00:00:00Z"), 0);
	assert_int_equal(state_enter(&record, EVENT_SEAL, "first-boot"), 0);
	assert_int_equal(record.phase, PHASE_SEALED);
	assert_string_not_equal(record.since, "2001-01-01T00:00:00Z");
}

/* P8: a restart before Finish is the same quarantine, so it began when it began. */
static void staying_in_a_phase_keeps_since(void **state)
{
	_cleanup_(state_clear) struct state record = {0};

	(void)state;
	assert_int_equal(state_enter(&record, EVENT_SEAL, "first-boot"), 0);
	assert_int_equal(state_set(&record.since, "2001-01-01T00:00:00Z"), 0);
	assert_int_equal(state_enter(&record, EVENT_SEAL, "not-finished"), 0);
	assert_string_equal(record.since, "2001-01-01T00:00:00Z");
	assert_string_equal(record.reason, "not-finished");
}

static void a_refused_event_changes_nothing(void **state)
{
	(void)state;
	for (int phase = 0; phase < PHASE_COUNT; phase++) {
		for (int event = 0; event < EVENT_COUNT; event++) {
			_cleanup_(state_clear) struct state record = {
				.phase = (enum phase)phase, .boots = 3};

			if (table[phase].next[event][0] != '-')
				continue;
			assert_int_equal(state_set(&record.reason, "before"), 0);
			assert_int_equal(state_enter(&record, (enum event)event, "after"), -EPERM);
			assert_int_equal(record.phase, phase);
			assert_string_equal(record.reason, "before");
			assert_null(record.since);
			assert_int_equal(record.boots, 3);
		}
	}
}

static void setting_copies_and_clears(void **state)
{
	char value[] = "value", *member = NULL;

	(void)state;
	assert_int_equal(state_set(&member, value), 0);
	value[0] = 'x';
	assert_string_equal(member, "value");
	assert_int_equal(state_set(&member, member), 0);
	assert_string_equal(member, "value");
	assert_int_equal(state_set(&member, NULL), 0);
	assert_null(member);
}

static void arming_ends_by_either_clock(void **state)
{
	char past[] = "2001-01-01T00:00:00Z", future[] = "2101-01-01T00:00:00Z", boot[] = "b";
	struct arming arming = {.before = PHASE_FINISHED, .boot_id = boot, .undo_at = future};

	(void)state;
	assert_false(arming_is_over(&arming, boot));
	arming.by = boot;
	/* Confirmed, or never to be undone. */
	assert_false(arming_is_over(&arming, "other"));
	arming.undo_after = UNDO_AFTER_MAX;
	arming.deadline = boottime_ms() + 1000;
	arming.undo_at = past;
	/* In its own boot the real-time clock may jump as it likes. */
	assert_false(arming_is_over(&arming, boot));
	assert_true(arming_is_over(&arming, "other"));
	arming.undo_at = future;
	assert_false(arming_is_over(&arming, "other"));
	arming.deadline = boottime_ms();
	assert_true(arming_is_over(&arming, boot));
	/* A clock that lost its battery must not keep the server closed for ever. */
	arming.undo_after = 1;
	if (boottime_ms() >= 1000)
		assert_true(arming_is_over(&arming, "other"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_as_documented),
		cmocka_unit_test(nothing_but_reset_and_arm_leads_back),
		cmocka_unit_test(entering_moves_phase_reason_and_since),
		cmocka_unit_test(staying_in_a_phase_keeps_since),
		cmocka_unit_test(a_refused_event_changes_nothing),
		cmocka_unit_test(setting_copies_and_clears),
		cmocka_unit_test(arming_ends_by_either_clock),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
