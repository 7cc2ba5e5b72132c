// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Windows had no such thing (P11). An administrator who suspects a server, or puts one back into
 * quarantine, wants it closed now, from where they are, without losing the line; and wants it open
 * again if that line is lost all the same.
 *
 * The record comes first: a power cut leaves a machine that is sealed at its next boot, and undone
 * in time. If sealing fails, the old record is put back, or the next boot would seal by surprise.
 */

#include "lifecycle/arm.h"

#include "decision/situation.h"
#include "lifecycle/units.h"
#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/run.h"
#include "util/unit.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define UNDO_TIMER "cordon-undo.timer"

uint16_t arm_parse_connection(const char *connection, char **peer)
{
	char client[64], server[64];
	unsigned int client_port, port;
	char rest;

	if (sscanf(connection, "%63s%*1[ ]%5u%*1[ ]%63s%*1[ ]%5u %c", client, &client_port, server,
		    &port, &rest) != 4 ||
		client_port > 65535 || port == 0 || port > 65535 || strpbrk(client, "/-"))
		return 0;
	/* "fe80::1%eth0": rules are about addresses, whatever the interface. */
	client[strcspn(client, "%")] = '\0';
	return exception_parse_peer(client, peer, NULL) < 0 ? 0 : (uint16_t)port;
}

static int fill_arming(
	const struct situation *situation, const struct arm_request *request, struct arming *arming)
{
	const struct state *state = &situation->inputs.state;
	char end[WHEN_SIZE];
	int r = state_set(&arming->by, request->by);

	arming->before =
		situation->decision.verdict == VERDICT_OPEN && state->phase == PHASE_FINISHED
			? PHASE_FINISHED
			: PHASE_ASIDE;
	arming->undo_after = request->undo_after;
	if (r == 0 && request->undo_after > 0) {
		arming->deadline = boottime_ms() + request->undo_after * 1000LL;
		r = state_set(&arming->undo_at, when_later(request->undo_after, end));
		if (r == 0)
			r = state_set(&arming->boot_id, situation->inputs.facts.boot_id);
	}
	arming->port = request->port;
	return r == 0 && request->port ? state_set(&arming->peer, request->peer) : r;
}

static int record(const struct situation *situation, const struct arm_request *request, char **why)
{
	_cleanup_(state_clear) struct state state = {0};
	const struct inputs *inputs = &situation->inputs;
	int r = 0;

	if (!inputs->facts.machine_id[0])
		return fail(why, ENOENT,
			"/etc/machine-id holds no machine-id; run systemd-machine-id-setup first");
	if (situation_is_settled(situation))
		r = state_copy(&state, &inputs->state);
	arming_clear(&state.arming);
	if (r == 0)
		r = state_enter(&state, EVENT_ARM, reason_code(REASON_ARMED));
	if (r == 0)
		r = state_set(&state.machine_id, inputs->facts.machine_id);
	if (r == 0)
		r = state_set(&state.boot_id, inputs->facts.boot_id);
	if (r == 0)
		r = fill_arming(situation, request, &state.arming);
	return r < 0 ? r : state_save("", &state, why);
}

/* The timer that undoes it to the second; should it fail, cordon-check.timer does within a minute.
 */
static int start_timer(unsigned int seconds, char **why)
{
	_cleanup_free_ char *after = strdup_printf("--on-active=%us", seconds);
	const char *argv[] = {"/usr/bin/systemd-run", "--quiet", "--collect", "--unit=cordon-undo",
		"--timer-property=AccuracySec=1s", after, "/usr/bin/cordon", "reconsider", NULL};
	const struct command command = {.argv = argv, .limit = LIMIT_REQUEST};
	struct output output = {0};
	int r = after ? run_command(&command, &output, why) : -ENOMEM;

	if (r == 0 && output.status != 0)
		r = fail(why, EIO, "systemd-run: %s", output.error ? output.error : _("failed"));
	output_clear(&output);
	return r;
}

/* Sealed when the unit says so and the kernel does. */
static int seal(char **why)
{
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	int r;

	unlink(RUN_OPEN);
	r = unit_call(UNIT_RELOAD_OR_START, SEAL_UNIT, true, why);
	if (r == 0)
		r = seal_inspect(&health, why);
	if (r == 0 && !health.base && !health.hold)
		r = fail(why, EIO, "no seal stands; see journalctl -u %s", SEAL_UNIT);
	return r;
}

