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
#include "update/drip.h"
#include "util/cleanup.h"
#include "util/clock.h"
#include "util/fail.h"
#include "util/when.h"

#include <errno.h>

/* Seconds between two attempts. */
#define PAUSE 5

/* While it fetches, apt says so twice a second. */
#define PULSE_EVERY_MS 5000

/* needrestart only lists: restarting services is the administrator's decision, or a reboot's. */
static const char *const unattended[] = {
	"DEBIAN_FRONTEND=noninteractive",
	"DEBIAN_PRIORITY=critical",
	"APT_LISTCHANGES_FRONTEND=none",
	"NEEDRESTART_MODE=l",
	"UCF_FORCE_CONFFOLD=1",
	NULL,
};

/* One attempt: its lines go to whoever called, and tell whether it is fetching. */
struct attempt {
	const struct apt_call *call;
	struct drip drip;
	long long pulse; /* when apt said last that it is fetching, by when_monotonic() */
};

static void hear(void *context, bool from_stderr, const char *line)
{
	struct attempt *attempt = context;
	struct apt_status status;

	if (!from_stderr && apt_status_parse(line, &status) && status.kind == APT_STATUS_DOWNLOAD)
		attempt->pulse = when_monotonic();
	if (attempt->call->line)
		attempt->call->line(attempt->call->context, from_stderr, line);
}

static bool may_go_on(void *context)
{
	struct attempt *attempt = context;

	return drip_is_worth_it(&attempt->drip, when_monotonic() - attempt->pulse < PULSE_EVERY_MS);
}

static int try_once(const struct apt_call *call, struct output *output, char **why)
{
	static const char *const folders[] = {APT_LISTS "/partial", APT_ARCHIVES "/partial", NULL};
	struct attempt attempt = {.call = call, .drip.folders = folders};
	const struct command command = {
		.argv = call->argv,
		.environment = unattended,
		.timeout = call->timeout,
		.line = hear,
		.may_go_on = call->fetches ? may_go_on : NULL,
		.context = &attempt,
	};
	int r = run_command(&command, output, why);

	if (r < 0 && attempt.drip.dried_up)
		return fail(why, ETIMEDOUT,
			"a mirror has sent less than %d bytes a second for %d seconds; use "
			"another, then run cordon update again",
			DRIP_RATE, DRIP_WINDOW);
	return r;
}

/* May it go away by itself? What is stale may only seem so, as long as the clock was not set. */
static bool is_worth_waiting(enum apt_obstacle obstacle)
{
	return obstacle == APT_OBSTACLE_LOCK || obstacle == APT_OBSTACLE_CLOCK ||
	       (obstacle == APT_OBSTACLE_STALE && !clock_is_synchronised());
}

static void say_why(const struct apt_call *call, enum apt_obstacle obstacle, const char *error)
{
	_cleanup_free_ char *reason = apt_error_find(NULL, error), *message = NULL;

	if (!call->audience)
		return;
	if (obstacle == APT_OBSTACLE_LOCK)
		message = text("Waiting for another program to end: %s", reason ? reason : "");
	else
		message = text(
			"Waiting for the clock to be set (timedatectl): %s", reason ? reason : "");
	call->audience->listen(call->audience->context,
		&(struct update_step){.state = "wait", .message = message});
}

int apt_call(const struct apt_call *call, struct output *output, char **why)
{
	const long long end = when_monotonic() + call->patience * 1000LL;

	for (;;) {
		_cleanup_(output_clear) struct output attempt = {0};
		int r = try_once(call, &attempt, why);
		enum apt_obstacle obstacle;

		if (r < 0)
			return r;
		obstacle = apt_obstacle_find(attempt.error);
		if (attempt.status == 0 || when_monotonic() >= end || !is_worth_waiting(obstacle)) {
			*output = attempt;
			attempt = (struct output){0};
			return 0;
		}
		say_why(call, obstacle, attempt.error);
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
