// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Package managers love to ask, and refuse to wait. Of apt's three locks only dpkg's has a time
 * limit, dnf waits for ever, and on a first boot somebody else holds them for minutes. A clock that
 * has not been set yet is an obstacle of the same kind: signatures from the future become valid
 * when time synchronisation comes up.
 */

#include "update/call.h"

#include "update/drip.h"
#include "util/cleanup.h"
#include "util/clock.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>
#include <unistd.h>

/* Seconds between two attempts. */
#define PAUSE 5

/* So long after its last pulse a program may still be fetching. */
#define PULSE_MS 5000

/* One attempt: its lines go to whoever called, and tell whether it is fetching. */
struct attempt {
	const struct call *call;
	struct drip drip;
	long long pulse; /* by when_monotonic() */
};

static void hear(void *context, bool from_stderr, const char *line)
{
	struct attempt *attempt = context;

	if (attempt->call->is_pulse && !from_stderr && attempt->call->is_pulse(line))
		attempt->pulse = when_monotonic();
	if (attempt->call->line)
		attempt->call->line(attempt->call->context, from_stderr, line);
}

static bool is_to_end(const struct call *call)
{
	const struct update_audience *audience = call->audience;

	return audience && audience->is_to_end && audience->is_to_end(audience->context);
}

static bool may_go_on(void *context)
{
	struct attempt *attempt = context;
	const bool is_fetching =
		!attempt->call->is_pulse || when_monotonic() - attempt->pulse < PULSE_MS;

	return !is_to_end(attempt->call) && drip_is_worth_it(&attempt->drip, is_fetching);
}

static int try_once(const struct call *call, struct output *output, char **why)
{
	struct attempt attempt = {.call = call, .drip.folders = call->fetches};
	const struct command command = {
		.argv = call->argv,
		.environment = call->environment,
		.timeout = call->timeout,
		.line = hear,
		.may_go_on = call->fetches ? may_go_on : NULL,
		.context = &attempt,
	};
	int r = run_command(&command, output, why);

	if (r == -ECANCELED && attempt.drip.dried_up)
		return fail(why, ETIMEDOUT,
			"a mirror has sent less than %d bytes a second for %d seconds; use "
			"another, then run cordon update again",
			DRIP_RATE, DRIP_WINDOW);
	if (r == -ECANCELED)
		return fail(why, ECANCELED, "the update was told to end while it was fetching");
	return r;
}

/* May it go away by itself? What is stale may only seem so, as long as the clock was not set. */
static bool is_worth_waiting(enum obstacle obstacle)
{
	return obstacle == OBSTACLE_LOCK || obstacle == OBSTACLE_CLOCK ||
	       (obstacle == OBSTACLE_STALE && !clock_is_synchronised());
}

static void say_why(const struct call *call, enum obstacle obstacle, const struct output *output)
{
	_cleanup_free_ char *reason = call->reason(output), *message = NULL;

	if (!call->audience)
		return;
	if (obstacle == OBSTACLE_LOCK)
		message = text(_("Waiting for another program to end: %s"), reason ? reason : "");
	else
		message = text(_("Waiting for the clock to be set (timedatectl): %s"),
			reason ? reason : "");
	if (message)
		call->audience->listen(call->audience->context,
			&(struct update_step){.state = "wait", .message = message});
}

/* False: the update is to end. */
static bool pause_for_a_while(const struct call *call)
{
	for (int i = 0; i < PAUSE; i++) {
		if (is_to_end(call))
			return false;
		sleep(1);
	}
	return true;
}

int call_run(const struct call *call, struct output *output, char **why)
{
	const long long end = when_monotonic() + call->patience * 1000LL;

	for (;;) {
		_cleanup_(output_clear) struct output attempt = {0};
		enum obstacle obstacle = OBSTACLE_NONE;
		int r = try_once(call, &attempt, why);

		if (r < 0)
			return r;
		if (attempt.status != 0 && call->obstacle)
			obstacle = call->obstacle(&attempt);
		if (when_monotonic() >= end || !is_worth_waiting(obstacle)) {
			*output = attempt;
			attempt = (struct output){0};
			return 0;
		}
		say_why(call, obstacle, &attempt);
		if (!pause_for_a_while(call))
			return fail(
				why, ECANCELED, "the update was told to end while it was waiting");
	}
}

int call_query(const struct call *call, struct output *output, char **why)
{
	_cleanup_(output_clear) struct output answer = {0};
	_cleanup_free_ char *reason = NULL;
	int r = call_run(call, &answer, why);

	if (r < 0)
		return r;
	if (answer.status != 0) {
		reason = call->reason(&answer);
		return fail(why, EIO, "%s failed (exit status %d): %s", call->argv[0],
			answer.status, reason ? reason : "");
	}
	*output = answer;
	answer = (struct output){0};
	return 0;
}

int call_understood(int r, const char *question, const char *unknown, char **why)
{
	if (r != -EBADMSG)
		return r;
	return fail(why, EBADMSG, "%s: its answer is not understood, so it is not known %s",
		question, _(unknown));
}
