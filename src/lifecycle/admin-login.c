// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From here on it is that person who decides, not a policy that arrives late.
 */

#include "lifecycle/admin-login.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/when.h"

#include <errno.h>

int admin_login_record(struct situation *situation, const char *who, const char *source, char **why)
{
	struct state *state = &situation->inputs.state;
	_cleanup_free_ char *met = NULL;
	char now[WHEN_SIZE];
	int r;

	if (!situation_continues(situation) || state->met)
		return 0;
	met = strdup_printf("%s, %s (%s)", when_now(now), who, source);
	if (!met)
		return -ENOMEM;
	r = state_set(&state->met, met);
	if (r == 0)
		r = state_save("", state, why);
	if (r == 0)
		r = history_append("", "met", json_pack("{s:s}", "who", met), why);
	return r;
}
