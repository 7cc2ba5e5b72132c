// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generator decides before anything is mounted. Where /var is a file system of its own, the
 * record is out of its reach, and it would have to guess: a machine that is not finished would be
 * open for a moment, or the network of a finished one would depend on cordon. So the two phases in
 * which cordon does nothing leave "PHASE MACHINE-ID" in /etc, which is always there.
 *
 * MUST NOT count where there is a record: the stamp only stands in for an absent one. MUST be bound
 * to the machine-id, for it is cloned with the image like everything else.
 */

#include "state/stamp.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define STAMP_SIZE_MAX	    256
#define MACHINE_ID_SIZE_MAX 64

static bool is_released(enum phase phase)
{
	return phase == PHASE_FINISHED || phase == PHASE_ASIDE;
}

int stamp_read(const char *root, struct state *state)
{
	_cleanup_free_ char *content = NULL;
	enum phase phase;
	char *id;

	if (file_read_text_in(root, STAMP_FILE, STAMP_SIZE_MAX, &content, NULL) < 0)
		return 0;
	id = content;
	strsep(&id, " ");
	if (phase_from_name(content, &phase) < 0 || !is_released(phase))
		return 0;
	/* One line, and whole. */
	if (!id || strcspn(id, "\n") != strlen(id) - 1)
		return 0;
	id[strlen(id) - 1] = '\0';
	if (state_set(&state->machine_id, id) < 0)
		return -ENOMEM;
	state->phase = phase;
	return 1;
}

bool stamp_is_valid(const char *root)
{
	_cleanup_(state_clear) struct state state = {0};
	_cleanup_free_ char *id = NULL;

	if (file_read_text_in(root, "/etc/machine-id", MACHINE_ID_SIZE_MAX, &id, NULL) < 0)
		return false;
	id[strcspn(id, "\n")] = '\0';
	return id[0] && stamp_read(root, &state) == 1 && strcmp(state.machine_id, id) == 0;
}

static int stamp_write(const char *root, const struct state *state)
{
	_cleanup_free_ char *content =
		strdup_printf("%s %s\n", phase_name(state->phase), state->machine_id);
	_cleanup_free_ char *path = NULL;
	int r = content ? file_resolve_in(root, STAMP_FILE, true, &path) : -ENOMEM;

	return r < 0 ? r : file_write_atomic(path, content, strlen(content), 0644);
}

static int stamp_remove(const char *root)
{
	_cleanup_free_ char *path = NULL;
	int r = file_resolve_in(root, STAMP_FILE, false, &path);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	/* Also where it was gone already: whoever removed it may not have seen to that. */
	return file_sync_parent(path);
}

int stamp_sync(const char *root, const struct state *state)
{
	if (is_released(state->phase) && state->machine_id)
		return stamp_write(root, state);
	return stamp_remove(root);
}
