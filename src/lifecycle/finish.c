// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finish, for good.
 *
 * MUST NOT lift the seal before the record that it was finished has reached the disk: a power cut
 * between the two leaves a machine that opens at its next boot, as it was told to; the other way
 * round it would be a machine that was open and is sealed again, with nobody there.
 *
 * A firewall that takes over comes before both: it has to be up while the seal still stands. That
 * it is being brought up is on record before anything of it is, so that after a power cut it is
 * known whose it is; the next finish takes it back first, and then does what it is told.
 */

#include "lifecycle/finish.h"

#include "lifecycle/units.h"
#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/json.h"
#include "util/language.h"
#include "util/lock.h"

#include <errno.h>
#include <signal.h>

/* Whoever forces it may have no network, and need not wait for one. */
static int look(const struct finish_request *request, struct strv *missing, char **why)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	int r = strv_addf(
		missing, "the package lists were not fetched anew, because it was forced");

	return r < 0 ? r : update_look(&request->settings, &list, missing, missing, why);
}

/* 0: verified; 1: something is missing, or could not be found out. */
static int verify(const struct finish_request *request, struct strv *missing, struct strv *warnings)
{
	_cleanup_free_ char *why = NULL;
	int r = request->forced ? look(request, missing, &why)
				: update_verify(&request->settings, &request->audience, missing,
					  warnings, &why);

	if (r < 0)
		r = strv_addf(missing, "%s", why ? why : _("the updates could not be verified"));
	return r < 0 ? r : missing->count > 0;
}

static const struct handed none;

/* Save the record of this sealed machine with this handover in it. */
static int save_handed(struct situation *situation, const struct handed *handed, char **why)
{
	struct state *state = &situation->inputs.state;
	int r = handed_copy(&state->handed, handed);

	return r < 0 ? r : state_save("", state, why);
}

/* What an earlier finish handed over to, or was about to. What somebody changed since is theirs. */
static int take_back(struct situation *situation, struct strv *warnings, char **why)
{
	_cleanup_free_ char *detail = NULL;
	int r = 0;

	if (!situation_continues(situation) || !situation->inputs.state.handed.to)
		return 0;
	if (handover_undo(&situation->inputs.state.handed, &detail) != 0)
		r = strv_addf(warnings, "the earlier handover is not undone: %s",
			detail ? detail : _("no reason given"));
	return r < 0 ? r : save_handed(situation, &none, why);
}

/* The seal still stands. @handed: what was done. */
static int hand_over(struct situation *situation, const struct finish_request *request,
	struct handed *handed, struct strv *warnings, char **why)
{
	const struct handover *handover = request->handover;
	int r = take_back(situation, warnings, why);

	if (r < 0 || handover->to == ON_FINISH_OPEN)
		return r;
	if (!situation_continues(situation))
		return fail(why, ENOENT,
			"there is no sound record of this machine that the handover could be "
			"noted in; cordon finish --handover=open needs none");
	r = handover_check(handover, why);
	if (r == 0)
		r = handover_prepare(handover, handed, why);
	if (r == 0)
		r = save_handed(situation, handed, why);
	if (r < 0)
		return r;
	r = handover_apply(handover, handed, why);
	if (r < 0)
		save_handed(situation, &none, NULL);
	return r;
}

/* The record that counts on this machine: its own, or a fresh one in place of anybody else's. */
static int fill_record(const struct situation *situation, const struct finish_request *request,
	const struct handed *handed, struct state *state)
{
	const struct inputs *inputs = &situation->inputs;
	int r = 0;

	if (situation_continues(situation)) {
		state->phase = inputs->state.phase;
		state->boots = inputs->state.boots;
		r = state_set(&state->boot_id, inputs->state.boot_id);
	}
	if (r == 0)
		r = state_enter(state, EVENT_FINISH, request->forced ? "forced" : "verified");
	if (r == 0)
		r = state_set(&state->machine_id, inputs->facts.machine_id);
	if (r == 0)
		r = state_set(&state->finished_by, request->by);
	if (r == 0)
		r = handed_copy(&state->handed, handed);
	return r < 0 ? r : state_set(&state->forced, request->forced);
}

