// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon: keeps a freshly installed server unreachable until its security updates are in.
 *
 * One table drives dispatch and help; each verb has a file of its own.
 */

#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/log.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct verb verbs[] = {
	{"status", "[--json] [--root=DIR]",
		N_("show whether this server is cordoned off, and what is left"), verb_status, 0},
	{"assistant", "[--login] [--plain]",
		N_("what an administrator meets at login: update, review and finish in a dialog"),
		verb_assistant, 0},
	{"update", "[--check] [--json]", N_("install the pending updates, or only list them"),
		verb_update, VERB_NEEDS_ROOT},
	{"automatic-updates", "[--enable] [--json]",
		N_("show whether updates will be installed by themselves, or switch that on"),
		verb_automatic_updates, VERB_NEEDS_ROOT},
	{"finish", "[--force --reason=TEXT] [--handover=FIREWALL [--allow=PORTS]]",
		N_("verify the updates and open this server for good"), verb_finish,
		VERB_NEEDS_ROOT},
	{"arm", "[--undo-after=TIME]", N_("cordon off a server that is running, on purpose"),
		verb_arm, VERB_NEEDS_ROOT},
	{"confirm", "", N_("have cordon arm stay until finished"), verb_confirm, VERB_NEEDS_ROOT},
	{"explain", "[--json] [--root=DIR]", N_("show the decision and everything it was made of"),
		verb_explain, 0},
	{"exposure", "[--json]",
		N_("show what listens, and what of it can be reached now and when finished"),
		verb_exposure, VERB_NEEDS_ROOT},
	{"report", "[--json|--openmetrics|--textfile] [--root=DIR]",
		N_("show one record of the whole quarantine: the evidence"), verb_report, 0},
	{"history", "[--json] [--root=DIR]", N_("show what happened, oldest first"), verb_history,
		0},
	{"wait", "[--finished] [--timeout=SECONDS]",
		N_("wait until the decision is in force, or released"), verb_wait, 0},
	{"reset", "[--root=DIR]", N_("for image builders: back to before the first boot"),
		verb_reset, VERB_NEEDS_ROOT},
	{"seal", "[--print] [--early]",
		N_("for cordon-seal.service: make the kernel match the decision"), verb_seal,
		VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"tally", "", N_("for cordon-tally.service: record what was blocked"), verb_tally,
		VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"check", "", N_("for cordon-check.service: repair the seal"), verb_check,
		VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"reconsider", "",
		N_("for cordon-reconsider.service: look whether the decision has changed"),
		verb_reconsider, VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"prefetch", "", N_("for cordon-prefetch.service: fetch the updates in advance"),
		verb_prefetch, VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"automatic", "", N_("for cordon-automatic.service: go through the quarantine alone"),
		verb_automatic, VERB_NEEDS_ROOT | VERB_OF_UNITS},
	{"register", "[--root=DIR]", N_("for the package: record how it was installed"),
		verb_register, VERB_NEEDS_ROOT | VERB_OF_UNITS},
};

static void print_help(FILE *out)
{
	fputs(_("Usage: cordon VERB [OPTION...]\n\n"
		"Keeps a freshly installed server unreachable until its security updates are "
		"in.\n\n"),
		out);
	for (size_t i = 0; i < ELEMENTS(verbs); i++)
		fprintf(out, "  %-17s %s\n", verbs[i].name, _(verbs[i].summary));
	fputs(_("\n  --help            show this, or with a verb its options\n"
		"  --version         show the version\n\n"
		"Exit status: 0 done, 1 failed, 2 wrong usage, 3 not yet. See cordon(1).\n"),
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

/* getopt_long(3) takes "--j" for it, too. */
static bool asks_for(const char *option, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strlen(argv[i]) > 2 && strncmp(argv[i], option, strlen(argv[i])) == 0)
			return true;
	return false;
}

/*
 * People read their own language. What programs read stays as it is documented, and what goes to
 * the journal is read by others, and searched for: both are English.
 */
static bool is_for_people(const struct verb *verb, int argc, char **argv)
{
	if (getenv("JOURNAL_STREAM"))
		return false;
	if (!verb || asks_for_help(argc, argv))
		return true;
	return !(verb->flags & VERB_OF_UNITS) && !asks_for("--json", argc, argv) &&
	       !asks_for("--openmetrics", argc, argv) && !asks_for("--service", argc, argv);
}

/* The verb that has not come to its end. */
static const struct verb *running;

/* libnftables ends the process when the kernel does not answer it, with an exit status of its own:
 * 3, which would be "not yet". */
static void tell_of_an_early_end(void)
{
	if (!running)
		return;
	log_error(
		"%s: a library ended it half-way, for the reason above; try again", running->name);
	_exit(EXIT_FAILED);
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	int status;

	if (verb->flags & VERB_NEEDS_ROOT && geteuid() != 0 && !asks_for_help(argc, argv)) {
		log_error("%s: must be run by root; try: sudo cordon %s", verb->name, verb->name);
		return EXIT_FAILED;
	}
	atexit(tell_of_an_early_end);
	running = verb;
	status = verb->run(verb, argc, argv);
	running = NULL;
	return status;
}

int main(int argc, char **argv)
{
	const struct verb *verb = argc < 2 ? NULL : find_verb(argv[1]);
	int status;

	if (is_for_people(verb, argc - 1, argv + 1))
		language_begin();
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
