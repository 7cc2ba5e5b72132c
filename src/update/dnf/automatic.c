// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic updates after the release (P7): dnf-automatic.
 *
 * Its timer dnf-automatic.timer does what automatic.conf says, and that is, as it is delivered,
 * only to tell. dnf-automatic-install.timer installs whatever the file says, so enabling that one
 * leaves the administrator's file alone. dnf5 has but one timer, and no file until somebody writes
 * one; it could not be tried here.
 */

#include "update/dnf/dnf.h"

#include "update/manager/automatic.h"
#include "update/rpm/repo-file.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

#define PROGRAM_4	"/usr/bin/dnf-automatic"
#define TIMER_4		"dnf-automatic.timer"
#define TIMER_4_INSTALL "dnf-automatic-install.timer"
#define PROGRAM_5	"/usr/lib/systemd/system/dnf5-automatic.timer"
#define TIMER_5		"dnf5-automatic.timer"
#define DNF_5		"/usr/bin/dnf5"
#define SETTINGS	"/etc/dnf/automatic.conf"
#define SETTINGS_MAX	(64U << 10)

static const char content[] = "[commands]\napply_updates = yes\n";

static int find_applies(void *context, const struct ini_entry *entry)
{
	if (strcmp(entry->section, "commands") == 0 && strcmp(entry->key, "apply_updates") == 0)
		*(bool *)context = repo_switch(entry->value) == REPO_ON;
	return 0;
}

/* dnf-automatic gives up at a line that it does not understand. */
static int give_up(void *context, enum ini_problem problem, unsigned int line)
{
	(void)context;
	(void)problem;
	(void)line;
	return -EINVAL;
}

bool dnf_applies(const char *conf)
{
	static const struct ini_visitor visitor = {.entry = find_applies, .problem = give_up};
	bool applies = false;

	return ini_parse(conf, strlen(conf), &repo_dialect, &visitor, &applies) == 0 && applies;
}

static int read_applies(bool *applies, char **why)
{
	_cleanup_free_ char *conf = NULL;
	int r = file_read(SETTINGS, SETTINGS_MAX, &conf, NULL);

	if (r < 0 && r != -ENOENT)
		return fail(why, -r, "%s: cannot be read: %s", SETTINGS, strerror(-r));
	*applies = r == 0 && dnf_applies(conf);
	return 0;
}

static int find_how(struct update_automatic *state, char **why)
{
	const bool tells = automatic_timer_is_on(TIMER_4), five = automatic_timer_is_on(TIMER_5);
	bool applies = false;
	int r = read_applies(&applies, why);

	if (r < 0)
		return r;
	if (automatic_timer_is_on(TIMER_4_INSTALL) || ((tells || five) && applies))
		*state = (struct update_automatic){
			true, strdup_printf(_("dnf-automatic installs updates daily (%s)"),
				      tells && applies	? TIMER_4
				      : five && applies ? TIMER_5
							: TIMER_4_INSTALL)};
	else if (tells || five)
		state->how = strdup_printf(
			_("%s is enabled, and only tells of updates: apply_updates is not "
			  "set to yes in %s"),
			tells ? TIMER_4 : TIMER_5, SETTINGS);
	else if (file_exists(PROGRAM_4) || file_exists(PROGRAM_5))
		state->how = strdup_printf(
			_("%s is not enabled"), file_exists(PROGRAM_4) ? TIMER_4_INSTALL : TIMER_5);
	else
		state->how = strdup_printf(_("the package %s is not installed"),
			file_exists(DNF_5) ? "dnf5-plugin-automatic" : "dnf-automatic");
	return state->how ? 0 : -ENOMEM;
}

int dnf_automatic(struct update_automatic *state, char **why)
{
	struct update_automatic found = {0};
	int r = find_how(&found, why);

	if (r == 0)
		*state = found;
	return r;
}

static int install_package(char **why)
{
	const char *package = file_exists(DNF_5) ? "dnf5-plugin-automatic" : "dnf-automatic";
	const char *argv[] = {DNF_COMMON, DNF_FETCHING, "install", package, NULL};
	const struct call call = {.argv = argv, .limit = LIMIT_PACKAGES, .waits = true};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	int r;

	if (file_exists(PROGRAM_4) || file_exists(PROGRAM_5))
		return 0;
	r = dnf_call(&call, &output, why);
	if (r < 0 || output.status == 0)
		return r;
	reason = dnf_reason(&output);
	return fail(why, EIO, "%s could not be installed: %s", package, reason ? reason : "");
}

/* Only dnf5 needs it. */
static int write_settings(char **why)
{
	return file_exists(PROGRAM_4) ? 0 : automatic_configure(SETTINGS, content, why);
}

static int enable_timer(char **why)
{
	const char *timer = file_exists(PROGRAM_4) ? TIMER_4_INSTALL : TIMER_5;

	return automatic_enable(timer, NULL, timer, why);
}

int dnf_automate(char **why)
{
	struct update_automatic state = {0};
	_cleanup_free_ char *how = NULL;
	int r = install_package(why);

	if (r == 0)
		r = write_settings(why);
	if (r == 0)
		r = enable_timer(why);
	if (r == 0)
		r = dnf_automatic(&state, why);
	how = state.how;
	if (r == 0 && !state.on)
		return fail(why, EPERM,
			"%s, and cordon leaves what somebody wrote alone: set it there", how);
	return r;
}
