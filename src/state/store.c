// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The durable record: one JSON object, replaced as a whole.
 *
 * MUST never be believed when anybody but root could have written it, when its schema is newer than
 * this program, or when a member is missing or of another type. Not believed means sealed.
 * MUST never be lost: a record that cannot be read is set aside, not overwritten.
 */

#include "state/state.h"

#include "state/mounted.h"
#include "state/record.h"
#include "state/stamp.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"

#include <errno.h>
#include <string.h>

#define SCHEMA	       1
#define STATE_SIZE_MAX 65536

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

static int read_allow(json_t *array, struct strv *allow)
{
	size_t index;
	json_t *item;
	int r = json_is_array(array) ? 0 : -EINVAL;

	json_array_foreach(array, index, item)
	{
		if (r == 0)
			r = json_is_string(item) ? strv_addf(allow, "%s", json_string_value(item))
						 : -EINVAL;
	}
	return r;
}

static int read_files(json_t *object, struct sourced_list *files)
{
	const char *path;
	json_t *sum;
	int r = json_is_object(object) ? 0 : -EINVAL;

	json_object_foreach(object, path, sum)
	{
		if (r == 0)
			r = json_is_string(sum)
				    ? sourced_add(files, path, "%s", json_string_value(sum))
				    : -EINVAL;
	}
	return r;
}

/* The object "handover", whose every member has to be right, too: a firewall is undone by it. */
static int read_handed(json_t *object, struct handed *handed)
{
	const char *to, *before = NULL;
	json_t *allow, *files;
	int enabled, r;

	if (json_unpack(object, "{s:s, s:o, s?s, s:b, s:o}", "to", &to, "allow", &allow, "before",
		    &before, "enabled", &enabled, "files", &files) < 0)
		return -EINVAL;
	handed->enabled = enabled;
	if (state_set(&handed->to, to) < 0 || state_set(&handed->before, before) < 0)
		return -ENOMEM;
	r = read_allow(allow, &handed->allow);
	return r < 0 ? r : read_files(files, &handed->files);
}

/* The objects of the record. -EINVAL with *why: not understood. */
static int read_parts(
	json_t *armed, json_t *handed, const char *path, struct state *state, char **why)
{
	int r = armed ? read_arming(armed, &state->arming) : 0;

	if (r == -EINVAL)
		return fail(why, EINVAL, "%s: damaged: \"armed\" is not understood", path);
	if (r == 0 && handed)
		r = read_handed(handed, &state->handed);
	if (r == -EINVAL)
		return fail(why, EINVAL, "%s: damaged: \"handover\" is not understood", path);
	return r;
}

