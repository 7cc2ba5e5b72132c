// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One record of the whole quarantine.
 */

#include "report/report.h"

#include "blocked/tally.h"
#include "report/parts.h"
#include "state/state.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/json.h"

#include <stdlib.h>
#include <string.h>

static int gather_history(const char *root, struct report *report)
{
	_cleanup_(cleanup_json) json_t *entries = NULL;
	_cleanup_free_ char *why = NULL;
	unsigned int skipped = 0;
	int r = history_load(root, &entries, &skipped, &why);

	if (r < 0)
		return strv_addf(&report->notes, "%s", why ? why : strerror(-r));
	if (skipped > 0)
		r = strv_addf(&report->notes, "%s: %u torn or foreign lines are left out",
			HISTORY_FILE, skipped);
	return r < 0 ? r : report_read_history(entries, report);
}

/* Where the kernel cannot be asked, what is on record stands for what was blocked. */
static int gather_blocked(const char *root, struct report *report)
{
	struct status *status = &report->status;
	_cleanup_(tally_clear) struct tally tally = {0};
	_cleanup_free_ char *path = NULL, *why = NULL;
	int r;

	if (status->tallied || file_resolve_in(root, TALLY_FILE, false, &path) < 0 ||
		!file_exists(path))
		return 0;
	r = tally_load(path, status->situation.inputs.facts.machine_id, &tally, &why);
	if (r != 0)
		return strv_addf(&report->notes, "%s", why ? why : strerror(-r));
	r = tally_report(&tally, &status->blocked);
	status->tallied = r == 0;
	return r;
}

/* The record and the trail may each be missing. The record's time is of the phase. */
static int find_beginning(struct report *report)
{
	const struct state *state = &report->status.situation.inputs.state;
	const struct report_boot *boot = report->boots_count > 0 ? report->boots : NULL;
	bool recorded = state->phase == PHASE_SEALED && state->since;
	int r = 0;

	if (recorded || boot)
		r = state_set(&report->sealed_since, recorded ? state->since : boot->time);
	if (r == 0 && (recorded || boot))
		r = state_set(&report->sealed_reason, recorded && state->reason ? state->reason
						      : boot			? boot->reason
										: NULL);
	return r;
}

/* A trail that could not be written must not hide who finished: the record says it, too. */
static int find_end(struct report *report)
{
	const struct state *state = &report->status.situation.inputs.state;
	struct report_end *end = &report->end;
	int r;

	if (state->phase != PHASE_FINISHED || end->event || !state->finished_by)
		return 0;
	r = state_set(&end->event, "finished");
	end->forced = state->forced != NULL;
	end->verified = state->reason && strcmp(state->reason, "verified") == 0;
	if (r == 0)
		r = state_set(&end->time, state->since);
	if (r == 0)
		r = state_set(&end->by, state->finished_by);
	return r < 0 ? r : state_set(&end->reason, state->forced);
}

int report_gather(const char *root, unsigned int max_age, struct report *report)
{
	int r = status_gather(root, max_age, &report->status);

	if (r == 0)
		r = report_read_machine(root, &report->machine);
	if (r == 0)
		r = gather_history(root, report);
	if (r == 0)
		r = gather_blocked(root, report);
	if (r == 0)
		r = find_beginning(report);
	if (r == 0)
		r = find_end(report);
	return r < 0 ? r : strv_move(&report->status.notes, &report->notes);
}

size_t report_boots(const struct report *report)
{
	size_t recorded = report->status.situation.inputs.state.boots;

	return recorded > report->boots_count ? recorded : report->boots_count;
}

size_t report_packages(const struct report *report)
{
	size_t count = 0;

	for (size_t i = 0; i < report->updates_count; i++)
		count += report->updates[i].packages.count;
	return count;
}

static void clear_texts(char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}

static void clear_lists(struct report *report)
{
	for (size_t i = 0; i < report->boots_count; i++) {
		struct report_boot *boot = &report->boots[i];

		clear_texts((char *[]){boot->time, boot->reason, boot->damage}, 3);
	}
	for (size_t i = 0; i < report->reboots_count; i++) {
		free(report->reboots[i].time);
		strv_clear(&report->reboots[i].reasons);
	}
	for (size_t i = 0; i < report->updates_count; i++) {
		free(report->updates[i].time);
		update_list_clear(&report->updates[i].packages);
		strv_clear(&report->updates[i].failed);
	}
	free(report->boots);
	free(report->reboots);
	free(report->updates);
}

void report_clear(struct report *report)
{
	const struct report_machine *machine = &report->machine;
	const struct report_end *end = &report->end;

	status_clear(&report->status);
	clear_texts((char *[]){machine->hostname, machine->architecture, machine->name, machine->id,
			    machine->version_id, machine->variant_id, machine->build_id,
			    machine->image_id, machine->image_version},
		9);
	clear_texts((char *[]){end->event, end->time, end->by, end->reason}, 4);
	clear_texts((char *[]){report->sealed_since, report->sealed_reason}, 2);
	clear_lists(report);
	strv_clear(&report->end.missing);
	free(report->end.handed_to);
	strv_clear(&report->end.handed_allow);
	strv_clear(&report->end.handed_files);
	strv_clear(&report->notes);
	*report = (struct report){0};
}
