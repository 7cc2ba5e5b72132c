// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How dnf is called. By itself it waits for another dnf without end and without a word that a
 * program could read; exit_on_lock= makes that an exit status, and the waiting cordon's own.
 */

#include "update/dnf.h"

#include "update/dnf-parse.h"
#include "util/cleanup.h"
#include "util/clock.h"
#include "util/fail.h"

#include <errno.h>

const char *const dnf_folders[] = {DNF_CACHE, NULL};

bool dnf_is_pulse(const char *line)
{
	(void)line;
	return false;
}

/* It does not say that a signature is one of the future, only that it is bad. */
static enum obstacle find_obstacle(const struct output *output)
{
	return dnf_obstacle_find(output->status, output->error, clock_is_before(DNF));
}

char *dnf_reason(const struct output *output)
{
	char *reason = dnf_reason_find(output->error);

	return reason ? reason : output_excerpt(output);
}

int dnf_call(const struct call *call, struct output *output, char **why)
{
	struct call whole = *call;

	whole.obstacle = find_obstacle;
	whole.reason = dnf_reason;
	whole.is_pulse = dnf_is_pulse;
	return call_run(&whole, output, why);
}

int dnf_query(const char *const *argv, struct output *output, char **why)
{
	const struct call call = {
		.argv = argv, .timeout = DNF_QUERY_TIMEOUT, .patience = DNF_QUERY_TIMEOUT};
	_cleanup_(output_clear) struct output answer = {0};
	_cleanup_free_ char *reason = NULL;
	int r = dnf_call(&call, &answer, why);

	if (r < 0)
		return r;
	if (answer.status != 0) {
		reason = dnf_reason(&answer);
		return fail(why, EIO, "%s failed (exit status %d): %s", argv[0], answer.status,
			reason ? reason : "");
	}
	*output = answer;
	answer = (struct output){0};
	return 0;
}
