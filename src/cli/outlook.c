// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon outlook: what this boot will be, in one word for cordon-generator.
 *
 * "open": settled, cordon has nothing to do. "sealed": to be closed before anything else. What is
 * "undecided" is to stand aside, but not on record yet: the network waits for cordon-seal.service,
 * which records it. That takes a record that says pending; without one (/var may not be mounted)
 * it is sealed, and the unit lifts it.
 */

#include "cli/cli.h"
#include "situation.h"
#include "util/cleanup.h"

#include <stdio.h>

static const char *word_of(const struct situation *situation)
{
	if (situation->decision.verdict == VERDICT_SEAL)
		return "sealed";
	if (situation_is_settled(situation))
		return "open";
	return situation->inputs.condition == STATE_OK ? "undecided" : "sealed";
}

int verb_outlook(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	const struct option_spec options[] = {{0}};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	if (situation_gather("", SITUATION_NEEDED, &situation) < 0)
		return EXIT_FAILED;
	puts(word_of(&situation));
	return EXIT_DONE;
}
