// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching, installing and mending.
 *
 * Metadata are not asked for again in between (--no-refresh): what is installed is what was judged
 * and listed. 102, that a reboot is needed, hides every greater exit status; what they would say is
 * read from the output.
 */

#include "update/zypper/zypper.h"

#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#define ZYPPER_HISTORY "/var/log/zypp/history"

/* A run of zypper, and who hears how it goes on. */
struct installer {
	const char *state;
	const struct update_audience *audience;
	unsigned long long total; /* bytes to be fetched, as zypper announced them */
	bool restarts;		  /* a patch among those to be installed asks for a reboot */
	bool began;		  /* packages were touched */
	bool skipped;		  /* a repository was left out */
	bool again;
	struct rpm_transaction course;
};

static void hear_step(struct installer *installer, const char *line)
{
	const bool fetches = strcmp(installer->state, "download") == 0;
	struct update_step step = {.state = installer->state};
	_cleanup_free_ char *message = NULL;
	struct zypper_step found;

	if (!zypper_step_parse(line, &found) || fetches != (found.kind == ZYPPER_STEP_FETCH))
		return;
	installer->began = installer->began || !fetches;
	if (found.done) {
		rpm_transaction_installed(&installer->course, found.package);
		/* Now, for nobody knows whether cordon hears the exit status. */
		if (installer->restarts)
			file_touch(ZYPPER_REBOOT);
	}
	message = strdup_printf("%s %s", fetches ? "Fetching" : "Installing", found.package);
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
	_cleanup_free_ char *plain = strdup(line);

	(void)from_stderr;
	if (!plain) {
		installer->course.error = -ENOMEM;
		return;
	}
	if (installer->total == 0)
		installer->total = zypper_bytes_needed(line);
	hear_step(installer, line);
	zypper_unescape(plain);
	if (strstr(plain, "Skipping repository '"))
		installer->skipped = true;
	if (strcmp(installer->state, "download") != 0)
		rpm_transaction_hear(&installer->course, plain);
}

/* Returns the exit status, or a negative errno; *reason is zypper's own where it failed. */
static int run_zypper(
	const char *const *argv, struct installer *installer, char **reason, char **why)
{
	const bool fetches = strcmp(installer->state, "download") == 0;
	const struct call call = {
		.argv = argv,
		.limit = LIMIT_PACKAGES,
		.waits = true,
		.audience = installer->audience,
		.fetches = fetches ? zypper_folders : NULL,
		.line = hear,
		.context = installer,
	};
	_cleanup_(output_clear) struct output output = {0};
	int r = zypper_call(&call, &output, why);

	if (r < 0)
		return r;
	*reason = zypper_reason(&output);
	return *reason ? output.status : -ENOMEM;
}

/* It says that a script failed, and there is no word of which: then it may be any of them. */
static void suspect_all(struct installer *installer)
{
	for (size_t i = 0; i < installer->course.done.count; i++) {
		_cleanup_free_ char *line = strdup_printf(
			"warning: %%post(%s-0-0) scriptlet failed, or another one did",
			installer->course.done.items[i]);

		if (line)
			rpm_transaction_hear(&installer->course, line);
		else
			installer->course.error = -ENOMEM;
	}
}

static bool went_well(int status)
{
	return status == 0 || status == ZYPPER_REBOOT_NEEDED || status == ZYPPER_RESTART_NEEDED ||
	       status == ZYPPER_SCRIPT_FAILED;
}

/* What an exit status other than 0 leaves to be remembered. */
static int note(struct installer *installer, int status, char **why)
{
	int r;

	if (status == ZYPPER_RESTART_NEEDED)
		installer->again = true;
	if (status == ZYPPER_SCRIPT_FAILED && installer->course.failed.count == 0)
		suspect_all(installer);
	if (status != ZYPPER_REBOOT_NEEDED)
		return 0;
	r = file_touch(ZYPPER_REBOOT);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", ZYPPER_REBOOT, strerror(-r)) : 0;
}

/*
 * It touches what is installed: nothing that happens meanwhile is forgotten. zypper ends in good
 * order when rpm was killed below it, so only its word that all is well ends an installation that
 * has begun.
 */
static int run_transaction(
	const char *const *argv, struct installer *installer, char **reason, char **why)
{
	int r = rpm_wait(installer->audience, why), noted = 0, ended = 0;

	installer->began = false;
	if (r == 0)
		r = rpm_begin(why);
	if (r < 0)
		return r;
	r = run_zypper(argv, installer, reason, why);
	if (r >= 0)
		noted = note(installer, r, why);
	if (noted == 0)
		noted = rpm_transaction_end(&installer->course, went_well(r), r < 0 ? NULL : why);
	if (r >= 0 && noted == 0 && (went_well(r) || !installer->began))
		ended = rpm_end(why);
	if (r < 0)
		return r;
	if (noted < 0 || ended < 0)
		return noted < 0 ? noted : ended;
	if (installer->skipped || r == ZYPPER_REPOSITORY_SKIPPED)
		return ZYPPER_REPOSITORY_SKIPPED;
	return went_well(r) ? 0 : r;
}

/* An outcome is the caller's, and outlives a course. */
static int run_installation(const char *const *argv, struct installer *installer,
	struct update_outcome *outcome, char **why)
{
	_cleanup_free_ char *reason = NULL;
	int r;

