// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon: keeps a freshly installed server unreachable until its security updates are in.
 *
 * One table drives dispatch and help; each verb has a file of its own.
 */

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct verb verbs[] = {
	{"status", "[--json] [--root=DIR]",
		"show whether this server is cordoned off, and what is left", verb_status, false},
	{"assistant", "[--login] [--plain]",
		"what an administrator meets at login: update, review and finish in a dialog",
		verb_assistant, false},
	{"update", "[--check] [--json]", "install the pending updates, or only list them",
		verb_update, true},
	{"automatic-updates", "[--enable] [--json]",
		"show whether updates will be installed by themselves, or switch that on",
		verb_automatic_updates, true},
	{"finish", "[--force --reason=TEXT]", "verify the updates and open this server for good",
		verb_finish, true},
	{"arm", "[--undo-after=TIME]", "cordon off a server that is running, on purpose", verb_arm,
		true},
	{"confirm", "", "have cordon arm stay until finished", verb_confirm, true},
	{"explain", "[--json] [--root=DIR]", "show the decision and everything it was made of",
		verb_explain, false},
	{"exposure", "[--json]",
		"show what listens, and what of it can be reached now and when finished",
		verb_exposure, true},
	{"history", "[--json] [--root=DIR]", "show what happened, oldest first", verb_history,
		false},
	{"wait", "[--finished] [--timeout=SECONDS]",
		"wait until the decision is in force, or released", verb_wait, false},
	{"reset", "[--root=DIR]", "for image builders: back to before the first boot", verb_reset,
		true},
	{"seal", "[--print] [--early]",
		"for cordon-seal.service: make the kernel match the decision", verb_seal, true},
	{"outlook", "", "for cordon-generator: say what this boot will be", verb_outlook, true},
	{"tally", "", "for cordon-tally.service: record what was blocked", verb_tally, true},
	{"check", "", "for cordon-check.service: repair the seal", verb_check, true},
	{"reconsider", "", "for cordon-reconsider.service: look whether the decision has changed",
		verb_reconsider, true},
	{"prefetch", "", "for cordon-prefetch.service: fetch the updates in advance", verb_prefetch,
		true},
	{"automatic", "", "for cordon-automatic.service: go through the quarantine alone",
		verb_automatic, true},
	{"register", "[--root=DIR]", "for the package: record how it was installed", verb_register,
		true},
};

static void print_help(FILE *out)
{
	fputs("Usage: cordon VERB [OPTION...]\n\n"
	      "Keeps a freshly installed server unreachable until its security updates are in.\n\n",
		out);
	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		fprintf(out, "  %-17s %s\n", verbs[i].name, verbs[i].summary);
	fputs("\n  --help            show this, or with a verb its options\n"
	      "  --version         show the version\n\n"
	      "Exit status: 0 done, 1 failed, 2 wrong usage, 3 not yet. See cordon(1).\n",
		out);
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static bool asks_for_help(int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], "--help") == 0;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	if (verb->needs_root && geteuid() != 0 && !asks_for_help(argc, argv)) {
		log_error("%s: must be run by root; try: sudo cordon %s", verb->name, verb->name);
		return EXIT_FAILED;
	}
	return verb->run(verb, argc, argv);
}

int main(int argc, char **argv)
{
	const struct verb *verb;
	int status;

	/* A reader that goes away must not end an update or a release half-way. */
	signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("cordon " CORDON_VERSION);
		return EXIT_DONE;
	}
	verb = find_verb(argv[1]);
	if (!verb) {
		log_error("%s: no such verb; cordon --help lists them", argv[1]);
		return EXIT_USAGE;
	}
	status = run_verb(verb, argc - 1, argv + 1);
	if (fflush(stdout) != 0 && status == EXIT_DONE) {
		log_error("standard output cannot be written: %m");
		status = EXIT_FAILED;
	}
	return status;
}
