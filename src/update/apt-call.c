// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calling apt and dpkg, which love to ask, and refuse to wait.
 *
 * Asking is switched off for every program below them that is known to do it. Waiting: of apt's
 * three locks only dpkg's has a time limit (DPkg::Lock::Timeout), those of the lists and of the
 * archives fail at once, as does dpkg itself; and on a first boot apt-daily holds them for minutes.
 * A clock that has not been set yet is an obstacle of the same kind: signatures from the future
 * become valid when time synchronisation comes up.
 */

#include "update/apt.h"

#include "update/apt-parse.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/when.h"

#include <errno.h>

/* Seconds between two attempts. */
#define PAUSE 5

/* needrestart only lists: restarting services is the administrator's decision, or a reboot's. */
static const char *const unattended[] = {
	"DEBIAN_FRONTEND=noninteractive",
	"DEBIAN_PRIORITY=critical",
	"APT_LISTCHANGES_FRONTEND=none",
	"NEEDRESTART_MODE=l",
	"UCF_FORCE_CONFFOLD=1",
	NULL,
};

int apt_call(const struct apt_call *call, struct output *output, char **why)
{
	struct command command = {
		.argv = call->argv,
		.environment = unattended,
		.timeout = call->timeout,
		.line = call->line,
		.context = call->context,
	};
	long long end = when_monotonic() + call->patience * 1000LL;

	for (;;) {
		_cleanup_(output_clear) struct output attempt = {0};
		int r = run_command(&command, &attempt, why);

		if (r < 0)
			return r;
		if (attempt.status == 0 || when_monotonic() >= end ||
			apt_obstacle_find(attempt.error) == APT_OBSTACLE_NONE) {
			*output = attempt;
			attempt = (struct output){0};
			return 0;
		}
		sleep(PAUSE);
	}
}

char *apt_reason(const struct output *output)
{
	char *reason = apt_error_find(output->out, output->error);

	return reason ? reason : output_excerpt(output);
}

int apt_query(const char *const *argv, unsigned int timeout, struct output *output, char **why)
{
	_cleanup_(output_clear) struct output answer = {0};
	_cleanup_free_ char *reason = NULL;
	int r;

	r = apt_call(&(struct apt_call){.argv = argv, .timeout = timeout}, &answer, why);
	if (r < 0)
		return r;
	if (answer.status != 0) {
		reason = apt_reason(&answer);
		return fail(why, EIO, "%s failed (exit status %d): %s", argv[0], answer.status,
			reason ? reason : "");
	}
	*output = answer;
	answer = (struct output){0};
	return 0;
}