	installer->course.outcome = outcome;
	r = run_transaction(argv, installer, &reason, why);
	outcome->again = outcome->again || installer->again;
	if (r <= 0)
		return r;
	if (r == ZYPPER_REPOSITORY_SKIPPED)
		return fail(why, EIO,
			"zypper left out a repository that it cannot load: %s; mend or disable it "
			"(zypper modifyrepo --disable), then run cordon update again",
			reason);
	return fail(why, EIO,
		"zypper failed to install the updates (exit status %d): %s; see %s; mend it, then "
		"run cordon update again",
		r, reason, ZYPPER_HISTORY);
}

/* MicroOS and its like: nothing can be installed into the running system. As PID 1 sees it, for
 * cordon-prefetch.service has a /usr that is read-only in any case. */
static int check_writable(char **why)
{
	struct statvfs st;

	if (statvfs("/proc/1/root/usr", &st) < 0 || !(st.f_flag & ST_RDONLY))
		return 0;
	return fail(why, ENOTSUP,
		"/usr is read-only, so that zypper cannot install updates; run "
		"\"transactional-update\", reboot, then cordon update");
}

static int download_with(const char **argv, const struct update_audience *audience, char **why)
{
	struct installer installer = {.state = "download", .audience = audience};
	_cleanup_free_ char *reason = NULL;
	int r = argv ? run_zypper(argv, &installer, &reason, why) : -ENOMEM;

	if (r < 0 || went_well(r))
		return r < 0 ? r : 0;
	return fail(why, EIO, "the updates could not be fetched: %s; then run cordon update again",
		reason);
}

int zypper_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why)
{
	_cleanup_(zypper_choice_clear) struct zypper_choice choice = {0};
	_cleanup_free_ const char **argv = NULL;
	const bool by_patch = settings->security_only && update_list_withheld(list) == 0;
	int r;

	if (list->count == update_list_withheld(list))
		return 0;
	r = check_writable(why);
	if (r == 0 && by_patch)
		r = zypper_choose(list, true, true, &choice, why);
	if (r < 0 || (by_patch && choice.count == 0))
		return r;
	argv = by_patch ? zypper_patch_argv(&choice, false, true) : zypper_update_argv(list, true);
	return download_with(argv, audience, why);
}

/* With Updates=all what a patch cannot bring, "update" may. */
static int install_patches(const struct zypper_choice *choice, const struct update_list *list,
	const struct update_settings *settings, struct installer *installer,
	struct update_outcome *outcome, char **why)
{
	const bool all = !settings->security_only && update_list_withheld(list) == 0;
	_cleanup_free_ const char **argv = zypper_patch_argv(choice, all, false);

	installer->restarts = choice->restart;
	return argv ? run_installation(argv, installer, outcome, why) : -ENOMEM;
}

int zypper_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why)
{
	struct installer installer = {.state = "install", .audience = audience};
	_cleanup_(zypper_choice_clear) struct zypper_choice choice = {0};
	_cleanup_free_ const char **argv = NULL;
	int r;

	if (list->count == update_list_withheld(list))
		return 0;
	r = check_writable(why);
	if (r == 0 && !zypper_is_rolling())
		r = zypper_choose(list, settings->security_only, false, &choice, why);
	if (r == 0 && choice.count > 0)
		r = install_patches(&choice, list, settings, &installer, outcome, why);
	/* What was installed is zypper itself: the rest is the new one's. */
	if (r == 0 && choice.count > 0 && choice.pkgmanager)
		outcome->again = true;
	/* What is withheld of a patch keeps all of it out; by name, the rest of it comes in. */
	if (r < 0 || outcome->again || (settings->security_only && update_list_withheld(list) == 0))
		return r;
	installer.restarts = false;
	argv = zypper_update_argv(list, false);
	return argv ? run_installation(argv, &installer, outcome, why) : -ENOMEM;
}

static int remove_duplicates(const struct update_audience *audience, char **reason, char **why)
{
	static const char *const argv[] = {ZYPPER_DO, "verify", NULL};
	struct installer installer = {.state = "repair", .audience = audience};

	return run_transaction(argv, &installer, reason, why);
}

/* "NAME=VERSION", or --force might bring an older one. */
static int installed_version(const char *name, char **exact, char **why)
{
	const char *argv[] = {RPM, "-q", "--qf", "%{NAME}=%{EVR}\\n", "--", name, NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output output = {0};
	int r = run_command(&command, &output, why);

	if (r < 0)
		return r;
	*exact = output.out ? strndup(output.out, strcspn(output.out, "\n")) : strdup(name);
	return *exact ? 0 : -ENOMEM;
}

static int reinstall(const struct update_audience *audience, const char *name, char **why)
{
	struct installer installer = {.state = "repair", .audience = audience};
	_cleanup_free_ char *reason = NULL, *exact = NULL;
	int r = installed_version(name, &exact, why);
	const char *argv[] = {
		ZYPPER_DO, "install", "--force", "--auto-agree-with-licenses", "--", exact, NULL};

	return r < 0 ? r : run_transaction(argv, &installer, &reason, why);
}

int zypper_mend(const struct update_audience *audience, char **why)
{
	static const struct rpm_mender mender = {
		.manager = "zypper",
		.by_hand = "zypper verify",
		.remove_duplicates = remove_duplicates,
		.reinstall = reinstall,
	};

	return rpm_mend(&mender, audience, why);
}
