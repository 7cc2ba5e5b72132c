// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What every verb needs that asks the mirrors: to be let through, and somebody who says what it is
 * waiting for.
 */

#include "cli/cli.h"
#include "seal/seal.h"
#include "util/unit.h"

#include <stdio.h>
#include <string.h>

int network_prepare(const struct policy *policy, char **why)
{
	return policy->egress.value == EGRESS_UPDATER ? unit_enter_slice(SEAL_UPDATER_SLICE, why)
						      : 0;
}

static void on_step(void *context, const struct update_step *step)
{
	char *last = context;

	if (strcmp(step->state, "wait") != 0 || strncmp(last, step->message, 255) == 0)
		return;
	snprintf(last, 256, "%s", step->message);
	fprintf(stderr, "%s\n", step->message);
}

struct update_audience waiting_audience(void)
{
	static char last[256];

	return (struct update_audience){.listen = on_step, .context = last};
}
