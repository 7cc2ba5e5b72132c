// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whoever waits wants to know for what.
 */

#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

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
