// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon tally: what cordon-tally.service runs when the server goes down, so that what was blocked
 * since the last check is on record before the kernel forgets it. And how the other verbs put it on
 * record: before they replace or lift a seal, and each minute.
 */

#include "blocked/blocked.h"
#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/lock.h"
#include "util/log.h"

#include <string.h>

void record_blocked(void)
{
	_cleanup_free_ char *why = NULL;
	int r = blocked_save(&why);

	if (r < 0)
		log_warning("what was blocked could not be recorded: %s", why ? why : strerror(-r));
	else if (why)
		log_warning("%s", why);
}

void record_blocked_now(void)
{
	_cleanup_close_ int lock = lock_take();

	record_blocked();
}

int verb_tally(const struct verb *verb, int argc, char **argv)
{
	const struct option_spec options[] = {{0}};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	record_blocked_now();
	return EXIT_DONE;
}
