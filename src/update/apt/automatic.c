// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic updates after the release (P7): unattended-upgrades, run by apt-daily-upgrade.timer
 * when APT::Periodic says so.
 *
 * Debian's own file for that, 20auto-upgrades, is the administrator's as soon as it exists: it is
 * written where it is missing, and otherwise left as it is, with a sentence that says what to
 * change.
 */

#include "update/apt/apt.h"

#include "update/manager/automatic.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define UNATTENDED    "/usr/bin/unattended-upgrade"
#define SETTINGS      "/etc/apt/apt.conf.d/20auto-upgrades"
#define TIMER	      "apt-daily.timer"
#define TIMER_UPGRADE "apt-daily-upgrade.timer"

static const char content[] = "APT::Periodic::Update-Package-Lists \"1\";\n"
			      "APT::Periodic::Unattended-Upgrade \"1\";\n";

/* apt.conf's numbers: days, "always", or units behind; 0 and nothing mean never. */
static bool is_set(const char *value)
{
	return *value && strcmp(value, "0") != 0;
}

static int read_setting(const char *name, char value[static 32], char **why)
{
	const char *argv[] = {APT_CONFIG, "shell", "V", name, NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = apt_query(argv, &output, why);

	value[0] = '\0';
	if (r == 0 && output.out)
		sscanf(output.out, "V='%31[^']'", value);
	return r;
}

/* NULL: nothing is in the way. */
static int find_obstacle(char **obstacle, char **why)
{
	static const char *const names[] = {"APT::Periodic::Update-Package-Lists",
		"APT::Periodic::Unattended-Upgrade", "APT::Periodic::Enable"};
	static const char *const timers[] = {TIMER, TIMER_UPGRADE};
	char value[32];
	int r;

	if (!file_exists(UNATTENDED)) {
		*obstacle = strdup_printf(_("the package unattended-upgrades is not installed"));
		return *obstacle ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		r = read_setting(names[i], value, why);
		if (r < 0)
			return r;
		/* The last one is on unless it is switched off. */
		if (is_set(value) || (i == 2 && !*value))
			continue;
		*obstacle = file_exists(SETTINGS)
				    ? strdup_printf(_("%s is not set in %s"), names[i], SETTINGS)
				    : strdup_printf(_("%s is not set"), names[i]);
		return *obstacle ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < ELEMENTS(timers); i++)
		if (!automatic_timer_is_on(timers[i])) {
			*obstacle = strdup_printf(_("%s is not enabled"), timers[i]);
			return *obstacle ? 0 : -ENOMEM;
		}
	return 0;
}

int apt_automatic(struct update_automatic *state, char **why)
{
	_cleanup_free_ char *obstacle = NULL, *how = NULL;
	int r = find_obstacle(&obstacle, why);

	if (r < 0)
		return r;
	how = obstacle ? strdup(obstacle)
		       : strdup_printf(_("unattended-upgrades installs security updates daily "
					 "(apt-daily-upgrade.timer)"));
	if (!how)
		return -ENOMEM;
	*state = (struct update_automatic){.on = !obstacle, .how = TAKE_PTR(how)};
	return 0;
}

static int install_package(char **why)
{
	static const char *const argv[] = {APT_GET, "-y", "-q", "--no-install-recommends",
		"install", "unattended-upgrades", NULL};
	const struct call call = {.argv = argv, .limit = LIMIT_PACKAGES, .waits = true};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	int r;

	if (file_exists(UNATTENDED))
		return 0;
	r = apt_call(&call, &output, why);
	if (r < 0 || output.status == 0)
		return r;
	reason = apt_reason(&output);
	return fail(
		why, EIO, "unattended-upgrades could not be installed: %s", reason ? reason : "");
}

int apt_automate(char **why)
{
	_cleanup_free_ char *obstacle = NULL;
	int r = install_package(why);

	if (r == 0)
		r = automatic_configure(SETTINGS, content, why);
	if (r == 0)
		r = automatic_enable(TIMER, TIMER_UPGRADE, _("the timers of apt"), why);
	if (r == 0)
		r = find_obstacle(&obstacle, why);
	if (r == 0 && obstacle)
		return fail(why, EPERM,
			"%s, which somebody wrote and cordon leaves alone: set it to \"1\" there",
			obstacle);
	return r;
}