/* The record as it was before. Return: 0; a negative errno with @why. */
static int restore_record(const struct situation *before, char **why)
{
	if (before->inputs.condition == STATE_OK && before->inputs.state.phase != PHASE_NONE)
		return state_save("", &before->inputs.state, why);
	if (unlink(STATE_FILE) < 0 && errno != ENOENT)
		return fail(why, errno, "%s: %s", STATE_FILE, strerror(errno));
	return 0;
}

/* As it was before arming. Return: 0; a negative errno with @why. */
static int take_back(const struct situation *before, char **why)
{
	_cleanup_close_ int lock = lock_take();
	_cleanup_free_ char *detail = NULL;
	int r = restore_record(before, &detail);

	seal_lift(NULL);
	if (r < 0)
		return fail(why, -r,
			"the record could not be put back, so the next boot is sealed; cordon "
			"finish prevents that: %s",
			detail ? detail : strerror(-r));
	r = history_append("", "disarmed", json_pack("{s:s}", "reason", "sealing failed"), &detail);
	if (r < 0)
		return fail(why, -r,
			"this server could not be sealed, and nothing has changed, but that is not "
			"in the history: %s",
			detail ? detail : strerror(-r));
	return 0;
}

/* Under the lock: decide and record. The unit takes the lock itself. */
static int begin(const struct arm_request *request, struct situation *before, char **why)
{
	_cleanup_close_ int lock = lock_take();
	int r = situation_gather("", SITUATION_NEEDED, before);

	if (r < 0)
		return r;
	if (before->inputs.policy.off)
		return fail(why, EPERM, "cordon=off is on the kernel command line of this boot");
	if (before->decision.verdict == VERDICT_SEAL)
		return fail(why, EALREADY, "this server is cordoned off already: %s",
			reason_text(before->decision.reason));
	return record(before, request, why);
}

/* A trail that cannot be written must not keep a suspected server open. */
static void remember(const struct arm_request *request, char **why)
{
	_cleanup_free_ char *lost = NULL;

	if (history_append("", "armed",
		    json_pack("{s:s*, s:i}", "by", request->by, "undo_after",
			    (int)request->undo_after),
		    &lost) < 0)
		fail(why, EIO, "armed, but not written to the history: %s", lost ? lost : "");
}

int arm_run(const struct arm_request *request, char **why)
{
	_cleanup_(situation_clear) struct situation before = {0};
	_cleanup_free_ char *detail = NULL;
	int r = begin(request, &before, why);

	if (r < 0)
		return r;
	r = seal(&detail);
	if (r < 0) {
		if (take_back(&before, why) == 0)
			fail(why, -r, "this server could not be sealed, so nothing has changed: %s",
				detail ? detail : strerror(-r));
		return r;
	}
	remember(request, why);
	/* The unit has done it, and told the journal; whoever armed has to know. */
	if (seal_end_offloaded(&detail) < 0)
		fail(why, EIO, "%s", detail ? detail : "");
	units_start();
	unit_call(UNIT_STOP, UNDO_TIMER, true, NULL);
	if (request->undo_after > 0 && start_timer(request->undo_after, &detail) < 0)
		fail(why, EIO, "it will be undone up to a minute late: %s", detail ? detail : "");
	return 0;
}

int arm_confirm(char **why)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_close_ int lock = lock_take();
	struct arming *arming = &situation.inputs.state.arming;
	int r = situation_gather("", SITUATION_NEEDED, &situation);

	if (r < 0)
		return r;
	if (situation.decision.reason != REASON_ARMED || arming->undo_after == 0)
		return fail(why, ENOENT, "there is nothing to confirm: %s",
			reason_text(situation.decision.reason));
	arming->undo_after = 0;
	free(TAKE_PTR(arming->undo_at));
	r = state_save("", &situation.inputs.state, why);
	if (r < 0)
		return r;
	unit_call(UNIT_STOP, UNDO_TIMER, false, NULL);
	return history_append("", "confirmed", json_object(), why);
}