static json_t *describe_handed(const struct handed *handed)
{
	json_t *allow = json_sentences(&handed->allow), *files = json_array();

	for (size_t i = 0; i < handed->files.count; i++)
		json_add(&files, json_text(handed->files.items[i].source));
	return json_pack("{s:s, s:o, s:o}", "to", handed->to, "allow", allow, "files", files);
}

/* What is missing goes on record with it. The caller owns the object; NULL: memory is short. */
static json_t *describe(const struct finish_request *request, const struct handed *handed,
	const struct strv *missing)
{
	json_t *details = json_pack("{s:s, s:b, s:b, s:s*, s:o}", "by", request->by, "verified",
		missing->count == 0, "forced", request->forced != NULL, "reason", request->forced,
		"missing", json_sentences(missing));

	if (handed->to)
		json_put(&details, "handover", describe_handed(handed));
	return details;
}

static int record(const struct situation *situation, const struct finish_request *request,
	const struct handed *handed, char **why)
{
	_cleanup_(state_clear) struct state state = {0};
	int r;

	if (!situation->inputs.facts.machine_id[0])
		return fail(why, ENOENT,
			"/etc/machine-id holds no machine-id, so nothing could say that it is this "
			"machine that was finished; run systemd-machine-id-setup first");
	r = fill_record(situation, request, handed, &state);
	return r < 0 ? r : state_save("", &state, why);
}

/* The record itself says who and why, too; the trail must not keep anybody in. */
static void remember(const struct finish_request *request, const struct handed *handed,
	const struct strv *missing, char **why)
{
	_cleanup_free_ char *lost = NULL;

	if (history_append("", "finished", describe(request, handed, missing), &lost) < 0)
		fail(why, EIO, "finished, but not written to the history: %s", lost ? lost : "");
}

/* From the record to the deed: a dropped connection must not leave a server that is finished, and
 * closed. */
static void ignore_signals(void)
{
	static const int signals[] = {SIGHUP, SIGINT, SIGTERM};

	for (size_t i = 0; i < ELEMENTS(signals); i++)
		signal(signals[i], SIG_IGN);
}

/*
 * Decided anew under the lock: the verification took its time, and somebody else may have finished.
 * Then what they recorded counts, and only a seal that still stands is lifted.
 */
static int record_and_lift(const struct finish_request *request, const struct strv *missing,
	struct strv *warnings, char **why)
{
	_cleanup_(handed_clear) struct handed handed = {0};
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_close_ int lock = lock_take();
	_cleanup_free_ char *detail = NULL;
	int r = situation_gather("", SITUATION_WHOLE, &situation);

	if (r < 0)
		return r;
	situation_ignore_off(&situation);
	ignore_signals();
	if (situation.decision.verdict == VERDICT_SEAL) {
		r = hand_over(&situation, request, &handed, warnings, why);
		if (r == 0)
			r = record(&situation, request, &handed, why);
		if (r < 0)
			return r;
		remember(request, &handed, missing, why);
	}
	r = seal_lift(&detail);
	if (r < 0)
		return fail(why, -r,
			"finished, and recorded so, but the seal still stands; systemctl stop %s, "
			"or a reboot, lifts it: %s",
			SEAL_UNIT, detail ? detail : _("no reason given"));
	units_stop(true);
	return 0;
}

/* Early, so that nobody waits for mirrors in vain. What an interrupted finish left behind is in the
 * way until it is taken back, which takes the lock. */
static int check_handover(const struct handover *handover, char **why)
{
	_cleanup_(state_clear) struct state state = {0};
	_cleanup_free_ char *damage = NULL;
	int r = state_load("", &state, &damage);

	return r < 0 ? r : state.handed.to ? 0 : handover_check(handover, why);
}

int finish_run(const struct finish_request *request, struct strv *missing, struct strv *warnings,
	char **why)
{
	int r = check_handover(request->handover, why);

	if (r == 0)
		r = verify(request, missing, warnings);

	if (r < 0 || (r > 0 && !request->forced))
		return r;
	return record_and_lift(request, missing, warnings, why);
}
