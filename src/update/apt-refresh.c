// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching metadata, and judging source by source whether that worked.
 *
 * By default apt-get update exits 0 when a mirror cannot be reached and goes on with old lists.
 * Error-Mode=any makes every such thing an error; what remains is to tell which source each error
 * is about. source.c knows which of them matter.
 */

#include "update/apt.h"

#include "update/apt-parse.h"
#include "update/apt-release.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>

#define UPDATE_TIMEOUT	(30 * 60)
#define UPDATE_PATIENCE (5 * 60)
#define RELEASE_MAX	(16U << 20)

static int sources_query(
	const char *const *argv, unsigned int timeout, struct apt_sources *sources, char **why)
{
	_cleanup_(output_clear) struct output output = {0};
	int r = apt_query(argv, timeout, &output, why);

	if (r < 0)
		return r;
	r = apt_sources_parse(output.out ? output.out : "", sources);
	if (r == -EBADMSG)
		return fail(why, EBADMSG,
			"%s indextargets: its answer is not understood, so it is not known which "
			"sources are security sources",
			APT_GET);
	return r;
}

/* Without lists and package states to read, apt need not build its cache: 10 ms, not 500. */
int apt_sources_configured(struct apt_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"indextargets",
		"--no-release-info",
		"-oDir::State::lists=/nonexistent/",
		"-oDir::State::status=/dev/null",
		"-oDir::Cache::pkgcache=",
		"-oDir::Cache::srcpkgcache=",
		"--format",
		APT_SOURCES_FORMAT,
		"Created-By: Packages",
		NULL,
	};

	return sources_query(argv, APT_CONFIG_TIMEOUT, sources, why);
}

int apt_sources_load(struct apt_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"indextargets",
		"--format",
		APT_SOURCES_FORMAT,
		"Created-By: Packages",
		NULL,
	};
	int r = apt_sources_configured(sources, why);

	return r < 0 ? r : sources_query(argv, APT_QUERY_TIMEOUT, sources, why);
}

/* Why it failed, and what to do; apt's closing advice fits neither the clock nor the lock. */
static char *explain(const char *reason, enum apt_obstacle obstacle)
{
	const char *advice = "correct it or make it reachable";

	if (obstacle == APT_OBSTACLE_CLOCK)
		advice = "the clock of this machine is behind: set it (timedatectl)";
	if (obstacle == APT_OBSTACLE_STALE)
		advice = "use a mirror that is kept up to date; or, if that is the clock of this "
			 "machine, set it (timedatectl)";
	if (obstacle == APT_OBSTACLE_LOCK)
		advice = "wait for that program to end";
	return text("%s; %s", reason, advice);
}

static const struct apt_failure *find_failure(
	const struct apt_failures *failures, const struct apt_source *source)
{
	for (size_t i = 0; i < failures->count; i++)
		if (failures->items[i].source == source)
			return &failures->items[i];
	return NULL;
}

/* The date of the file that apt verified, whichever of its two forms this source has. */
static time_t date_of(const struct apt_source *source)
{
	static const char *const forms[] = {"InRelease", "Release"};
	time_t date = 0;

	for (size_t i = 0; date == 0 && i < ELEMENTS(forms); i++) {
		_cleanup_free_ char *path = apt_release_path(source->base, forms[i]);
		_cleanup_free_ char *content = NULL;

		if (path && file_read(path, RELEASE_MAX, &content, NULL) == 0)
			date = apt_release_date(content);
	}
	return date;
}

static int add_source(struct update_sources *to, const struct apt_source *source,
	const struct apt_failure *failure, enum apt_obstacle obstacle)
{
	_cleanup_free_ char *name = text("%s %s", source->uri, source->dist);
	_cleanup_free_ char *why = failure ? explain(failure->reason, obstacle) : NULL;
	const struct update_source one = {
		.name = name,
		.entry = source->entry,
		.security = source->security,
		.date = source->security ? date_of(source) : 0,
		.failure = why,
	};

	return name && (why || !failure) ? update_sources_add(to, &one) : -ENOMEM;
}

static int judge(const struct output *output, const struct apt_sources *sources,
	struct update_sources *to, char **why)
{
	_cleanup_(apt_failures_clear) struct apt_failures failures = {0};
	enum apt_obstacle obstacle = apt_obstacle_find(output->error);
	const struct apt_failure *nobodys;
	int r = apt_failures_parse(output->error ? output->error : "", sources, &failures);

	if (r < 0)
		return r;
	nobodys = find_failure(&failures, NULL);
	if (nobodys) {
		_cleanup_free_ char *detail = explain(nobodys->reason, obstacle);

		return fail(why, EIO, "apt-get update: %s, then run cordon update again",
			detail ? detail : "");
	}
	if (output->status != 0 && failures.count == 0) {
		_cleanup_free_ char *reason = apt_reason(output);

		return fail(why, EIO, "apt-get update failed (exit status %d): %s", output->status,
			reason ? reason : "");
	}
	for (size_t i = 0; r == 0 && i < sources->count; i++)
		r = add_source(to, &sources->items[i], find_failure(&failures, &sources->items[i]),
			obstacle);
	return r;
}

int apt_refresh(const struct update_audience *audience, struct update_sources *sources, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"update",
		"-q",
		"-oAPT::Update::Error-Mode=any",
		"-oAcquire::Retries=2",
		"-oAcquire::http::Timeout=30",
		"-oAPT::Status-Fd=1",
		NULL,
	};
	struct apt_call call = {
		.argv = argv,
		.timeout = UPDATE_TIMEOUT,
		.patience = UPDATE_PATIENCE,
		.audience = audience,
		.fetches = true,
	};
	_cleanup_(apt_sources_clear) struct apt_sources configured = {0};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	r = apt_call(&call, &output, why);
	if (r < 0)
		return r;
	r = apt_sources_load(&configured, why);
	return r < 0 ? r : judge(&output, &configured, sources, why);
}
