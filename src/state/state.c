// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a cordoned server, as a table (man/cordon.7.scd shows it as a diagram).
 *
 * Nothing leads from finished or aside back to sealed but an administrator who arms the machine on
 * purpose, and an image builder's reset: clones are not a transition, for the state of another
 * machine does not count at all.
 */

#include "state/state.h"

#include "util/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define REFUSED (-1)

/* clang-format off */
static const int transition[PHASE_COUNT][EVENT_COUNT] = {
	[PHASE_NONE] = {
		[EVENT_INSTALL_IMAGE] = PHASE_PENDING,
		[EVENT_INSTALL_LIVE]  = PHASE_ASIDE,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_ARM]           = PHASE_SEALED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_PENDING] = {
		[EVENT_INSTALL_IMAGE] = PHASE_PENDING,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_ARM]           = REFUSED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_SEALED] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = PHASE_SEALED,
		[EVENT_FINISH]        = PHASE_FINISHED,
		[EVENT_STAND_ASIDE]   = PHASE_ASIDE,
		[EVENT_ARM]           = REFUSED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_FINISHED] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = REFUSED,
		[EVENT_FINISH]        = REFUSED,
		[EVENT_STAND_ASIDE]   = REFUSED,
		[EVENT_ARM]           = PHASE_SEALED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
	[PHASE_ASIDE] = {
		[EVENT_INSTALL_IMAGE] = REFUSED,
		[EVENT_INSTALL_LIVE]  = REFUSED,
		[EVENT_SEAL]          = REFUSED,
		[EVENT_FINISH]        = REFUSED,
		[EVENT_STAND_ASIDE]   = REFUSED,
		[EVENT_ARM]           = PHASE_SEALED,
		[EVENT_RESET]         = PHASE_PENDING,
	},
};
/* clang-format on */

static const char *const phase_names[PHASE_COUNT] = {
	[PHASE_NONE] = "none",
	[PHASE_PENDING] = "pending",
	[PHASE_SEALED] = "sealed",
	[PHASE_FINISHED] = "finished",
	[PHASE_ASIDE] = "aside",
};

const char *phase_name(enum phase phase)
{
	return phase_names[phase];
}

int phase_from_name(const char *name, enum phase *phase)
{
	for (int i = PHASE_PENDING; i < PHASE_COUNT; i++) {
		if (strcmp(name, phase_names[i]) == 0) {
			*phase = (enum phase)i;
			return 0;
		}
	}
	return -EINVAL;
}

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

static int copy_arming(struct arming *to, const struct arming *from)
{
	*to = *from;
	to->by = to->undo_at = to->boot_id = to->peer = NULL;
	if (state_set(&to->by, from->by) < 0 || state_set(&to->undo_at, from->undo_at) < 0 ||
		state_set(&to->boot_id, from->boot_id) < 0 || state_set(&to->peer, from->peer) < 0)
		return -ENOMEM;
	return 0;
}

static int copy_lists(struct handed *to, const struct handed *from)
{
	int r = strv_copy(&from->allow, &to->allow);

	for (size_t i = 0; r == 0 && i < from->files.count; i++)
		r = sourced_add(
			&to->files, from->files.items[i].source, "%s", from->files.items[i].what);
	return r;
}

int handed_copy(struct handed *to, const struct handed *from)
{
	struct handed copy = {.enabled = from->enabled};

	if (state_set(&copy.to, from->to) < 0 || state_set(&copy.before, from->before) < 0 ||
		copy_lists(&copy, from) < 0) {
		handed_clear(&copy);
		return -ENOMEM;
	}
	handed_clear(to);
	*to = copy;
	return 0;
}

int state_copy(struct state *to, const struct state *from)
{
	struct state copy = {.phase = from->phase, .boots = from->boots, .reboots = from->reboots};

	if (state_set(&copy.reason, from->reason) < 0 ||
		state_set(&copy.machine_id, from->machine_id) < 0 ||
		state_set(&copy.since, from->since) < 0 ||
		state_set(&copy.boot_id, from->boot_id) < 0 ||
		state_set(&copy.finished_by, from->finished_by) < 0 ||
		state_set(&copy.forced, from->forced) < 0 || state_set(&copy.met, from->met) < 0 ||
		copy_arming(&copy.arming, &from->arming) < 0 ||
		handed_copy(&copy.handed, &from->handed) < 0) {
		state_clear(&copy);
		return -ENOMEM;
	}
	*to = copy;
	return 0;
}

bool arming_is_over(const struct arming *arming, const char *boot_id)
{
	long long now = boottime_ms();
	time_t end;

	if (!arming->by || arming->undo_after == 0)
		return false;
	if (arming->boot_id && strcmp(arming->boot_id, boot_id) == 0)
		return now >= arming->deadline;
	if (boot_id[0] && now >= arming->undo_after * 1000LL)
		return true;
	return arming->undo_at && when_parse(arming->undo_at, &end) == 0 && time(NULL) >= end;
}

void handed_clear(struct handed *handed)
{
	free(handed->to);
	free(handed->before);
	strv_clear(&handed->allow);
	sourced_list_clear(&handed->files);
	*handed = (struct handed){0};
}

void arming_clear(struct arming *arming)
{
	free(arming->by);
	free(arming->undo_at);
	free(arming->boot_id);
	free(arming->peer);
	*arming = (struct arming){0};
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
	arming_clear(&state->arming);
	handed_clear(&state->handed);
	*state = (struct state){0};
}
