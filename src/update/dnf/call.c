// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How dnf is called. By itself it waits for another dnf without end and without a word that a
 * program could read; exit_on_lock= makes that an exit status, and the waiting cordon's own.
 */

#include "update/dnf/dnf.h"

#include "update/dnf/parse.h"
#include "util/cleanup.h"
#include "util/clock.h"

const char *const dnf_folders[] = {DNF_CACHE, NULL};

bool dnf_is_downloading(const char *line)
{
	(void)line;
	return false;
}

/* It does not say that a signature is one of the future, only that it is bad. */
static enum retry_reason dnf_retry_reason(const struct output *output)
{
	return dnf_retry_reason_find(output->status, output->error, clock_is_before(DNF));
}

char *dnf_reason(const struct output *output)
{
	char *reason = dnf_reason_find(output->error);

	return reason ? reason : output_excerpt(output);
}

static struct call complete(struct call call)
{
	call.retry_reason = dnf_retry_reason;
	call.reason = dnf_reason;
	call.is_downloading = dnf_is_downloading;
	return call;
}

int dnf_call(const struct call *call, struct output *output, char **why)
{
	const struct call whole = complete(*call);

	return call_run(&whole, output, why);
}

int dnf_query(const char *const *argv, struct output *output, char **why)
{
	const struct call whole =
		complete((struct call){.argv = argv, .limit = LIMIT_QUERY, .waits = true});

	return call_query(&whole, output, why);
}
