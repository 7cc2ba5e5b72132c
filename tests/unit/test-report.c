// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report/report: the last quarantine is told from the audit trail, whatever lies in there; and
 * metrics say no more than what is known.
 */

#include "tree.h"

#include "report/openmetrics.h"
#include "report/parts.h"
#include "util/json.h"

#include <string.h>

static void read_history(const char *text, struct report *report)
{
	_cleanup_(cleanup_json) json_t *entries = json_loads(text, 0, NULL);

	assert_non_null(entries);
	assert_int_equal(report_read_history(entries, report), 0);
}

static void the_whole_story(void **state)
{
	_cleanup_(report_clear) struct report report = {0};

	(void)state;
	read_history(
		"[{\"time\":\"2026-01-01T00:00:00Z\",\"event\":\"installed\",\"reason\":\"x\"},"
		"{\"time\":\"2026-01-02T00:00:00Z\",\"event\":\"sealed\",\"reason\":\"first-boot\","
		"\"boot\":1},"
		"{\"time\":\"2026-01-02T00:10:00Z\",\"event\":\"updated\",\"packages\":[{\"name\":"
		"\"openssl\",\"from\":\"1\",\"to\":\"2\",\"origin\":\"sec\",\"severity\":\"high\","
		"\"security\":true,\"withheld\":false,\"cves\":[\"CVE-2026-1234\",5]},{\"name\":"
		"\"new\",\"to\":\"3\"}],\"kept\":[]"
		",\"failed\":[\"new\"]},"
		"{\"time\":\"2026-01-02T00:11:00Z\",\"event\":\"rebooting\",\"count\":1,"
		"\"reasons\":[\"kernel\"]},"
		"{\"time\":\"2026-01-02T00:12:00Z\",\"event\":\"sealed\",\"reason\":\"sealed\","
		"\"boot\":2},"
		"{\"time\":\"2026-01-02T00:13:00Z\",\"event\":\"finished\",\"by\":\"root\","
		"\"verified\":false,\"forced\":true,\"reason\":\"no mirror\",\"missing\":[\"a\","
		"\"b\"]},"
		"{\"time\":\"2026-01-03T00:00:00Z\",\"event\":\"updated\",\"packages\":[{\"name\":"
		"\"later\"}]}]",
		&report);
	assert_int_equal(report.boots_count, 2);
	assert_int_equal(report.boots[1].number, 2);
	assert_string_equal(report.boots[0].reason, "first-boot");
	assert_int_equal(report.updates_count, 1);
	assert_int_equal(report_packages(&report), 2);
	assert_string_equal(report.updates[0].packages.items[0].severity, "high");
	assert_true(report.updates[0].packages.items[0].security);
	assert_null(report.updates[0].packages.items[1].from);
	assert_true(report.updates[0].packages.items[0].cves_known);
	assert_int_equal(report.updates[0].packages.items[0].cves.count, 1);
	assert_false(report.updates[0].packages.items[1].cves_known);
	assert_string_equal(report.updates[0].failed.items[0], "new");
	assert_int_equal(report.reboots_count, 1);
	assert_string_equal(report.reboots[0].reasons.items[0], "kernel");
	assert_string_equal(report.end.event, "finished");
	assert_string_equal(report.end.by, "root");
	assert_string_equal(report.end.reason, "no mirror");
	assert_true(report.end.forced);
	assert_false(report.end.verified);
	assert_int_equal(report.end.missing.count, 2);
}

static void armed_again_is_another_quarantine(void **state)
{
	_cleanup_(report_clear) struct report report = {0};

	(void)state;
	read_history("[{\"time\":\"2026-01-02T00:00:00Z\",\"event\":\"sealed\",\"boot\":1},"
		     "{\"event\":\"finished\",\"by\":\"root\",\"verified\":true},"
		     "{\"time\":\"2026-02-02T00:00:00Z\",\"event\":\"armed\",\"by\":\"joe\"}]",
		&report);
	assert_int_equal(report.boots_count, 1);
	assert_string_equal(report.boots[0].time, "2026-02-02T00:00:00Z");
	assert_string_equal(report.boots[0].reason, "armed");
	assert_null(report.end.event);
}

