// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One look at everything that an administrator asks about first.
 */

#include "report/status.h"

#include "util/cleanup.h"
#include "util/language.h"

#include <string.h>
#include <unistd.h>

void status_clear(struct status *status)
{
	situation_clear(&status->situation);
	seal_plan_clear(&status->plan);
	seal_health_clear(&status->health);
	blocked_clear(&status->blocked);
	update_list_clear(&status->pending);
	strv_clear(&status->missing);
	strv_clear(&status->reboot);
	strv_clear(&status->problems);
	strv_clear(&status->notes);
}

static int inspect(struct status *status, char **why)
{
	struct seal_health health = {0};
	int r = seal_inspect(&health, why);

	status->inspected = r == 0;
	if (r < 0)
		return r;
	seal_health_clear(&status->health);
	status->health = health;
	return 0;
}

static int tally(struct status *status, char **why)
{
	struct blocked blocked = {0};
	int r = blocked_gather(&blocked, why);

	status->tallied = r >= 0;
	if (r < 0)
		return r;
	blocked_clear(&status->blocked);
	status->blocked = blocked;
	return r;
}

void status_look_at_kernel(struct status *status)
{
	inspect(status, NULL);
	tally(status, NULL);
}

/* Each of these returns 0 or -ENOMEM: what cannot be told must not look as if it were well. */
static int look_at_seal(struct status *status)
{
	_cleanup_free_ char *why = NULL;
	int r = inspect(status, &why);

	if (r == 0)
		r = seal_count(&status->counts, &why);
	return r < 0 ? strv_addf(&status->notes, "%s", why ? why : strerror(-r)) : 0;
}

static int look_at_blocked(struct status *status)
{
	_cleanup_free_ char *why = NULL;
	int r = tally(status, &why);

	return r != 0 ? strv_addf(&status->notes, "%s", why ? why : strerror(-r)) : 0;
}

static int look_at_updates(struct status *status)
{
	const struct update_settings settings = plan_updates(&status->situation.inputs.policy);
	const time_t now = time(NULL);
	_cleanup_free_ char *why = NULL;
	int r = update_look(&settings, &status->pending, &status->missing, &status->reboot, &why);

	status->listed = status->counted = r == 0;
	if (r < 0)
		return strv_addf(&status->missing, "%s", why ? why : strerror(-r));
	status->figures = update_figures(&status->pending, status->reboot.count > 0, now);
	return 0;
}

static bool recall_updates(struct status *status, unsigned int max_age)
{
	status->counted = max_age > 0 && update_recall(max_age, &status->figures) == 0;
	return status->counted;
}

int status_gather(const char *root, unsigned int max_age, struct status *status)
{
	int r = situation_gather(root, SITUATION_WHOLE, &status->situation);

	if (r == 0)
		r = situation_problems(&status->situation, &status->problems);
	if (r < 0)
		return r;
	status->sealed = status->situation.decision.verdict == VERDICT_SEAL;
	if (root[0])
		return strv_addf(&status->notes, "another root: only the record is shown");
	if (geteuid() != 0)
		return strv_addf(&status->notes,
			"only root may ask the kernel for the seal; try sudo cordon status");
	r = look_at_seal(status);
	if (r == 0 && status->inspected)
		r = look_at_blocked(status);
	if (r < 0 || !status->sealed)
		return r;
	r = plan_make(&status->situation, &status->plan);
	if (r < 0 || recall_updates(status, max_age))
		return r;
	r = plan_add_sources(&status->plan, &status->notes);
	return r < 0 ? r : look_at_updates(status);
}

const char *status_seal(const struct status *status)
{
	const struct seal_health *health = &status->health;

	if (!status->inspected)
		return N_("unknown");
	if (!health->base && !health->hold)
		return N_("none");
	return health->base && health->hold && health->intact ? N_("intact") : N_("degraded");
}
