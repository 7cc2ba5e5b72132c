// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon update: three faces of one thing.
 *
 * `update` starts cordon-update.service and follows what it publishes; it may be ended at any time
 * without harm. `update --service` is what that service runs. `update --check` only looks.
 */

#include "update/update.h"
#include "cli/cli.h"
#include "decision/plan.h"
#include "lifecycle/reboot.h"
#include "state/state.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

/* At a shutdown dpkg may come to its end (TimeoutStopSec=), but nothing is begun any more; what is
 * left goes on at the next boot. */
static volatile sig_atomic_t told_to_end;

static void on_signal(int signal)
{
	(void)signal;
	told_to_end = 1;
}

static bool is_to_end(void *context)
{
	(void)context;
	return told_to_end;
}

/* The journal and `systemctl status` hear each step that says something new. */
static void on_step(void *context, const struct update_step *step)
{
	char *last = context;

	sd_notifyf(0, "STATUS=%u%%: %s", step->percent, step->message);
	if (strcmp(last, step->message) == 0)
		return;
	snprintf(last, 256, "%s", step->message);
	printf("%3u%% %s\n", step->percent, step->message);
	fflush(stdout);
}

static void remember(const char *event, json_t *details)
{
	_cleanup_free_ char *why = NULL;

	if (history_append("", event, details, &why) < 0)
		log_warning("%s", why ? why : _("the history could not be written"));
}

/* Reboot=auto: what could be installed is, so that the next boot goes on from there. */
static void reboot_if_asked(const struct policy *policy)
{
	_cleanup_(strv_clear) struct strv reasons = {0};
	_cleanup_free_ char *why = NULL;

	if (policy->reboot.value != REBOOT_AUTO || update_reboot_reasons(&reasons, NULL) < 0 ||
		reasons.count == 0)
		return;
	for (size_t i = 0; i < reasons.count; i++)
		log_notice("%s", reasons.items[i]);
	if (reboot_run(&reasons, &why) == 0)
		log_notice("rebooting (Reboot=auto, %s)", policy->reboot.source);
	else
		log_warning("%s", why ? why : _("not rebooted"));
}

static void report_result(const struct update_result *result)
{
	log_warnings(&result->warnings);
	for (size_t i = 0; i < result->kept.count; i++)
		log_notice("%s was changed here and is kept; the packaged one is beside it, with "
			   ".dpkg-dist or .rpmnew in its name",
			result->kept.items[i]);
	if (result->installed.count > 0)
		remember("updated",
			json_pack("{s:o, s:o, s:o}", "packages", json_packages(&result->installed),
				"kept", json_sentences(&result->kept), "failed",
				json_sentences(&result->failed)));
}

static int run_service(const struct policy *policy)
{
	_cleanup_(update_result_clear) struct update_result result = {0};
	const struct update_settings settings = plan_updates(policy);
	_cleanup_free_ char *why = NULL;
	char last[256] = "";
	int r;

	signal(SIGTERM, on_signal);
	r = update_run(
		&settings, &(struct update_audience){on_step, last, is_to_end}, &result, &why);
	report_result(&result);
	if (r < 0) {
		log_error("update: %s", why ? why : strerror(-r));
		remember("update-failed", json_pack("{s:o*}", "why", json_text(why)));
		return EXIT_FAILED;
	}
	if (r > 0) {
		log_error("update: %s", why ? why : _("something is left"));
		remember("update-failed", json_pack("{s:o*}", "why", json_text(why)));
	}
	reboot_if_asked(policy);
	return r > 0 ? EXIT_NOT_YET : EXIT_DONE;
}

/* The same one for several of them is said once. */
static void print_reasons(const struct update_list *pending)
{
	const char *last = "";

	for (size_t i = 0; i < pending->count; i++) {
		const char *because = pending->items[i].because;

		if (because && strcmp(because, last) != 0)
			printf(_("Withheld: %s: %s.\n"), pending->items[i].name, because);
		last = because ? because : last;
	}
}

static void print_pending(const struct update_list *pending)
{
	for (size_t i = 0; i < pending->count; i++) {
		const struct update_package *package = &pending->items[i];

		printf("%-32s %s -> %s%s%s%s%s\n", package->name,
			package->from ? package->from : _("(new)"), package->to ? package->to : "?",
			package->security ? _("  security") : "", package->severity ? ", " : "",
			package->severity ? package->severity : "",
			package->withheld ? _("  withheld") : "");
	}
	print_reasons(pending);
	printf(P_("%zu update is pending, %zu of them security updates.\n",
		       "%zu updates are pending, %zu of them security updates.\n", pending->count),
		pending->count, update_list_security(pending));
}

static int check_only(const struct policy *policy, bool json)
{
	_cleanup_(update_list_clear) struct update_list pending = {0};
	_cleanup_(strv_clear) struct strv warnings = {0};
	const struct update_settings settings = plan_updates(policy);
	const struct update_audience audience = waiting_audience();
	_cleanup_free_ char *why = NULL;
	int r = plan_join_updater(policy, &why);

	if (r == 0)
		r = update_check(&settings, &audience, &pending, &warnings, &why);
	if (r < 0)
		return log_failure("update", why, r);
	if (json) {
		r = print_json(json_pack("{s:i, s:o, s:o}", "schema", 1, "pending",
			json_packages(&pending), "warnings", json_sentences(&warnings)));
		return r != EXIT_DONE ? r : pending.count > 0 ? EXIT_NOT_YET : EXIT_DONE;
	}
	log_warnings(&warnings);
	print_pending(&pending);
	return pending.count > 0 ? EXIT_NOT_YET : EXIT_DONE;
}

static int print_what_is_next(int status, const struct policy *policy)
{
	_cleanup_(strv_clear) struct strv reasons = {0};

	if (status != EXIT_DONE)
		return status;
	if (update_reboot_reasons(&reasons, NULL) == 0 && reasons.count > 0) {
		puts(_("A reboot is needed:"));
		print_list("  - ", &reasons);
		puts(policy->reboot.value == REBOOT_AUTO
				? _("This server reboots by itself (Reboot=auto); then cordon "
				    "finish")
				: _("Next: systemctl reboot, then cordon finish"));
	} else {
		puts(_("Next: cordon finish"));
	}
	return status;
}

static int start_and_follow(const struct policy *policy, bool json)
{
	int status;

	if (json)
		return follow_update(FOLLOW_JSON);
	status = follow_update(isatty(STDOUT_FILENO) ? FOLLOW_BAR : FOLLOW_LINES);
	return print_what_is_next(status, policy);
}

int verb_update(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	bool check = false, json = false, service = false;
	const struct option_spec options[] = {
		{"check", NULL, N_("refresh and list what is pending, install nothing"), &check,
			NULL},
		{"json", NULL, N_("as JSON, one object a line while following"), &json, NULL},
		{"service", NULL, N_("do the work here, for cordon-update.service"), &service,
			NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = policy_load("", &policy);
	if (r < 0)
		return log_failure("update", NULL, r);
	if (service)
		return run_service(&policy);
	return check ? check_only(&policy, json) : start_and_follow(&policy, json);
}