/* Moves the object's members to @state. STATE_OK, STATE_DAMAGED with *why, or -ENOMEM. */
static int read_object(json_t *object, const char *path, struct state *state, char **why)
{
	const char *phase, *texts[7] = {NULL};
	json_int_t schema = 0, boots = 0, reboots = 0;
	json_t *armed = NULL, *handed = NULL;
	json_error_t error;
	int r;

	if (json_unpack_ex(object, &error, 0,
		    "{s:I, s:s, s?s, s?s, s?s, s?s, s?s, s?s, s?s, s?I, s?I, s?o, s?o}", "schema",
		    &schema, "phase", &phase, "reason", &texts[0], "machine_id", &texts[1], "since",
		    &texts[2], "boot_id", &texts[3], "finished_by", &texts[4], "forced", &texts[5],
		    "met", &texts[6], "boots", &boots, "reboots", &reboots, "armed", &armed,
		    "handover", &handed) < 0) {
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
	r = read_parts(armed, handed, path, state, why);
	if (r < 0)
		return r == -EINVAL ? STATE_DAMAGED : r;
	return copy_texts(state, texts) < 0 ? -ENOMEM : STATE_OK;
}

int state_parse(const char *content, struct state *state, char **why)
{
	_cleanup_(cleanup_json) json_t *object = NULL;
	struct state result = {0};
	json_error_t error;
	int r = STATE_DAMAGED;

	object = json_loads(content, JSON_REJECT_DUPLICATES, &error);
	if (object)
		r = read_object(object, STATE_FILE, &result, why);
	else
		fail(why, EINVAL, "%s:%d: damaged: %s", STATE_FILE, error.line, error.text);
	if (r != STATE_OK)
		state_clear(&result);
	*state = result;
	return r;
}

/* Reads and believes the file, or says why not. */
static int load(const char *root, struct state *state, char **why)
{
	_cleanup_free_ char *content = NULL, *reason = NULL;
	int r = file_read_text_in(root, STATE_FILE, STATE_SIZE_MAX, &content, &reason);

	if (r == -ENOENT && !file_is_link_in(root, STATE_FILE, NULL))
		return STATE_ABSENT;
	if (r == -ENOMEM)
		return r;
	if (r < 0) {
		if (reason)
			fail(why, -r, "%s", reason);
		else
			fail(why, -r, "%s: cannot be read: %s", STATE_FILE, strerror(-r));
		return STATE_DAMAGED;
	}
	return state_parse(content, state, why);
}

/* A history without a record: there was one. Whoever lost it must not look like a machine on which
 * cordon never ran. */
static int look_for_lost(const char *root, char **why)
{
	if (!file_exists_in(root, HISTORY_FILE) && !file_exists_in(root, HISTORY_OLDER))
		return STATE_ABSENT;
	fail(why, ENOENT, "%s is missing, but there is a history of this machine beside it",
		STATE_FILE);
	return STATE_DAMAGED;
}

/* What stands in for a record, or why there is none. */
static int look_elsewhere(const char *root, bool reachable, struct state *state, char **why)
{
	int r = stamp_read(root, state);

	if (r != 0)
		return r < 0 ? r : STATE_OK;
	if (reachable)
		return look_for_lost(root, why);
	fail(why, ENOENT,
		"%s: its file system is not mounted, so there may be a record or not; mount it",
		STATE_DIRECTORY);
	return STATE_UNREACHABLE;
}

int state_load(const char *root, struct state *state, char **why)
{
	const bool reachable = state_is_mounted(root);
	struct state result = {0};
	int r = reachable ? load(root, &result, why) : STATE_ABSENT;

	if (r == STATE_ABSENT)
		r = look_elsewhere(root, reachable, &result, why);
	if (r != STATE_OK)
		state_clear(&result);
	*state = result;
	return r;
}

/* jansson takes only UTF-8: a record is none without what is not. */
static void put_string(json_t **object, const char *key, const char *value)
{
	if (value)
		json_put(object, key, json_string(value));
}

static json_t *write_arming(const struct arming *arming)
{
	json_t *object = json_pack("{s:s, s:s, s:I}", "by", arming->by, "before",
		phase_name(arming->before), "undo_after", (json_int_t)arming->undo_after);

	put_string(&object, "undo_at", arming->undo_at);
	put_string(&object, "boot_id", arming->boot_id);
	json_put(&object, "deadline", json_integer((json_int_t)arming->deadline));
	json_put(&object, "port", json_integer((json_int_t)arming->port));
	put_string(&object, "peer", arming->peer);
	return object;
}

static json_t *write_handed(const struct handed *handed)
{
	json_t *object =
		json_pack("{s:s, s:o}", "to", handed->to, "allow", json_sentences(&handed->allow));
	json_t *files = json_object();

	for (size_t i = 0; i < handed->files.count; i++)
		json_put(&files, handed->files.items[i].source,
			json_string(handed->files.items[i].what));
	put_string(&object, "before", handed->before);
	json_put(&object, "enabled", json_boolean(handed->enabled));
	json_put(&object, "files", files);
	return object;
}

/* NULL also when what undoes a seal cannot be written: it must not be left out in silence. */
static json_t *write_object(const struct state *state)
{
	json_t *object =
		json_pack("{s:i, s:s}", "schema", SCHEMA, "phase", phase_name(state->phase));

	put_string(&object, "reason", state->reason);
	put_string(&object, "machine_id", state->machine_id);
	put_string(&object, "since", state->since);
	put_string(&object, "boot_id", state->boot_id);
	json_put(&object, "boots", json_integer((json_int_t)state->boots));
	json_put(&object, "reboots", json_integer((json_int_t)state->reboots));
	put_string(&object, "finished_by", state->finished_by);
	put_string(&object, "forced", state->forced);
	put_string(&object, "met", state->met);
	if (state->arming.by)
		json_put(&object, "armed", write_arming(&state->arming));
	if (state->handed.to)
		json_put(&object, "handover", write_handed(&state->handed));
	return object;
}

int state_format(const struct state *state, char **content, char **why)
{
	_cleanup_(cleanup_json) json_t *object = write_object(state);
	_cleanup_free_ char *result = json_write(object, JSON_INDENT(2));

	/* Or memory is short: jansson does not tell the one from the other. */
	if (!object)
		return fail(why, EILSEQ, "%s: not written: a text in it is not UTF-8", STATE_FILE);
	if (!result)
		return -ENOMEM;
	if (strlen(result) > STATE_SIZE_MAX)
		return fail(
			why, EFBIG, "%s: not written: it would be too long to be read", STATE_FILE);
	*content = TAKE_PTR(result);
	return 0;
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
	_cleanup_free_ char *broken = strdup_printf("%s.broken", path);
	_cleanup_(state_clear) struct state old = {0};

	if (broken && (file_exists(path) || file_is_link_in("", path, NULL)) &&
		state_load(root, &old, NULL) == STATE_DAMAGED)
		keep_as(path, broken);
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
	int r = closes ? stamp_sync(root, state) : 0;

	if (r < 0)
		return r;
	r = file_write_atomic(path, content, strlen(content), 0644);
	if (r == 0 && !closes)
		stamp_sync(root, state);
	return r;
}

int state_save(const char *root, const struct state *state, char **why)
{
	_cleanup_free_ char *path = NULL, *content = NULL;
	int r = state_format(state, &content, why);

	if (r < 0)
		return r;
	r = file_resolve_in(root, STATE_FILE, true, &path);
	if (r < 0)
		return fail(why, -r, "%s: cannot be made: %s", STATE_DIRECTORY, strerror(-r));
	set_aside_if_damaged(root, path);
	r = publish(root, path, content, state);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", STATE_FILE, strerror(-r));
	return 0;
}
