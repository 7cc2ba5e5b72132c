// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon automatic-updates: what installs updates after the release (P7). Shown, and switched on
 * when asked.
 */

#include "cli/cli.h"
#include "decision/plan.h"
#include "util/cleanup.h"
#include "util/language.h"

#include <stdio.h>

static int enable(char **why)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	int r = policy_load("", &policy);

	if (r == 0)
		r = plan_join_updater(&policy, why);
	return r < 0 ? r : update_automate(why);
}

int verb_automatic_updates(const struct verb *verb, int argc, char **argv)
{
	struct update_automatic state = {0};
	_cleanup_free_ char *why = NULL, *how = NULL;
	bool on = false, json = false;
	const struct option_spec options[] = {
		{"enable", NULL, N_("switch them on; no file of yours is overwritten"), &on, NULL},
		{"json", NULL, N_("as JSON"), &json, NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = on ? enable(&why) : 0;
	if (r == 0)
		r = update_automatic(&state, &why);
	if (r < 0)
		return log_failure(verb->name, why, r);
	how = state.how;
	if (json)
		return print_json(json_pack(
			"{s:i, s:b, s:s}", "schema", 1, "enabled", state.on, "detail", how));
	printf(state.on ? _("Automatic updates are on: %s.\n")
			: _("Automatic updates are off: %s.\n"),
		how);
	if (!state.on)
		puts(_("Switch them on: cordon automatic-updates --enable"));
	return state.on ? EXIT_DONE : EXIT_NOT_YET;
}
