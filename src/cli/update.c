// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon update: three faces of one thing.
 *
 * `update` starts cordon-update.service and follows what it publishes; it may be ended at any time
 * without harm. `update --service` is what that service runs. `update --check` only looks.
 */

#include "update/update.h"
#include "cli/cli.h"
#include "state/state.h"
#include "update/progress.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/unit.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#define UPDATE_UNIT   "cordon-update.service"
#define LOOK_EVERY_MS 200

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
		log_warning("%s", why ? why : "the history could not be written");
}

static int run_service(void)
{
	_cleanup_(update_list_clear) struct update_list installed = {0};
	_cleanup_(sentences_clear) struct sentences warnings = {0};
	_cleanup_free_ char *why = NULL;
	char last[256] = "";
	int r;

	/* At a shutdown dpkg may come to its end (TimeoutStopSec=); what is cut off goes on at the
	 * next boot. */
	signal(SIGTERM, SIG_IGN);
	r = update_run(on_step, last, &installed, &warnings, &why);
	log_warnings(&warnings);
	if (installed.count > 0)
		remember("updated", json_pack("{s:o}", "packages", json_packages(&installed)));
	if (r == 0)
		return EXIT_DONE;
	log_error("update: %s", why ? why : strerror(-r));
	remember("update-failed", json_pack("{s:s*}", "why", why));
	return r > 0 ? EXIT_NOT_YET : EXIT_FAILED;
}

static int check_only(bool json)
{
	_cleanup_(update_list_clear) struct update_list pending = {0};
	_cleanup_(sentences_clear) struct sentences warnings = {0};
	_cleanup_free_ char *why = NULL;
	int r = update_check(&pending, &warnings, &why);

	if (r < 0) {
		log_error("update: %s", why ? why : strerror(-r));
		return EXIT_FAILED;
	}
	if (json) {
		r = print_json(json_pack("{s:i, s:o, s:o}", "schema", 1, "pending",
			json_packages(&pending), "warnings", json_sentences(&warnings)));
		return r != EXIT_DONE ? r : pending.count > 0 ? EXIT_NOT_YET : EXIT_DONE;
	}
	log_warnings(&warnings);
	for (size_t i = 0; i < pending.count; i++)
		printf("%-32s %s -> %s%s%s\n", pending.items[i].name,
			pending.items[i].from ? pending.items[i].from : "(new)",
			pending.items[i].to ? pending.items[i].to : "?",
			pending.items[i].security ? "  security" : "",
			pending.items[i].withheld ? "  withheld" : "");
	printf("%zu updates are pending, %zu of them security updates.\n", pending.count,
		update_list_security(&pending));
	return pending.count > 0 ? EXIT_NOT_YET : EXIT_DONE;
}

static void show(const struct update_progress *progress, bool json)
{
	if (!json) {
		printf("%3u%% %s\n", progress->percent, progress->message);
	} else {
		json_t *line = json_pack("{s:i, s:s, s:i, s:s, s:s*}", "schema", 1, "state",
			progress->state, "percent", (int)progress->percent, "message",
			progress->message, "since", progress->since);

		json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
		json_decref(line);
	}
	fflush(stdout);
}

/* Shows what is new since @last. Returns the exit status once the run has ended, else -1. */
static int show_news(struct update_progress *last, pid_t ended, bool json)
{
	_cleanup_(progress_clear) struct update_progress now = {0};

	/* What an earlier run left behind is not news. */
	if (progress_read(UPDATE_PROGRESS, &now) < 0 || now.pid == ended)
		return -1;
	if (!last->message || strcmp(last->message, now.message) != 0 ||
		last->percent != now.percent) {
		struct update_progress old = *last;

		show(&now, json);
		*last = now;
		now = old;
	}
	if (strcmp(last->state, "done") == 0)
		return EXIT_DONE;
	if (strcmp(last->state, "incomplete") == 0)
		return EXIT_NOT_YET;
	return strcmp(last->state, "failed") == 0 ? EXIT_FAILED : -1;
}

static bool is_running(void)
{
	_cleanup_free_ char *state = NULL;

	return unit_active_state(UPDATE_UNIT, &state, NULL) == 0 &&
	       (strcmp(state, "active") == 0 || strcmp(state, "activating") == 0 ||
		       strcmp(state, "deactivating") == 0);
}

static int follow(pid_t ended, bool json)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	_cleanup_(progress_clear) struct update_progress last = {0};

	for (;;) {
		/* Asked before the file is read, so that its last words cannot be missed. */
		bool running = is_running();
		int status = show_news(&last, ended, json);

		if (status >= 0 && !running)
			return status;
		if (!running)
			break;
		nanosleep(&pause, NULL);
	}
	log_error("update: %s ended without a result; see journalctl -u %s", UPDATE_UNIT,
		UPDATE_UNIT);
	return EXIT_FAILED;
}

static int print_what_is_next(int status)
{
	_cleanup_(sentences_clear) struct sentences reasons = {0};

	if (status != EXIT_DONE)
		return status;
	if (update_reboot_reasons(&reasons, NULL) == 0 && reasons.count > 0) {
		puts("A reboot is needed:");
		print_list("  - ", &reasons);
		puts("Next: systemctl reboot, then cordon finish");
	} else {
		puts("Next: cordon finish");
	}
	return status;
}

static int start_and_follow(bool json)
{
	_cleanup_(progress_clear) struct update_progress before = {0};
	_cleanup_free_ char *why = NULL;
	pid_t ended = -1;
	int status;

	/* A run that is under way is joined; one that ended is not mistaken for the new one. */
	if (progress_read(UPDATE_PROGRESS, &before) == 0 && !is_running())
		ended = before.pid;
	if (unit_call(UNIT_START, UPDATE_UNIT, true, &why) < 0) {
		log_error("update: %s", why ? why : "systemd could not be asked");
		return EXIT_FAILED;
	}
	if (!json)
		puts("Updating in cordon-update.service. Ctrl-C stops watching, not the update.");
	status = follow(ended, json);
	return json ? status : print_what_is_next(status);
}

int verb_update(const struct verb *verb, int argc, char **argv)
{
	bool check = false, json = false, service = false;
	const struct option_spec options[] = {
		{"check", NULL, "refresh and list what is pending, install nothing", &check, NULL},
		{"json", NULL, "as JSON, one object a line while following", &json, NULL},
		{"service", NULL, "do the work here, for cordon-update.service", &service, NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	if (service)
		return run_service();
	return check ? check_only(json) : start_and_follow(json);
}
