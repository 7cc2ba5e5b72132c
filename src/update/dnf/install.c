// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching, installing and mending.
 *
 * Metadata are not asked for again in between (metadata_expire): what is installed is what was
 * judged and listed. best=0, for one package that cannot be installed must not keep all others out;
 * it is listed as withheld. With Updates=security the packages are named, for "upgrade --security"
 * takes sources without advisories for sources without security updates.
 */

#include "update/dnf/dnf.h"

#include "update/dnf/parse.h"
#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

#define KILLED 128

/* The journal of cordon-update has what dnf wrote; its own log is this. */
#define DNF_LOG "/var/log/dnf.rpm.log"

#define DNF_UPGRADE DNF_COMMON, DNF_FETCHING, "--setopt=*.metadata_expire=-1", "--setopt=best=0"

static const char *const upgrade_options[] = {DNF_UPGRADE};

/* A run of dnf, and who hears how it goes on. */
struct installer {
	const char *state;
	const struct update_audience *audience;
	unsigned long long total; /* bytes to be fetched, as dnf announced them */
	struct rpm_transaction course;
};

static void hear_step(struct installer *installer, const char *line)
{
	struct update_step step = {.state = installer->state};
	const bool fetches = strcmp(installer->state, "download") == 0;
	struct dnf_step found;
	_cleanup_free_ char *message = NULL;

	if (!dnf_step_parse(line, &found) || fetches != (found.kind == DNF_STEP_DOWNLOAD))
		return;
	if (found.kind == DNF_STEP_INSTALL)
		rpm_transaction_installed(&installer->course, found.package);
	message = strdup_printf("%s %s", fetches ? "Fetched" : found.verb, found.package);
	step.message = message;
	step.package = found.package;
	step.percent = found.percent;
	if (fetches) {
		step.bytes_total = installer->total;
		step.bytes = installer->total * found.percent / 100;
	}
	installer->audience->listen(installer->audience->context, &step);
}

static void hear(void *context, bool from_stderr, const char *line)
{
	struct installer *installer = context;

	if (strcmp(installer->state, "download") != 0)
		rpm_transaction_hear(&installer->course, line);
	if (from_stderr)
		return;
	if (installer->total == 0)
		installer->total = dnf_bytes_needed(line);
	hear_step(installer, line);
}

/* Returns the exit status, or a negative errno; *reason is dnf's own. */
static int run_dnf(const char *const *argv, struct installer *installer, char **reason, char **why)
{
	const bool fetches = strcmp(installer->state, "download") == 0;
	const struct call call = {
		.argv = argv,
		.limit = LIMIT_PACKAGES,
		.waits = true,
		.audience = installer->audience,
		.fetches = fetches ? dnf_folders : NULL,
		.line = hear,
		.context = installer,
	};
	_cleanup_(output_clear) struct output output = {0};
	int r = dnf_call(&call, &output, why);

	if (r < 0 || output.status == 0)
		return r;
	*reason = dnf_reason(&output);
	return *reason ? output.status : -ENOMEM;
}

/* It touches what is installed: nothing that happens meanwhile is forgotten. */
static int run_transaction(
	const char *const *argv, struct installer *installer, char **reason, char **why)
{
	int r = rpm_wait(installer->audience, why), ended = 0, noted;

	if (r == 0)
		r = rpm_begin(why);
	if (r < 0)
		return r;
	r = run_dnf(argv, installer, reason, why);
	if (r >= 0 && r < KILLED)
		ended = rpm_end(why);
	noted = rpm_transaction_end(&installer->course, r == 0, r < 0 ? NULL : why);
	if (r < 0)
		return r;
	return noted < 0 ? noted : ended < 0 ? ended : r;
}

/* Everything, or the packages of the list. The array refers to @list. */
static const char **upgrade_argv(
	const struct update_list *list, const struct update_settings *settings, bool download)
{
	const char **argv = calloc(ELEMENTS(upgrade_options) + list->count + 4, sizeof(*argv));
	size_t count = ELEMENTS(upgrade_options);

	if (!argv)
		return NULL;
	memcpy(argv, upgrade_options, sizeof(upgrade_options));
	argv[count++] = download ? "--downloadonly" : "-C";
	argv[count++] = "upgrade";
	for (size_t i = 0; settings->security_only && i < list->count; i++)
		if (!list->items[i].withheld)
			argv[count++] = list->items[i].name;
	return argv;
}

int dnf_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why)
{
	struct installer installer = {.state = "download", .audience = audience};
	_cleanup_free_ const char **argv = NULL;
	_cleanup_free_ char *reason = NULL;
	int r;

	if (list->count == update_list_withheld(list))
		return 0;
	argv = upgrade_argv(list, settings, true);
	r = argv ? run_dnf(argv, &installer, &reason, why) : -ENOMEM;
	if (r <= 0)
		return r;
	return fail(why, EIO, "the updates could not be fetched: %s; then run cordon update again",
		reason);
}

int dnf_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why)
{
	struct installer installer = {
		.state = "install", .audience = audience, .course.outcome = outcome};
	_cleanup_free_ const char **argv = NULL;
	_cleanup_free_ char *reason = NULL;
	int r;

	if (list->count == update_list_withheld(list))
		return 0;
	argv = upgrade_argv(list, settings, false);
	r = argv ? run_transaction(argv, &installer, &reason, why) : -ENOMEM;
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"dnf failed to install the updates (exit status %d): %s; see %s; mend it, then run "
		"cordon update again",
		r, reason, DNF_LOG);
}

static int remove_duplicates(const struct update_audience *audience, char **reason, char **why)
{
	static const char *const argv[] = {DNF_UPGRADE, "remove", "--duplicates", NULL};
	struct installer installer = {.state = "repair", .audience = audience};

	return run_transaction(argv, &installer, reason, why);
}

static int reinstall(const struct update_audience *audience, const char *name, char **why)
{
	const char *argv[] = {DNF_UPGRADE, "reinstall", name, NULL};
	struct installer installer = {.state = "repair", .audience = audience};
	_cleanup_free_ char *reason = NULL;

	return run_transaction(argv, &installer, &reason, why);
}

int dnf_mend(const struct update_audience *audience, char **why)
{
	static const struct rpm_mender mender = {
		.manager = "dnf",
		.by_hand = "dnf remove --duplicates",
		.remove_duplicates = remove_duplicates,
		.reinstall = reinstall,
	};

	return rpm_mend(&mender, audience, why);
}