static void anything_may_stand_in_the_trail(void **state)
{
	_cleanup_(report_clear) struct report report = {0};

	(void)state;
	read_history("[1, null, [], {}, {\"event\": 5}, {\"event\":\"sealed\",\"boot\":-7,\"time\":"
		     "\"yesterday\",\"reason\":{}},"
		     "{\"event\":\"updated\",\"packages\":{\"name\":\"x\"},\"failed\":5},"
		     "{\"event\":\"updated\",\"packages\":[5,null,{},{\"name\":7},{\"name\":\"ok\","
		     "\"security\":\"yes\",\"to\":[]}]},"
		     "{\"event\":\"rebooting\",\"reasons\":[1,[],\"why\"]},"
		     "{\"event\":\"sealed\",\"boot\":99999999999999}]",
		&report);
	assert_int_equal(report.boots_count, 2);
	assert_int_equal(report.boots[0].number, 1);
	assert_int_equal(report.boots[1].number, 2);
	assert_null(report.boots[0].time);
	assert_null(report.boots[0].reason);
	assert_int_equal(report_packages(&report), 1);
	assert_false(report.updates[1].packages.items[0].security);
	assert_null(report.updates[1].packages.items[0].to);
	assert_int_equal(report.reboots[0].reasons.count, 1);
	read_history("{\"no\": \"array\"}", &report);
}

static void names_of_the_system_are_unquoted_and_harmless(void **state)
{
	_cleanup_(report_clear) struct report report = {0};
	char content[] = "PRETTY_NAME=\"Debian \\\"12\\\" \x1b[31m\xe2\x80\xae\"\nID=debian\n"
			 "IMAGE_ID='a b'\nVERSION_ID=\nNONSENSE\n=\nBUILD_ID=\"open\nID_LIKE=x\n"
			 "IMAGE_VERSION=\xff\xfe";

	(void)state;
	assert_int_equal(report_parse_release(content, &report.machine), 0);
	assert_string_equal(report.machine.name, "Debian \"12\" ?[31m?");
	assert_string_equal(report.machine.id, "debian");
	assert_string_equal(report.machine.image_id, "a b");
	assert_string_equal(report.machine.build_id, "open");
	assert_string_equal(report.machine.image_version, "??");
	assert_null(report.machine.version_id);
}

static void what_is_missing_is_not_known(void **state)
{
	_cleanup_(report_clear) struct report report = {0};

	assert_int_equal(report_read_machine(*state, &report.machine), 0);
	assert_null(report.machine.name);
	assert_null(report.machine.hostname);
	tree_write(*state, "/etc/hostname", "web\x1b]0;x\x07\nsecond\n");
	tree_write(*state, "/usr/lib/os-release", "ID=image\n");
	assert_int_equal(report_read_machine(*state, &report.machine), 0);
	assert_string_equal(report.machine.hostname, "web?]0;x?");
	assert_string_equal(report.machine.id, "image");
}

static void metrics_say_what_is_known(void **state)
{
	_cleanup_(report_clear) struct report report = {0};
	_cleanup_free_ char *unknown = openmetrics_format(&report), *known = NULL;

	(void)state;
	assert_contains(unknown, "cordon_sealed 0\n");
	assert_null(strstr(unknown, "blocked"));
	assert_null(strstr(unknown, "pending"));
	assert_null(strstr(unknown, "intact"));
	assert_null(strstr(unknown, "since"));
	report.status.sealed = report.status.tallied = report.status.inspected = true;
	report.status.counted = true;
	report.status.figures = (struct update_figures){.pending = 12, .security = 3, .when = 1700};
	report.status.blocked.packets = 12345678901ULL;
	report.status.situation.inputs.state.boots = 3;
	assert_int_equal(state_set(&report.sealed_since, "1970-01-01T00:01:00Z"), 0);
	known = openmetrics_format(&report);
	assert_contains(known, "\ncordon_sealed 1\n");
	assert_contains(known, "\ncordon_seal_intact 0\n");
	assert_contains(known, "\ncordon_blocked_packets_total 12345678901\n");
	assert_contains(known, "\ncordon_boots_total 3\n");
	assert_contains(known, "\ncordon_sealed_since_timestamp_seconds 60\n");
	assert_contains(known, "\ncordon_pending_updates 12\n");
	assert_contains(known, "\ncordon_pending_security_updates 3\n");
	assert_contains(known, "\ncordon_reboot_required 0\n");
	assert_contains(known, "\ncordon_pending_updates_timestamp_seconds 1700\n");
	assert_string_equal(known + strlen(known) - 6, "# EOF\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_story),
		cmocka_unit_test(armed_again_is_another_quarantine),
		cmocka_unit_test(anything_may_stand_in_the_trail),
		cmocka_unit_test(names_of_the_system_are_unquoted_and_harmless),
		tree_test(what_is_missing_is_not_known),
		cmocka_unit_test(metrics_say_what_is_known),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
