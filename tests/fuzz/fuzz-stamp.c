// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The stamp: only a whole line of a phase that opens and an id is one, and writing it again gives
 * what was read; anything else leaves the state alone.
 */

#include "state/stamp.h"

#include "scratch.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sound(const struct state *state, const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line =
		strdup_printf("%s %s\n", phase_name(state->phase), state->machine_id);
	_cleanup_(state_clear) struct state again = {0};

	assert(state->phase == PHASE_FINISHED || state->phase == PHASE_ASIDE);
	assert(!strchr(state->machine_id, '\n'));
	assert(size == strlen(line) && memcmp(data, line, size) == 0);
	assert(stamp_sync(scratch_root(), state) == 0);
	assert(stamp_read(scratch_root(), &again) == 1);
	assert(again.phase == state->phase && strcmp(again.machine_id, state->machine_id) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(state_clear) struct state state = {.phase = PHASE_SEALED, .boots = 4711};
	int r;

	scratch_write(STAMP_FILE, data, size);
	r = stamp_read(scratch_root(), &state);
	assert(r == 0 || r == 1);
	assert(state.boots == 4711);
	if (r == 1)
		check_sound(&state, data, size);
	else
		assert(state.phase == PHASE_SEALED && !state.machine_id);
	return 0;
}
