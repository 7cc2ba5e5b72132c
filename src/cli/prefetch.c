// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon prefetch: what cordon-prefetch.service runs as soon as the network is up, so that "Update
 * this server" begins with installing. cordon-update.service ends it when it is in the way.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "decision/situation.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/log.h"

int verb_prefetch(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	const struct option_spec options[] = {{0}};
	const struct policy *policy = &situation.inputs.policy;
	_cleanup_free_ char *why = NULL;
	struct update_settings settings;
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = situation_gather("", SITUATION_NEEDED, &situation);
	if (r < 0)
		return log_failure("prefetch", NULL, r);
	/* An update that was cut off fetches what it needs by itself, and so does automatic mode.
	 */
	if (situation.decision.verdict != VERDICT_SEAL || policy->prefetch.value != PREFETCH_YES ||
		policy->mode.value == MODE_AUTOMATIC || update_was_interrupted())
		return EXIT_DONE;
	settings = plan_updates(policy);
	if (update_prefetch(&settings, NULL, &why) < 0) {
		log_warning("prefetch: %s", why ? why : _("failed"));
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
