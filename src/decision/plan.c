// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that stays open while sealed, from everyone who has a say, in one place.
 */

#include "decision/plan.h"

#include "update/update.h"
#include "util/cleanup.h"
#include "util/language.h"
#include "util/unit.h"

#include <string.h>

/* The exception once for each of these peers. */
static int add_for_peers(
	struct exception_list *to, const struct exception *exception, const struct strv *peers)
{
	struct exception one = *exception;
	int r = 0;

	for (size_t i = 0; r == 0 && i < peers->count; i++) {
		one.peer = peers->items[i];
		r = exception_add(to, &one);
	}
	return r;
}

struct mirrors {
	struct exception_list *list;
	int error; /* the first, or 0 */
};

static void add_update_port(void *context, unsigned int port, const char *source)
{
	struct mirrors *mirrors = context;
	struct exception exception = {
		.protocol = IPPROTO_TCP,
		.first = (uint16_t)port,
		.last = (uint16_t)port,
		.reason = (char *)_("package source or proxy"),
		.source = (char *)source,
	};

	/* Always open for updating, see ruleset.c: not worth an exception. */
	if (port != 80 && port != 443 && mirrors->error == 0)
		mirrors->error = exception_add(mirrors->list, &exception);
}

int plan_add_sources(struct seal_plan *plan, struct strv *warnings)
{
	struct mirrors mirrors = {.list = &plan->mirrors};
	_cleanup_free_ char *why = NULL;

	if (update_egress(add_update_port, &mirrors, &why) == 0)
		return mirrors.error;
	return strv_addf(warnings, "only the standard ports of package sources are open: %s",
		why ? why : _("the package manager could not be asked"));
}

/* P15: on request, or where an unattended installation enabled it. Not in doubt: what could not be
 * read may have said no, or from where. */
static bool is_remotely_administered(const struct inputs *inputs)
{
	if (inputs->policy.unclear)
		return false;
	if (inputs->policy.remote_admin.value == REMOTE_ADMIN_AUTO)
		return inputs->facts.unattended.count > 0;
	return inputs->policy.remote_admin.value == REMOTE_ADMIN_YES;
}

int plan_add_remote(const struct inputs *inputs, struct exception_list *list)
{
	int r = 0;

	if (!inputs->policy.narrowed)
		return exception_add_all(list, &inputs->facts.remote);
	for (size_t i = 0; r == 0 && i < inputs->facts.remote.count; i++)
		r = add_for_peers(list, &inputs->facts.remote.items[i], &inputs->policy.from);
	return r;
}

/* P16. */
static int add_group_policy(struct exception_list *to, const struct inputs *inputs)
{
	const struct exception_list *allow = &inputs->group_policy.allow;
	int r = 0;

	for (size_t i = 0; r == 0 && i < allow->count; i++) {
		const struct exception *e = &allow->items[i];

		if (e->peer && strcmp(e->peer, PEER_LOCAL_SUBNET) == 0)
			r = add_for_peers(to, e, &inputs->facts.subnets);
		else
			r = exception_add(to, e);
	}
	return r;
}

/* Where a Kickstart decides, cordon stands aside, unless it was told to seal all the same. */
static int add_kickstart(struct exception_list *to, const struct inputs *inputs)
{
	if (inputs->policy.when_managed.value != WHEN_MANAGED_SEAL)
		return 0;
	return exception_add_all(to, &inputs->kickstart.allow);
}

/* Whoever cordons a server over SSH must not cut off the branch. */
static int add_arming(struct exception_list *to, const struct arming *arming)
{
	struct exception exception = {
		.protocol = IPPROTO_TCP,
		.first = (uint16_t)arming->port,
		.last = (uint16_t)arming->port,
		.peer = arming->peer,
		.reason = (char *)_("the session that cordoned this server"),
		.source = (char *)"cordon arm",
	};

	return arming->by && arming->port && arming->peer ? exception_add(to, &exception) : 0;
}

int plan_make(const struct situation *situation, struct seal_plan *plan)
{
	const struct inputs *inputs = &situation->inputs;
	struct seal_plan result = {
		.egress = (enum egress)inputs->policy.egress.value,
		.updater = seal_find_updater(),
		.strict = inputs->state.arming.by != NULL,
	};
	int r;

	r = exception_add_all(&result.in, &inputs->policy.allow);
	if (r == 0)
		r = add_arming(&result.in, &inputs->state.arming);
	if (r == 0 && is_remotely_administered(inputs))
		r = plan_add_remote(inputs, &result.in);
	if (r == 0)
		r = add_group_policy(&result.in, inputs);
	if (r == 0)
		r = add_kickstart(&result.in, inputs);
	if (r == 0)
		r = exception_add_all(&result.out, &inputs->policy.egress_allow);
	if (r == 0)
		r = exception_add_all(&result.out, &inputs->facts.storage);
	if (r < 0)
		seal_plan_clear(&result);
	else
		*plan = result;
	return r;
}

struct update_settings plan_updates(const struct policy *policy)
{
	return (struct update_settings){
		.security_only = policy->updates.value == UPDATES_SECURITY,
		.max_age = policy->max_age,
	};
}

int plan_join_updater(const struct policy *policy, char **why)
{
	return policy->egress.value == EGRESS_UPDATER ? unit_enter_slice(SEAL_UPDATER_SLICE, why)
						      : 0;
}
