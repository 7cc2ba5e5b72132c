// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a cordoned server, as a table (man/cordon.7.scd shows it as a diagram).
 *
 * Nothing leads from finished or aside back to sealed but an image builder's reset: clones are not
 * a transition, for the state of another machine does not count at all.
 */

#include "state/state.h"

#include "util/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED -1

/* clang-format off */
static const int transition[PHASE_COUNT][EVENT_COUNT] = {
	[PHASE_NONE] = {
		[EVENT_INSTALL_IMAGE] = PHASE_PENDING,
		[EVENT_INSTALL_LIVE]  = PHASE_ASIDE,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_PENDING] = {
		[EVENT_INSTALL_IMAGE] = PHASE_PENDING,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_SEALED] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_FINISHED] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = REFUSED,
		[EVENT_FINISH]        = REFUSED,
		[EVENT_STAND_ASIDE]   = REFUSED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_ASIDE] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = REFUSED,
		[EVENT_FINISH]        = REFUSED,
		[EVENT_STAND_ASIDE]   = REFUSED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
};
/* clang-format on */

int state_next(enum phase phase, enum event event)
{
	return transition[phase][event];
}

int state_set(char **text, const char *value)
{
	char *copy = value ? strdup(value) : NULL;

	if (value && !copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

int state_enter(struct state *state, enum event event, const char *reason)
{
	int next = state_next(state->phase, event);
	char now[WHEN_SIZE];

	if (next == REFUSED)
		return -EPERM;
	if ((int)state->phase != next && state_set(&state->since, when_now(now)) < 0)
		return -ENOMEM;
	if (state_set(&state->reason, reason) < 0)
		return -ENOMEM;
	state->phase = (enum phase)next;
	return 0;
}

void state_clear(struct state *state)
{
	free(state->reason);
	free(state->machine_id);
	free(state->since);
	free(state->boot_id);
	free(state->finished_by);
	free(state->forced);
	free(state->met);
	*state = (struct state){0};
}
