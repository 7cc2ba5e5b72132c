// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report as JSON: data/report.schema.json, to the letter. What is not known is left out, but
 * lists that were not looked for are null: an empty one would be a statement.
 */

#include "cli/report.h"

#include "cli/cli.h"
#include "decision/plan.h"

static json_t *machine_json(const struct report *report)
{
	const char *id = report->status.situation.inputs.facts.machine_id;

	return json_pack("{s:s*, s:s*, s:s*}", "machine_id", id[0] ? id : NULL, "hostname",
		report->machine.hostname, "architecture", report->machine.architecture);
}

static json_t *os_json(const struct report_machine *machine)
{
	return json_pack("{s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*}", "name", machine->name, "id",
		machine->id, "version_id", machine->version_id, "variant_id", machine->variant_id,
		"build_id", machine->build_id, "image_id", machine->image_id, "image_version",
		machine->image_version);
}

static json_t *sealed_json(const struct report *report)
{
	return json_pack("{s:s*, s:s*, s:s*}", "since", report->sealed_since, "reason",
		report->sealed_reason, "met", report->status.situation.inputs.state.met);
}

static json_t *boots_json(const struct report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < report->boots_count; i++) {
		const struct report_boot *boot = &report->boots[i];

		json_add(&array,
			json_pack("{s:i, s:s*, s:s*, s:s*}", "number", (int)boot->number, "time",
				boot->time, "reason", boot->reason, "damage", boot->damage));
	}
	return array;
}

static json_t *reboots_json(const struct report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < report->reboots_count; i++)
		json_add(&array, json_pack("{s:s*, s:o}", "time", report->reboots[i].time,
					 "reasons", json_sentences(&report->reboots[i].reasons)));
	return array;
}

static json_t *updates_json(const struct report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < report->updates_count; i++)
		json_add(&array, json_pack("{s:s*, s:o, s:o}", "time", report->updates[i].time,
					 "packages", json_packages(&report->updates[i].packages),
					 "failed", json_sentences(&report->updates[i].failed)));
	return array;
}

static json_t *handed_json(const struct report_end *end)
{
	return json_pack("{s:s, s:o, s:o}", "to", end->handed_to, "allow",
		json_sentences(&end->handed_allow), "files", json_sentences(&end->handed_files));
}

static json_t *end_json(const struct report_end *end)
{
	json_t *object;

	if (!end->event)
		return json_null();
	object = json_pack("{s:s, s:s*, s:s*, s:s*, s:b, s:b, s:o}", "event", end->event, "time",
		end->time, "by", end->by, "reason", end->reason, "verified", end->verified,
		"forced", end->forced, "missing", json_sentences(&end->missing));
	if (end->handed_to)
		json_put(&object, "handover", handed_json(end));
	return object;
}

static json_t *now_json(const struct status *status)
{
	const struct situation *situation = &status->situation;
	bool looked = status->inspected && status->sealed;

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "phase",
		phase_name(situation->inputs.state.phase), "verdict",
		verdict_name(situation->decision.verdict), "reason",
		reason_code(situation->decision.reason), "seal", status_seal(status), "exceptions",
		looked ? json_plan(&status->plan) : json_null(), "pending",
		status->listed ? json_packages(&status->pending) : json_null(), "missing",
		looked ? json_missing(status) : json_null());
}

json_t *report_to_json(const struct report *report)
{
	const struct status *status = &report->status;

	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "schema",
		1, "cordon_version", CORDON_VERSION, "machine", machine_json(report), "os",
		os_json(&report->machine), "now", now_json(status), "sealed", sealed_json(report),
		"boots", boots_json(report), "reboots", reboots_json(report), "updates",
		updates_json(report), "blocked",
		status->tallied ? json_blocked(&status->blocked) : json_null(), "end",
		end_json(&report->end), "notes", json_sentences(&report->notes));
}
