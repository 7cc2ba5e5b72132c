// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon assistant: the dialog that an administrator meets at the first login (P4).
 *
 * A program of its own, so that cordon itself, which seals at boot, needs no library for dialogs.
 * At a login, for which it is run for everybody, that program decides who meets it.
 */

#include "cli/cli.h"
#include "util/language.h"
#include "util/log.h"

#include <signal.h>
#include <unistd.h>

#define PROGRAM "/usr/libexec/cordon/assistant"

int verb_assistant(const struct verb *verb, int argc, char **argv)
{
	bool login = false, plain = false;
	const struct option_spec options[] = {
		{"login", NULL, N_("at a login: only for whom it concerns, and once"), &login,
			NULL},
		{"plain", NULL, N_("questions as plain text"), &plain, NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	/* As any program begins; cordon has it ignored. */
	signal(SIGPIPE, SIG_DFL);
	execv(PROGRAM, argv);
	log_error("assistant: %s: cannot be run: %m; install the package cordon anew, or use "
		  "cordon status, cordon update and cordon finish",
		PROGRAM);
	return EXIT_FAILED;
}
