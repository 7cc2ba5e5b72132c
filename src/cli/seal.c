// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon seal: make the kernel match the decision.
 *
 * Run by cordon-seal.service at boot and on reload, and as `seal --early` by the generator, before
 * any unit runs. The seal comes first, the record of it after: a full disk may keep the record from
 * being written, never the server from being sealed.
 *
 * `seal --early` says first, in one word, what this boot will be. "open": settled, cordon has
 * nothing to do. "sealed": to be closed before anything else, which it then does. What is
 * "undecided" is to stand aside, but not on record yet: the network waits for cordon-seal.service,
 * which records it. That takes a record that says pending; without one (/var may not be mounted)
 * it is sealed, and the unit lifts it.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/unit.h"

#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

/* A record of anybody else, or a damaged one, is not continued but begun anew. */
static int fill_record(const struct situation *situation, struct state *state)
{
	const struct inputs *inputs = &situation->inputs;
	const char *boot = inputs->facts.boot_id;
	int r = 0;

	if (situation_continues(situation))
		r = state_copy(state, &inputs->state);
	if (!inputs->state.boot_id || strcmp(inputs->state.boot_id, boot) != 0)
		state->boots++;
	if (r == 0)
		r = state_enter(state, EVENT_SEAL, reason_code(situation->decision.reason));
	if (r == 0)
		r = state_set(&state->machine_id, inputs->facts.machine_id);
	return r < 0 ? r : state_set(&state->boot_id, boot);
}

/* Once a boot; a reload of the unit changes nothing in the record. */
static bool is_recorded(const struct situation *situation)
{
	const struct inputs *inputs = &situation->inputs;

	return situation_continues(situation) && inputs->state.boot_id &&
	       strcmp(inputs->state.boot_id, inputs->facts.boot_id) == 0;
}

static void record(const struct situation *situation)
{
	_cleanup_(state_clear) struct state state = {0};
	_cleanup_free_ char *why = NULL;
	int r;

	/* What lies below the mount point of a file system that is not there must stay as it is. */
	if (is_recorded(situation) || situation->inputs.condition == STATE_UNREACHABLE ||
		file_exists(RUN_RESET))
		return;
	r = fill_record(situation, &state);
	if (r == 0)
		r = state_save("", &state, &why);
	if (r == 0)
		r = history_append("", "sealed",
			json_pack("{s:s, s:i, s:o*}", "reason",
				reason_code(situation->decision.reason), "boot", (int)state.boots,
				"damage", json_text(situation->damage)),
			&why);
	if (r < 0)
		log_warning("sealed, but it could not be recorded: %s", why ? why : strerror(-r));
}

/* A rule can only name a control group that is there. Without it nobody reaches a mirror: said, and
 * tried again by cordon-check.timer. */
static void make_updater_slice(const struct situation *situation)
{
	_cleanup_free_ char *why = NULL;

	if (situation->inputs.policy.egress.value == EGRESS_UPDATER && seal_find_updater() == 0 &&
		unit_call(UNIT_START, SEAL_UPDATER_SLICE, true, &why) < 0)
		log_warning("Egress=updater: %s; no mirror can be reached", why ? why : "");
}

static int close_down(const struct situation *situation, bool early)
{
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	_cleanup_free_ char *why = NULL;
	int r;

	if (!early)
		make_updater_slice(situation);
	r = plan_make(situation, &plan);
	/* The package manager is not run before the first unit is; the unit adds its ports. */
	if (r == 0 && !early)
		r = plan_add_sources(&plan, &warnings);
	/* What counts until now, the generator's table or the seal of before, is replaced. */
	if (r == 0 && !early)
		record_blocked();
	if (r == 0)
		r = seal_apply(&plan, early, &health, &why);
	if (r < 0) {
		log_error("this server could NOT be sealed, so its network stays down: %s",
			why ? why : strerror(-r));
		return EXIT_FAILED;
	}
	if (early)
		return EXIT_DONE;
	if (r > 0 && health.problems.count == 0)
		log_warning("sealed, but not as planned; see cordon status");
	r = situation_problems(situation, &warnings);
	if (r < 0)
		log_warning(
			"which settings were left out could not be found out: %s", strerror(-r));
	log_warnings(&warnings);
	log_warnings(&health.problems);
	if (situation->damage)
		log_warning("%s", situation->damage);
	record(situation);
	sd_notifyf(0, "STATUS=Sealed: %s.", reason_text(situation->decision.reason));
	return EXIT_DONE;
}

