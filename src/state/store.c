// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The durable record: one JSON object, replaced as a whole.
 *
 * MUST never be believed when anybody but root could have written it, when its schema is newer than
 * this program, or when a member is missing or of another type. Not believed means sealed.
 * MUST never be lost: a record that cannot be read is set aside, not overwritten.
 */

#include "state/state.h"

#include "state/stamp.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define SCHEMA	       1
#define STATE_SIZE_MAX 65536

DEFINE_CLEANUP(json, json_t *, json_decref)

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

static int copy_texts(struct state *state, const char *const texts[7])
{
	char **members[] = {&state->reason, &state->machine_id, &state->since, &state->boot_id,
		&state->finished_by, &state->forced, &state->met};

	for (size_t i = 0; i < ELEMENTS(members); i++)
		if (state_set(members[i], texts[i]) < 0)
			return -ENOMEM;
	return 0;
}

/* The object "armed", whose every member has to be right: what undoes a seal must not be guessed.
 */
static int read_arming(json_t *object, struct arming *arming)
{
	const char *before, *by, *undo_at = NULL, *boot_id = NULL, *peer = NULL;
	json_int_t undo_after = 0, deadline = 0, port = 0;

	if (json_unpack(object, "{s:s, s:s, s?I, s?s, s?s, s?I, s?I, s?s}", "by", &by, "before",
		    &before, "undo_after", &undo_after, "undo_at", &undo_at, "boot_id", &boot_id,
		    "deadline", &deadline, "port", &port, "peer", &peer) < 0 ||
		phase_from_name(before, &arming->before) < 0 ||
		(arming->before != PHASE_FINISHED && arming->before != PHASE_ASIDE) ||
		undo_after < 0 || undo_after > UNDO_AFTER_MAX || port < 0 || port > 65535)
		return -EINVAL;
	arming->undo_after = (unsigned int)undo_after;
	arming->deadline = deadline;
	arming->port = (unsigned int)port;
	if (state_set(&arming->by, by) < 0 || state_set(&arming->undo_at, undo_at) < 0 ||
		state_set(&arming->boot_id, boot_id) < 0 || state_set(&arming->peer, peer) < 0)
		return -ENOMEM;
	return 0;
}

/* Moves the object's members to @state. STATE_OK, STATE_DAMAGED with *why, or -ENOMEM. */
static int read_object(json_t *object, const char *path, struct state *state, char **why)
{
	const char *phase, *texts[7] = {NULL};
	json_int_t schema = 0, boots = 0, reboots = 0;
	json_t *armed = NULL;
	json_error_t error;
	int r;

	if (json_unpack_ex(object, &error, 0,
		    "{s:I, s:s, s?s, s?s, s?s, s?s, s?s, s?s, s?s, s?I, s?I, s?o}", "schema", &schema,
		    "phase", &phase, "reason", &texts[0], "machine_id", &texts[1], "since",
		    &texts[2], "boot_id", &texts[3], "finished_by", &texts[4], "forced", &texts[5],
		    "met", &texts[6], "boots", &boots, "reboots", &reboots, "armed", &armed) < 0) {
		fail(why, EINVAL, "%s: damaged: %s", path, error.text);
		return STATE_DAMAGED;
	}
	if (schema != SCHEMA) {
		fail(why, EINVAL, "%s: schema %lld, but this cordon knows only %d", path,
			(long long)schema, SCHEMA);
		return STATE_DAMAGED;
	}
	if (phase_from_name(phase, &state->phase) < 0 || boots < 0 || boots > 1000000 ||
		reboots < 0 || reboots > 1000000) {
		fail(why, EINVAL, "%s: damaged: unknown phase \"%s\" or boots out of range", path,
			phase);
		return STATE_DAMAGED;
	}
	state->boots = (unsigned int)boots;
	state->reboots = (unsigned int)reboots;
	r = armed ? read_arming(armed, &state->arming) : 0;
	if (r == -EINVAL) {
		fail(why, EINVAL, "%s: damaged: \"armed\" is not understood", path);
		return STATE_DAMAGED;
	}
	if (r < 0)
		return r;
	return copy_texts(state, texts) < 0 ? -ENOMEM : STATE_OK;
}

/* Reads and believes the file, or says why not. */
static int load(const char *path, struct state *state, char **why)
{
	_cleanup_(cleanup_json) json_t *object = NULL;
	_cleanup_free_ char *content = NULL;
	json_error_t error;
	int r;

	r = file_check_trusted(path, why);
	if (r == -ENOENT)
		return STATE_ABSENT;
	if (r == -EPERM)
		return STATE_DAMAGED;
	r = file_read(path, STATE_SIZE_MAX, &content, NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		fail(why, -r, "%s: cannot be read: %s", path, strerror(-r));
		return STATE_DAMAGED;
	}
	object = json_loads(content, JSON_REJECT_DUPLICATES, &error);
	if (!object) {
		fail(why, EINVAL, "%s:%d: damaged: %s", path, error.line, error.text);
		return STATE_DAMAGED;
	}
	return read_object(object, path, state, why);
}

