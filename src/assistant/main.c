// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The assistant that an administrator meets (P4 to P9). `cordon assistant` runs this program; it is
 * one of its own, so that what seals a server does not depend on a library of dialogs.
 *
 * MUST: give the terminal back, however it ends. MUST NOT: change anything that the person in front
 * of it has not chosen.
 */

#include "assistant/face/face.h"
#include "assistant/login.h"
#include "assistant/session.h"
#include "lifecycle/admin-login.h"
#include "util/caller.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/log.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct options {
	bool login, plain;
};

static int parse(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{"login", no_argument, NULL, 'l'}, {"plain", no_argument, NULL, 'p'}, {0}};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == '?')
			return -1;
		options->login |= option == 'l';
		options->plain |= option == 'p';
	}
	if (optind >= argc)
		return 0;
	log_error("%s: %s: unexpected; cordon %s --help shows the options", "assistant",
		argv[optind], "assistant");
	return -1;
}

static void say_goodbye(enum session_end end, const struct session *session)
{
	switch (end) {
	case SESSION_OVER:
		face_say(_("This server is open. The assistant will not come again."));
		break;
	case SESSION_REBOOTS:
		face_say(_("This server reboots. The assistant is here again at the next login."));
		break;
	default:
		if (session->updating)
			face_say(_("The update goes on. To watch it: cordon update"));
		face_say(
			_("This server stays cordoned off. The assistant is here again at the next "
			  "login, or now: cordon assistant"));
	}
}

/* A login is noticed by others, too; whoever sits here has been met in any case (P14). */
static void record_meeting(const char *did)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_free_ char *caller = caller_name(), *who = NULL, *why = NULL;
	_cleanup_close_ int lock = lock_take();

	who = strdup_printf("%s %s", caller ? caller : "somebody", did);
	if (!who || situation_gather("", SITUATION_NEEDED, &situation) < 0)
		return;
	if (admin_login_record(&situation, who, "cordon assistant", &why) < 0)
		log_warning("it could not be recorded that an administrator was met: %s",
			why ? why : _("no memory"));
}

static void assist(const struct options *options)
{
	struct session session = {0};
	enum session_end end;

	face_begin(options->plain ? FACE_PLAIN : FACE_DIALOGS);
	end = overview_run(&session);
	face_end();
	say_goodbye(end, &session);
	session_clear(&session);
}

/* 0 where there is something to assist with. */
static int look_at_situation(const struct options *options)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	int r = situation_gather("", SITUATION_NEEDED, &situation);

	if (r < 0) {
		log_error("assistant: %s", strerror(-r));
		return -1;
	}
	if (situation.decision.verdict == VERDICT_SEAL)
		return 0;
	if (!options->login)
		printf(_("There is nothing to do: %s.\n"), reason_text(situation.decision.reason));
	return -1;
}

/* 0: go on as root; else what to end with. The decision itself is login.c's. */
static int meet_login(void)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	_cleanup_free_ char *why = NULL;
	enum login_answer answer = LOGIN_NO;

	if (policy_load("", &policy) < 0 || login_answer(&policy, &answer) < 0)
		return -1;
	if (answer == LOGIN_AS_ROOT)
		return 0;
	if (answer == LOGIN_RECORDED)
		record_meeting("logged in");
	if (answer == LOGIN_THROUGH_SUDO) {
		puts(_("This server is cordoned off. sudo lets you to the assistant; Ctrl-C leaves "
		       "that for later."));
		fflush(stdout);
		login_exec_sudo(&why);
		log_error("assistant: %s", why ? why : _("sudo cannot be run"));
	}
	return -1;
}

/* Run by hand: 0, or the exit status, with what is wrong said. */
static int check_caller(void)
{
	if (geteuid() != 0) {
		log_error("assistant: must be run by root; try: sudo cordon assistant");
		return 1;
	}
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		log_error("assistant: needs a terminal; cordon status, cordon update and cordon "
			  "finish "
			  "do the same without one");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {0};
	int r;

	language_begin();
	if (parse(argc, argv, &options) < 0)
		return 2;
	r = options.login ? meet_login() : check_caller();
	/* A login goes on whatever is wrong. */
	if (r != 0)
		return options.login ? 0 : r;
	if (look_at_situation(&options) < 0)
		return 0;
	record_meeting("opened the assistant");
	login_remember();
	assist(&options);
	return 0;
}
