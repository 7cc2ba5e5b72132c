// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of an update, the same for every package manager.
 *
 * The marker is on disk before the first package is touched and goes when nothing is pending any
 * more, so that whatever happens between - a dropped connection, a full disk, the plug - is
 * followed by a continuation, not by a machine that is half updated and believes otherwise.
 */

#include "update/update.h"

#include "update/apt.h"
#include "update/progress.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

static const struct update_backend *const backends[] = {&update_backend_apt};

/* An update that is going on: who listens, and which part of the whole its present step is. */
struct run {
	const struct update_backend *backend;
	update_listener listen;
	void *context;
	char since[WHEN_SIZE];
	unsigned int start, end, percent;
};

const struct update_backend *update_backend_detect(void)
{
	for (size_t i = 0; i < ELEMENTS(backends); i++)
		if (backends[i]->detect())
			return backends[i];
	return NULL;
}

int update_no_backend(char **why)
{
	return fail(why, ENOTSUP,
		"no package manager that cordon knows (apt) is installed, so it cannot tell "
		"which updates this machine lacks");
}

static int refresh_and_list(const struct update_backend *backend, struct update_list *list,
	struct sentences *warnings, char **why)
{
	int r = backend->refresh(warnings, why);

	return r < 0 ? r : backend->pending(list, why);
}

int update_check(struct update_list *list, struct sentences *warnings, char **why)
{
	const struct update_backend *backend = update_backend_detect();

	return backend ? refresh_and_list(backend, list, warnings, why) : update_no_backend(why);
}

static void publish(struct run *run, const struct update_step *step)
{
	run->percent = step->percent;
	/* An update must not fail because /run is full. */
	progress_write(UPDATE_PROGRESS, step, run->since);
	if (run->listen)
		run->listen(run->context, step);
}

/* Translates a step's own percentage into that of the whole. */
static void hear(void *context, const struct update_step *step)
{
	struct run *run = context;
	struct update_step whole = *step;

	whole.percent = run->start + (run->end - run->start) * step->percent / 100;
	/* apt's own figure goes back now and then. */
	if (whole.percent < run->percent)
		whole.percent = run->percent;
	publish(run, &whole);
}

static void enter(struct run *run, const char *state, const char *message, unsigned int end)
{
	run->start = run->end;
	run->end = end;
	hear(run, &(struct update_step){.state = state, .message = message});
}

static int mark_begun(const char *since)
{
	_cleanup_free_ char *content = text("%s\n", since);

	if (!content)
		return -ENOMEM;
	return file_publish(UPDATE_MARKER, content, strlen(content), 0644);
}

static int mark_ended(char **why)
{
	int r = unlink(UPDATE_MARKER) < 0 ? -errno : file_sync_parent(UPDATE_MARKER);

	return r < 0 ? fail(why, -r, "%s: cannot be removed: %s", UPDATE_MARKER, strerror(-r)) : 0;
}

/* The positive condition of update_run(): installed what could be, and yet not done. */
static int name_rest(const struct update_list *rest, char **why)
{
	_cleanup_(sentences_clear) struct sentences reasons = {0};
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
		if (!update_list_find(after, before->items[i].name))
			r = update_list_add(difference, &before->items[i]);
	return r;
}

static int run_steps(struct run *run, struct update_list *before, struct update_list *after,
	struct sentences *warnings, char **why)
{
	const struct update_backend *backend = run->backend;
	int r;

	enter(run, "repair", "Looking for half-installed packages", 5);
	r = backend->repair(hear, run, why);
	if (r < 0)
		return r;
	enter(run, "refresh", "Fetching package lists", 8);
	r = backend->refresh(warnings, why);
	if (r < 0)
		return r;
	enter(run, "list", "Looking for updates", 10);
	r = backend->pending(before, why);
	if (r < 0)
		return r;
	enter(run, "install", "Installing updates", 97);
	r = backend->install(hear, run, why);
	if (r < 0)
		return r;
	enter(run, "list", "Looking for updates that remain", 99);
	return backend->pending(after, why);
}

static int run_to_end(
	struct run *run, struct update_list *installed, struct sentences *warnings, char **why)
{
	_cleanup_(update_list_clear) struct update_list before = {0}, after = {0}, difference = {0};
	int r;

	r = run_steps(run, &before, &after, warnings, why);
	if (r < 0)
		return r;
	r = subtract(&before, &after, &difference);
	if (r < 0)
		return r;
	r = after.count > 0 ? name_rest(&after, why) : mark_ended(why);
	if (r < 0)
		return r;
	*installed = difference;
	difference = (struct update_list){0};
	return r;
}

static int begin(struct run *run, update_listener listen, void *context, char **why)
{
	int r;

	*run = (struct run){
		.backend = update_backend_detect(), .listen = listen, .context = context};
	if (!run->backend)
		return update_no_backend(why);
	r = mark_begun(when_now(run->since));
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", UPDATE_MARKER, strerror(-r)) : 0;
}

int update_run(update_listener listen, void *context, struct update_list *installed,
	struct sentences *warnings, char **why)
{
	_cleanup_free_ char *failure = NULL;
	struct update_step last = {0};
	struct run run;
	int r;

	r = begin(&run, listen, context, why);
	if (r < 0)
		return r;
	r = run_to_end(&run, installed, warnings, &failure);
	if (r == 0)
		last = (struct update_step){
			.state = "done", .message = "No updates are pending", .percent = 100};
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
