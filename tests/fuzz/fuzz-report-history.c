// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The audit trail as a report has it: whatever JSON lies there, nothing is told that is not in it,
 * times are times, and a trail that goes on with another quarantine is about that one alone.
 */

#include "report/openmetrics.h"
#include "report/parts.h"
#include "util/cleanup.h"
#include "util/json.h"
#include "util/when.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(const char *time)
{
	time_t when;

	assert(!time || when_parse(time, &when) == 0);
}

static void check(const struct report *report, size_t entries)
{
	_cleanup_free_ char *metrics = openmetrics_format(report);

	assert(report->boots_count + report->reboots_count + report->updates_count <= entries);
	for (size_t i = 0; i < report->boots_count; i++) {
		assert(report->boots[i].number > 0);
		check_time(report->boots[i].time);
	}
	for (size_t i = 0; i < report->reboots_count; i++)
		check_time(report->reboots[i].time);
	for (size_t i = 0; i < report->updates_count; i++) {
		check_time(report->updates[i].time);
		for (size_t k = 0; k < report->updates[i].packages.count; k++)
			assert(report->updates[i].packages.items[k].name);
	}
	check_time(report->end.time);
	assert(report->end.event || (!report->end.by && !report->end.forced));
	assert(strcmp(metrics + strlen(metrics) - 6, "# EOF\n") == 0);
}

static void check_another(json_t *entries)
{
	_cleanup_(report_clear) struct report report = {0};

	json_array_append_new(entries, json_pack("{s:s, s:s}", "event", "armed", "by", "joe"));
	assert(report_read_history(entries, &report) == 0);
	assert(report.boots_count == 1 && strcmp(report.boots[0].reason, "armed") == 0);
	assert(report.updates_count == 0 && report.reboots_count == 0 && !report.end.event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(cleanup_json) json_t *entries =
		json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	_cleanup_(report_clear) struct report report = {0};

	if (!entries)
		return 0;
	assert(report_read_history(entries, &report) == 0);
	check(&report, json_array_size(entries));
	if (json_is_array(entries))
		check_another(entries);
	return 0;
}
