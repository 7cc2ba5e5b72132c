// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic updates after the release (P7): transactional-update where the root is read-only, else
 * os-update. Each is a timer that does the right thing as it is delivered, so there is no file to
 * write, and an administrator's is left alone.
 */

#include "update/zypper/zypper.h"

#include "update/manager/automatic.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>

#define OS_UPDATE	     "os-update.timer"
#define TRANSACTIONAL_UPDATE "transactional-update.timer"

static bool is_installed(const char *unit)
{
	_cleanup_free_ char *path = strdup_printf("/usr/lib/systemd/system/%s", unit);
	_cleanup_free_ char *site = strdup_printf("/etc/systemd/system/%s", unit);

	return (path && file_exists(path)) || (site && file_exists(site));
}

/* The one that fits this system. */
static const char *find_timer(void)
{
	return is_installed(TRANSACTIONAL_UPDATE) ? TRANSACTIONAL_UPDATE : OS_UPDATE;
}

int zypper_automatic(struct update_automatic *state, char **why)
{
	const char *timer = find_timer();
	const bool on = automatic_timer_is_on(timer);
	char *how;

	(void)why;
	if (on)
		how = strdup_printf(_("%s installs updates daily"), timer);
	else if (is_installed(timer))
		how = strdup_printf(_("%s is not enabled"), timer);
	else
		how = strdup_printf(_("the package os-update is not installed"));
	if (!how)
		return -ENOMEM;
	*state = (struct update_automatic){.on = on, .how = how};
	return 0;
}

static int install_package(char **why)
{
	static const char *const argv[] = {ZYPPER_COMMON, "install", "--auto-agree-with-licenses",
		"--no-recommends", "os-update", NULL};
	const struct call call = {.argv = argv, .limit = LIMIT_PACKAGES, .waits = true};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	int r;

	if (is_installed(find_timer()))
		return 0;
	r = zypper_call(&call, &output, why);
	if (r < 0 || output.status == 0)
		return r;
	reason = zypper_reason(&output);
	return fail(why, EIO, "os-update could not be installed (exit status %d): %s",
		output.status, reason ? reason : "");
}

int zypper_automate(char **why)
{
	int r = install_package(why);
	const char *timer = find_timer();

	return r < 0 ? r : automatic_enable(timer, NULL, timer, why);
}
