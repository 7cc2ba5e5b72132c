// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Automatic updates are somebody's timer, which is asked for and enabled as an administrator would:
 * by systemctl. A file that is there is the administrator's; the backends say what is missing in
 * it.
 */

#include "update/manager/automatic.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/paths.h"
#include "util/run.h"

#include <errno.h>
#include <string.h>

bool automatic_timer_is_on(const char *timer)
{
	const char *argv[] = {SYSTEMCTL, "is-enabled", "--quiet", timer, NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_REQUEST};
	_cleanup_(output_clear) struct output output = {0};

	return run_command(&command, &output, NULL) == 0 && output.status == 0;
}

int automatic_enable(const char *timer, const char *other, const char *what, char **why)
{
	const char *argv[] = {SYSTEMCTL, "enable", "--now", "--quiet", timer, other, NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_REQUEST};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	int r = run_command(&command, &output, why);

	if (r < 0 || output.status == 0)
		return r;
	reason = output_excerpt(&output);
	return fail(why, EIO, "%s could not be enabled: %s", what, reason ? reason : "");
}

int automatic_configure(const char *path, const char *content, char **why)
{
	int r;

	if (file_exists(path))
		return 0;
	r = file_write_atomic(path, content, strlen(content), 0644);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}
