// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state.json: what is not sound says why and is no phase at all; what is sound is the record of one
 * phase, within its bounds, and after it was written again the same. A record that is cut short
 * anywhere must never be believed.
 */

#include "state/record.h"

#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static void check_same(const struct state *a, const struct state *b)
{
	assert(a->phase == b->phase && a->boots == b->boots && a->reboots == b->reboots);
	assert(same(a->reason, b->reason) && same(a->machine_id, b->machine_id));
	assert(same(a->since, b->since) && same(a->boot_id, b->boot_id));
	assert(same(a->finished_by, b->finished_by) && same(a->forced, b->forced));
	assert(same(a->met, b->met) && same(a->arming.by, b->arming.by));
	if (!a->arming.by)
		return;
	assert(a->arming.before == b->arming.before && a->arming.port == b->arming.port);
	assert(a->arming.undo_after == b->arming.undo_after);
	assert(a->arming.deadline == b->arming.deadline);
	assert(same(a->arming.undo_at, b->arming.undo_at));
	assert(same(a->arming.boot_id, b->arming.boot_id));
	assert(same(a->arming.peer, b->arming.peer));
}

static int load(const char *content, struct state *state)
{
	_cleanup_free_ char *why = NULL;
	int condition = state_parse(content, state, &why);

	assert(condition == STATE_OK || condition == STATE_DAMAGED);
	assert((condition == STATE_DAMAGED) == (why != NULL));
	if (condition == STATE_DAMAGED)
		assert(state->phase == PHASE_NONE && !state->machine_id && !state->arming.by);
	return condition;
}

static void check_sound(const struct state *state)
{
	const struct arming *arming = &state->arming;

	assert(state->phase > PHASE_NONE && state->phase < PHASE_COUNT);
	assert(phase_name(state->phase));
	if (!arming->by)
		return;
	assert(arming->before == PHASE_FINISHED || arming->before == PHASE_ASIDE);
	assert(arming->undo_after <= UNDO_AFTER_MAX && arming->port <= 65535);
}

/* A sound record is one object and nothing behind it; without its end it is none. */
static void check_torn(char *content)
{
	_cleanup_(state_clear) struct state state = {0};
	char *end = strrchr(content, '}');

	assert(end);
	*end = '\0';
	assert(load(content, &state) == STATE_DAMAGED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(state_clear) struct state state = {0}, again = {0};
	_cleanup_free_ char *content = strndup((const char *)data, size), *written = NULL;

	if (load(content, &state) != STATE_OK)
		return 0;
	check_sound(&state);
	check_torn(content);
	assert(state_format(&state, &written, NULL) == 0);
	assert(load(written, &again) == STATE_OK);
	check_same(&state, &again);
	return 0;
}
