// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of an update, the same for every package manager: settle what was cut off, fetch and
 * judge the metadata, mend, list, mark what is to come, fetch, install, and list again.
 */

#include "update/update.h"

#include "update/backend.h"
#include "update/marker.h"
#include "update/progress.h"
#include "update/refresh.h"
#include "update/waiting.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

/* zypper asks to be run again after it has updated itself; more often would be a loop. */
#define ROUNDS_MAX 3

/* An update that is going on: who listens, and which part of the whole its present step is. */
struct run {
	const struct update_backend *backend;
	const struct update_settings *settings;
	struct update_audience outer; /* of the caller */
	/* What an earlier run had begun: some of it is in by now, and belongs to the record. */
	struct update_list carried;
	char since[WHEN_SIZE];
	long long began; /* its present step, by boottime_ms() */
	unsigned int start, end, percent;
};

int update_check(const struct update_settings *settings, const struct update_audience *audience,
	struct update_list *list, struct strv *warnings, char **why)
{
	const struct update_backend *backend = backend_detect();
	int r;

	if (!backend)
		return backend_missing(why);
	r = refresh_sources(backend, settings, audience, warnings, why);
	return r < 0 ? r : refresh_pending(backend, settings, list, why);
}

int update_prefetch(
	const struct update_settings *settings, const struct update_audience *audience, char **why)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(strv_clear) struct strv warnings = {0};
	const struct update_audience hearer = refresh_audience(audience);
	int r = update_check(settings, &hearer, &list, &warnings, why);

	return r < 0 ? r : backend_detect()->download(&list, settings, &hearer, why);
}

static void publish(struct run *run, const struct update_step *step)
{
	run->percent = step->percent;
	/* An update must not fail because /run is full. */
	progress_write(UPDATE_PROGRESS, step, run->since);
	run->outer.listen(run->outer.context, step);
}

/* By what it took so far; the first moments of a step tell nothing. */
static unsigned int estimate(const struct run *run, unsigned int percent)
{
	const long long spent = boottime_ms() - run->began;

	if (percent < 5 || percent >= 100 || spent < 1000)
		return 0;
	return (unsigned int)(spent * (100 - percent) / percent / 1000);
}

/* Translates a step's own percentage into that of the whole. */
static void hear(void *context, const struct update_step *step)
{
	struct run *run = context;
	struct update_step whole = *step;

	if (whole.seconds_left == 0)
		whole.seconds_left = estimate(run, step->percent);
	whole.percent = run->start + (run->end - run->start) * step->percent / 100;
	/* The package managers' own figures go back now and then. */
	if (whole.percent < run->percent)
		whole.percent = run->percent;
	publish(run, &whole);
}

static void enter(struct run *run, const char *state, const char *message, unsigned int end)
{
	run->start = run->end;
	run->end = end;
	run->began = boottime_ms();
	hear(run, &(struct update_step){.state = state, .message = message});
}

/* The positive condition of update_run(): installed what could be, and yet not done. */
static int name_rest(const struct update_list *rest, char **why)
{
	_cleanup_(strv_clear) struct strv reasons = {0};
	int r = update_list_explain(rest, &reasons);

	if (r < 0)
		return r;
	fail(why, EBUSY, "%s%s%s", reasons.items[0], reasons.count > 1 ? "; " : "",
		reasons.count > 1 ? reasons.items[1] : "");
	return 1;
}

/* What was pending before and is not after. */
static int subtract(const struct update_list *before, const struct update_list *after,
	struct update_list *difference)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < before->count; i++)
		if (!update_list_find(after, before->items[i].name) &&
			!update_list_find(difference, before->items[i].name))
			r = update_list_add(difference, &before->items[i]);
	return r;
}

/* What the backends hear: where it is in the whole, and whether to end. */
static bool is_to_end(void *context)
{
	const struct run *run = context;

	return update_is_to_end(&run->outer);
}

/* What is to come, and what an earlier run had begun. */
static int mark(struct run *run, const struct update_list *before, char **why)
{
	_cleanup_(update_list_clear) struct update_list all = {0};
	int r = update_list_join(&all, before);

	if (r == 0)
		r = update_list_join(&all, &run->carried);
	return r < 0 ? r : marker_write(UPDATE_MARKER, run->since, &all, why);
}

/* Mending comes after the metadata: a package that has to be fetched again may have a successor. */
static int prepare(
	struct run *run, struct update_list *before, struct update_result *result, char **why)
{
	const struct update_audience audience = {hear, run, is_to_end};
	int r;

	enter(run, "repair", N_("Looking for half-installed packages"), 2);
	r = run->backend->settle(&audience, why);
	if (r < 0)
		return r;
	enter(run, "refresh", N_("Fetching package lists"), 7);
	r = refresh_sources(run->backend, run->settings, &audience, &result->warnings, why);
	if (r < 0)
		return r;
	enter(run, "repair", N_("Repairing packages"), 8);
	r = run->backend->mend(&audience, why);
	if (r < 0)
		return r;
	enter(run, "list", N_("Looking for updates"), 10);
	r = refresh_pending(run->backend, run->settings, before, why);
	return r < 0 ? r : mark(run, before, why);
}

static int download_and_install(
	struct run *run, const struct update_list *list, struct update_outcome *outcome, char **why)
{
	const struct update_audience audience = {hear, run, is_to_end};
	int r;

