// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that stays open while sealed, from everyone who has a say, in one place.
 */

#include "plan.h"

#include "update/update.h"
#include "util/cleanup.h"

static int copy_list(struct exception_list *to, const struct exception_list *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		r = exception_add(to, &from->items[i]);
	return r;
}

static void add_update_port(void *context, unsigned int port, const char *source)
{
	struct exception exception = {
		.protocol = IPPROTO_TCP,
		.first = (uint16_t)port,
		.last = (uint16_t)port,
		.reason = (char *)"package source or proxy",
		.source = (char *)source,
	};

	/* Always open for updating, see ruleset.c: not worth an exception. */
	if (port != 80 && port != 443)
		exception_add(context, &exception);
}

int plan_add_sources(struct seal_plan *plan, struct sentences *warnings)
{
	const struct update_backend *backend = update_backend_detect();
	_cleanup_free_ char *why = NULL;

	if (!backend || backend->egress(add_update_port, &plan->out, &why) == 0)
		return 0;
	return sentences_add(warnings, "only the standard ports of package sources are open: %s",
		why ? why : "the package manager could not be asked");
}

int plan_make(const struct situation *situation, struct seal_plan *plan)
{
	const struct inputs *inputs = &situation->inputs;
	struct seal_plan result = {.egress = (enum egress)inputs->policy.egress.value};
	int r;

	r = copy_list(&result.in, &inputs->policy.allow);
	if (r == 0)
		r = copy_list(&result.out, &inputs->policy.egress_allow);
	if (r == 0)
		r = copy_list(&result.out, &inputs->facts.storage);
	if (r < 0)
		seal_plan_clear(&result);
	else
		*plan = result;
	return r;
}