/* A history without a record: there was one. Whoever lost it must not look like a machine on which
 * cordon never ran. */
static int look_for_lost(const char *root, char **why)
{
	_cleanup_free_ char *history = file_under(root, HISTORY_FILE);

	if (!history)
		return -ENOMEM;
	if (!file_exists(history))
		return STATE_ABSENT;
	fail(why, ENOENT, "%s is missing, but there is a history of this machine beside it",
		STATE_FILE);
	return STATE_DAMAGED;
}

int state_load(const char *root, struct state *state, char **why)
{
	_cleanup_free_ char *path = file_under(root, STATE_FILE);
	struct state result = {0};
	int r = path ? load(path, &result, why) : -ENOMEM;

	if (r == STATE_ABSENT) {
		r = stamp_read(root, &result);
		r = r < 0 ? r : r > 0 ? STATE_OK : STATE_ABSENT;
	}
	if (r == STATE_ABSENT)
		r = look_for_lost(root, why);
	if (r != STATE_OK)
		state_clear(&result);
	*state = result;
	return r;
}

static json_t *write_arming(const struct arming *arming)
{
	if (!arming->by)
		return NULL;
	return json_pack("{s:s, s:s, s:I, s:s*, s:s*, s:I, s:I, s:s*}", "by", arming->by, "before",
		phase_name(arming->before), "undo_after", (json_int_t)arming->undo_after, "undo_at",
		arming->undo_at, "boot_id", arming->boot_id, "deadline",
		(json_int_t)arming->deadline, "port", (json_int_t)arming->port, "peer",
		arming->peer);
}

static json_t *write_object(const struct state *state)
{
	return json_pack("{s:i, s:s, s:s*, s:s*, s:s*, s:s*, s:i, s:i, s:s*, s:s*, s:s*, s:o*}",
		"schema", SCHEMA, "phase", phase_name(state->phase), "reason", state->reason,
		"machine_id", state->machine_id, "since", state->since, "boot_id", state->boot_id,
		"boots", (int)state->boots, "reboots", (int)state->reboots, "finished_by", state->finished_by, "forced",
		state->forced, "met", state->met, "armed", write_arming(&state->arming));
}

static void keep_as(const char *path, const char *name)
{
	unlink(name);
	if (link(path, name) < 0)
		rename(path, name);
}

/* Keeps what cannot be believed, for whoever wants to know what happened. A second name for it, not
 * a new one: should the new record fail to be written, the old one is still in its place. */
static void set_aside_if_damaged(const char *root, const char *path)
{
	_cleanup_free_ char *broken = file_under(root, STATE_BROKEN);
	_cleanup_(state_clear) struct state old = {0};

	if (broken && (file_exists(path) || file_is_link_in("", path, NULL)) &&
		state_load(root, &old, NULL) == STATE_DAMAGED)
		keep_as(path, broken);
}

static int make_directory(const char *root, char **why)
{
	_cleanup_free_ char *folder = file_under(root, STATE_DIRECTORY);

	if (!folder)
		return -ENOMEM;
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return fail(why, errno, "%s: cannot be made: %s", folder, strerror(errno));
	return 0;
}

/*
 * A stamp that opens goes before the record that closes is written, and comes after the one that
 * opens: at no moment is the machine more open than its record. When it cannot be written, a boot
 * with /var on a file system of its own is sealed until the record can be read.
 */
static int publish(
	const char *root, const char *path, const char *content, const struct state *state)
{
	bool closes = state->phase == PHASE_PENDING || state->phase == PHASE_SEALED;
	int r = closes ? stamp_follow(root, state) : 0;

	if (r < 0)
		return r;
	r = file_publish(path, content, strlen(content), 0644);
	if (r == 0 && !closes)
		stamp_follow(root, state);
	return r;
}

int state_save(const char *root, const struct state *state, char **why)
{
	_cleanup_free_ char *path = file_under(root, STATE_FILE), *content = NULL;
	_cleanup_(cleanup_json) json_t *object = write_object(state);
	int r;

	if (!path)
		return -ENOMEM;
	/* jansson refuses text that is not UTF-8. */
	content = object ? json_dumps(object, JSON_INDENT(2)) : NULL;
	if (!content)
		return fail(why, EILSEQ, "%s: not written: a text in it is not UTF-8", path);
	if (strlen(content) > STATE_SIZE_MAX)
		return fail(why, EFBIG, "%s: not written: it would be too long to be read", path);
	r = make_directory(root, why);
	if (r < 0)
		return r;
	set_aside_if_damaged(root, path);
	r = publish(root, path, content, state);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", path, strerror(-r));
	return 0;
}