	enter(run, "download", N_("Fetching updates"), 35);
	r = run->backend->download(list, run->settings, &audience, why);
	if (r < 0)
		return r;
	enter(run, "install", N_("Installing updates"), 97);
	return run->backend->install(list, run->settings, &audience, outcome, why);
}

/* What was said of the installation stays said, whatever comes after it. */
static int keep_outcome(struct update_outcome *outcome, struct update_result *result)
{
	int r = strv_move(&outcome->kept, &result->kept);

	return r < 0 ? r : strv_move(&outcome->failed, &result->failed);
}

static int bring_in(struct run *run, const struct update_list *list, struct update_list *after,
	struct update_result *result, bool *again, char **why)
{
	_cleanup_(update_outcome_clear) struct update_outcome outcome = {0};
	int r = download_and_install(run, list, &outcome, why), kept;

	*again = outcome.again;
	kept = keep_outcome(&outcome, result);
	if (r < 0 || kept < 0)
		return r < 0 ? r : kept;
	enter(run, "list", N_("Looking for updates that remain"), 99);
	return refresh_pending(run->backend, run->settings, after, why);
}

/* What is in by now is remembered also when the rest fails. */
static int run_round(struct run *run, const struct update_list *before, struct update_list *after,
	struct update_result *result, bool *again, char **why)
{
	_cleanup_free_ char *failure = NULL;
	int r = bring_in(run, before, after, result, again, &failure), listed = 0;

	if (r < 0)
		listed = refresh_pending(run->backend, run->settings, after, NULL);
	if (listed == 0)
		listed = subtract(before, after, &result->installed);
	if (listed == 0)
		listed = subtract(&run->carried, after, &result->installed);
	if (r < 0)
		return fail(why, -r, "%s", failure ? failure : strerror(-r));
	return listed;
}

/* The positive condition of update_run(). */
static int conclude(const struct run *run, const struct update_list *rest,
	const struct update_result *result, char **why)
{
	const bool is_held = rest->count > 0 && update_list_withheld(rest) == rest->count;
	_cleanup_free_ char *what = NULL;
	int r;

	if (rest->count > 0 && !is_held)
		return name_rest(rest, why);
	if (result->failed.count > 0) {
		fail(why, EBUSY,
			"scripts of packages failed: %s; see journalctl -u "
			"cordon-update, then run cordon update again",
			result->failed.items[0]);
		return 1;
	}
	/* An empty list is no proof: what was cut off may look installed. */
	r = run->backend->unfinished(&what);
	if (r != 0)
		fail(why, r < 0 ? -r : EBUSY, "%s", what ? what : _("packages are half-installed"));
	if (r == 0)
		r = marker_remove(UPDATE_MARKER, why);
	/* What is held back no continuation brings in: this run has ended. */
	return r == 0 && is_held ? name_rest(rest, why) : r;
}

/* A package manager that updated itself first has to be asked once more. */
static int run_to_end(struct run *run, struct update_result *result, char **why)
{
	_cleanup_(update_list_clear) struct update_list before = {0}, after = {0};
	bool again = true;
	int r = prepare(run, &before, result, why);

	for (int round = 0; r == 0 && again && round < ROUNDS_MAX; round++) {
		update_list_clear(&after);
		run->end = 10;
		r = run_round(run, &before, &after, result, &again, why);
		if (r == 0 && again) {
			update_list_clear(&before);
			r = refresh_pending(run->backend, run->settings, &before, why);
		}
	}
	return r < 0 ? r : conclude(run, &after, result, why);
}

static int begin(struct run *run, const struct update_settings *settings,
	const struct update_audience *audience, char **why)
{
	int r;

	*run = (struct run){
		.backend = backend_detect(),
		.settings = settings,
		.outer = refresh_audience(audience),
	};
	if (!run->backend)
		return backend_missing(why);
	r = marker_read(UPDATE_MARKER, &run->carried);
	return r < 0 ? r : marker_write(UPDATE_MARKER, when_now(run->since), &run->carried, why);
}

void update_result_clear(struct update_result *result)
{
	update_list_clear(&result->installed);
	strv_clear(&result->kept);
	strv_clear(&result->failed);
	strv_clear(&result->warnings);
}

static void run_clear(struct run *run)
{
	update_list_clear(&run->carried);
}

int update_run(const struct update_settings *settings, const struct update_audience *audience,
	struct update_result *result, char **why)
{
	_cleanup_free_ char *failure = NULL;
	_cleanup_(run_clear) struct run run = {0};
	struct update_step last = {0};
	int r;

	r = begin(&run, settings, audience, why);
	if (r < 0)
		return r;
	r = run_to_end(&run, result, &failure);
	if (run.backend->name_cves)
		run.backend->name_cves(&result->installed);
	if (r == 0)
		last = (struct update_step){
			.state = "done", .message = N_("No updates are pending"), .percent = 100};
	else
		last = (struct update_step){.state = r > 0 ? "incomplete" : "failed",
			.message = failure ? failure : strerror(-r),
			.percent = run.percent};
	publish(&run, &last);
	if (r != 0)
		fail(why, EIO, "%s", last.message);
	return r;
}

bool update_was_interrupted(void)
{
	return file_exists(UPDATE_MARKER);
}
