// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Package managers love to ask, and refuse to wait. Of apt's three locks only dpkg's has a time
 * limit, dnf waits for ever, and on a first boot somebody else holds them for minutes. A clock that
 * has not been set yet is a reason to try again, too: signatures from the future become valid
 * when time synchronisation comes up.
 */

#include "update/manager/call.h"

#include "update/manager/drip.h"
#include "util/cleanup.h"
#include "util/clock.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>

/* Seconds between two attempts. */
#define PAUSE 5

/* So long after its last pulse a program may still be fetching. */
#define PULSE_MS 5000

/* One attempt: its lines go to whoever called, and tell whether it is fetching. */
struct attempt {
	const struct call *call;
	struct drip drip;
	long long pulse; /* by boottime_ms() */
};

static void hear(void *context, bool from_stderr, const char *line)
{
	struct attempt *attempt = context;

	if (attempt->call->is_downloading && !from_stderr && attempt->call->is_downloading(line))
		attempt->pulse = boottime_ms();
	if (attempt->call->line)
		attempt->call->line(attempt->call->context, from_stderr, line);
}

static bool may_go_on(void *context, pid_t child)
{
	struct attempt *attempt = context;
	const bool is_fetching =
		!attempt->call->is_downloading || boottime_ms() - attempt->pulse < PULSE_MS;

	return !update_is_to_end(attempt->call->audience) &&
	       drip_is_worth_it(&attempt->drip, is_fetching, child);
}

static int try_once(const struct call *call, struct output *output, char **why)
{
	struct attempt attempt = {.call = call, .drip.folders = call->fetches};
	const struct command command = {
		.argv = call->argv,
		.environment = call->environment,
		.limit = call->limit,
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
static bool is_worth_waiting(enum retry_reason retry_reason)
{
	return retry_reason == RETRY_LOCK || retry_reason == RETRY_CLOCK ||
	       (retry_reason == RETRY_STALE && !clock_is_synchronised());
}

/* What keeps this attempt from working and is worth waiting for. */
static enum retry_reason retry_reason_of(const struct call *call, const struct output *attempt)
{
	enum retry_reason retry_reason = RETRY_NONE;

	if (call->waits && call->retry_reason && attempt->status != 0)
		retry_reason = call->retry_reason(attempt);
	return is_worth_waiting(retry_reason) ? retry_reason : RETRY_NONE;
}

int call_run(const struct call *call, struct output *output, char **why)
{
	struct waiting waiting = {.audience = call->audience};

	for (;;) {
		_cleanup_(output_clear) struct output attempt = {0};
		_cleanup_free_ char *reason = NULL;
		enum retry_reason retry_reason;
		int r = try_once(call, &attempt, why);

		if (r < 0)
			return r;
		retry_reason = retry_reason_of(call, &attempt);
		if (retry_reason == RETRY_NONE) {
			waiting_end(&waiting);
			r = 1;
		} else {
			reason = call->reason(&attempt);
			r = waiting_pause(&waiting, retry_reason, reason ? reason : "", PAUSE, why);
		}
		if (r < 0)
			return r;
		if (r > 0) {
			*output = attempt;
			attempt = (struct output){0};
			return 0;
		}
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