static int open_up(const struct situation *situation)
{
	int status = stand_aside(situation);

	if (status == EXIT_DONE)
		sd_notifyf(0, "STATUS=Not sealed: %s.", reason_text(situation->decision.reason));
	return status;
}

static int print_rules(const struct situation *situation)
{
	_cleanup_(strv_clear) struct strv warnings = {0};
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	_cleanup_free_ char *rules = NULL;
	int r = plan_make(situation, &plan);

	if (r == 0)
		r = plan_add_sources(&plan, &warnings);
	if (r == 0)
		r = seal_print(&plan, &rules);
	if (r < 0)
		return log_failure("seal", NULL, r);
	log_warnings(&warnings);
	fputs(rules, stdout);
	return EXIT_DONE;
}

/* Run by hand: only inside the unit can the hold be made, so the unit is asked to. */
static int ask_unit(void)
{
	_cleanup_free_ char *why = NULL;
	int r = unit_call(UNIT_RELOAD_OR_START, SEAL_UNIT, true, &why);

	if (r < 0)
		return log_failure("seal", why, r);
	return EXIT_DONE;
}

static const char *outlook(const struct situation *situation)
{
	if (situation->decision.verdict == VERDICT_SEAL)
		return "sealed";
	if (situation_is_settled(situation))
		return "open";
	return situation->inputs.condition == STATE_OK ? "undecided" : "sealed";
}

/* What an initramfs closed, that could not know. */
static int open_early(void)
{
	_cleanup_free_ char *why = NULL;
	int r = seal_drop_initrd(&why);

	return r < 0 ? log_failure("seal", why, r) : EXIT_DONE;
}

/* For the generator, at every run of it: at boot, at a soft reboot, which keeps /run and the
 * tables, and at any reload of systemd, when the seal stands and is to be left alone. The word is
 * out before anything can fail. */
static int seal_early(const struct situation *situation)
{
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	const char *word = outlook(situation);

	puts(word);
	fflush(stdout);
	if (strcmp(word, "open") == 0)
		return open_early();
	if (strcmp(word, "sealed") != 0)
		return EXIT_DONE;
	if (seal_inspect(&health, NULL) == 0 && (health.base || health.hold))
		return EXIT_DONE;
	unlink(RUN_SEALED);
	return close_down(situation, true);
}

int verb_seal(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_close_ int lock = -1;
	bool print = false, early = false;
	const struct option_spec options[] = {
		{"print", NULL, N_("print the rules for nft -f and change nothing"), &print, NULL},
		{"early", NULL,
			N_("for the generator: say what this boot will be, and if sealed, make the "
			   "ordinary table"),
			&early, NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	/* From the decision to the deed; see lock.h. */
	if (seal_in_unit())
		lock = lock_take();
	r = situation_gather("", SITUATION_NEEDED, &situation);
	if (r < 0)
		return log_failure("seal", NULL, r);
	if (print)
		return print_rules(&situation);
	if (early)
		return seal_early(&situation);
	/* After a reset the next boot decides, and what stands goes on to stand until then. */
	if (situation.decision.verdict != VERDICT_SEAL)
		return file_exists(RUN_RESET) ? EXIT_DONE : open_up(&situation);
	return seal_in_unit() ? close_down(&situation, false) : ask_unit();
}
