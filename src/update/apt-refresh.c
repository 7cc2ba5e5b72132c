// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching metadata, and judging source by source whether that worked.
 *
 * By default apt-get update exits 0 when a mirror cannot be reached and goes on with old lists.
 * Error-Mode=any makes every such thing an error; what remains is to tell the errors that matter
 * from those that do not: a third-party source that is down is a warning, a security source that
 * is down means that nobody knows which updates this machine lacks.
 */

#include "update/apt.h"

#include "update/apt-parse.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>

#define UPDATE_TIMEOUT	(30 * 60)
#define UPDATE_PATIENCE (5 * 60)

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

static bool has_security_source(const struct apt_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		if (sources->items[i].security)
			return true;
	return false;
}

static int refuse(const struct apt_failure *failure, enum apt_obstacle obstacle, char **why)
{
	const struct apt_source *source = failure->source;
	const char *advice = "correct it or make it reachable, then run cordon update again";

	if (obstacle == APT_OBSTACLE_CLOCK)
		advice = "the clock of this machine is behind: set it (timedatectl), then run "
			 "cordon update again";
	if (obstacle == APT_OBSTACLE_LOCK)
		advice = "wait for that program to end, then run cordon update again";
	if (!source)
		return fail(why, EIO, "apt-get update: %s; %s", failure->reason, advice);
	return fail(why, EIO, "security source %s %s (%s): %s; %s", source->uri, source->dist,
		source->entry, failure->reason, advice);
}

/* The first failure that must not be passed over, NULL when all others are warnings at most. */
static const struct apt_failure *find_grave(const struct apt_failures *failures)
{
	for (size_t i = 0; i < failures->count; i++)
		if (!failures->items[i].source || failures->items[i].source->security)
			return &failures->items[i];
	return NULL;
}

static int add_warnings(const struct apt_failures *failures, struct sentences *warnings)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < failures->count; i++)
		r = sentences_add(warnings, "source %s %s (%s) was not refreshed: %s",
			failures->items[i].source->uri, failures->items[i].source->dist,
			failures->items[i].source->entry, failures->items[i].reason);
	return r;
}

static int judge(const struct output *output, const struct apt_sources *sources,
	struct sentences *warnings, char **why)
{
	_cleanup_(apt_failures_clear) struct apt_failures failures = {0};
	_cleanup_free_ char *reason = NULL;
	const struct apt_failure *grave;
	int r;

	r = apt_failures_parse(output->error ? output->error : "", sources, &failures);
	if (r < 0)
		return r;
	grave = find_grave(&failures);
	if (grave)
		return refuse(grave, apt_obstacle_find(output->error), why);
	if (output->status != 0 && failures.count == 0) {
		reason = apt_reason(output);
		return fail(why, EIO, "apt-get update failed (exit status %d): %s", output->status,
			reason ? reason : "");
	}
	if (!has_security_source(sources))
		return fail(why, ENOENT,
			"no security source is configured in /etc/apt/sources.list or "
			"/etc/apt/sources.list.d: add the suite CODENAME-security of this "
			"distribution (\"deb URI CODENAME-security main\"), then run cordon update "
			"again");
	return add_warnings(&failures, warnings);
}

int apt_refresh(struct sentences *warnings, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"update",
		"-q",
		"-oAPT::Update::Error-Mode=any",
		"-oAcquire::Retries=2",
		"-oAcquire::http::Timeout=30",
		NULL,
	};
	struct apt_call call = {
		.argv = argv, .timeout = UPDATE_TIMEOUT, .patience = UPDATE_PATIENCE};
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	r = apt_call(&call, &output, why);
	if (r < 0)
		return r;
	r = apt_sources_load(&sources, why);
	if (r < 0)
		return r;
	return judge(&output, &sources, warnings, why);
}
