// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gathers the sockets and what stands in front of them.
 *
 * What is reachable now goes by what stands in the kernel, not by what should. Where that cannot be
 * found out, everything counts as reachable.
 */

#include "exposure/exposure.h"

#include "exposure/merge.h"
#include "seal/seal.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

/* Return: 1: a seal stands; 0: none does, or nobody knows; -ENOMEM. */
static int look_at_seal(const struct situation *situation, struct strv *notes)
{
	_cleanup_(seal_health_clear) struct seal_health health = {0};
	_cleanup_free_ char *why = NULL;
	bool expected = situation->decision.verdict == VERDICT_SEAL;
	int r = seal_inspect(&health, &why);
	bool stands = health.base || health.hold;

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		r = expected ? strv_addf(notes,
				       "whether the seal stands is unknown, so all counts as "
				       "reachable: %s",
				       why ? why : strerror(-r))
			     : 0;
	else if (expected && !stands)
		r = strv_addf(notes,
			"no seal stands, though this server is to be sealed; cordon check repairs "
			"it");
	else if (!expected && stands)
		r = strv_addf(notes,
			"a seal still stands, though this server is to be open; cordon finish "
			"lifts it");
	else if (stands && !health.intact)
		r = strv_addf(notes,
			"the seal was changed by somebody, so more may be reachable now than is "
			"said here; see cordon status");
	return r < 0 ? r : stands;
}

static int look_for_others(struct exposure *exposure)
{
	_cleanup_(strv_clear) struct strv tables = {0};
	_cleanup_free_ char *why = NULL, *names = NULL;
	int r = seal_find_foreign_tables(&tables, &why);

	if (r == -ENOMEM)
		return r;
	if (r < 0)
		return strv_addf(&exposure->notes, "whether another firewall stands is unknown: %s",
			why ? why : strerror(-r));
	if (tables.count == 0)
		return 0;
	exposure->other_firewall = true;
	names = strv_join(&tables);
	if (!names)
		return -ENOMEM;
	return strv_addf(&exposure->notes,
		"another firewall (%s) may refuse more than is said here; cordon neither evaluates "
		"nor removes it",
		names);
}

static bool has_unknown(const struct exposure *exposure)
{
	for (size_t i = 0; i < exposure->count; i++)
		if (strcmp(exposure->items[i].program, "unknown") == 0)
			return true;
	return false;
}

static int add_notes(struct exposure *exposure, bool cut)
{
	struct strv *notes = &exposure->notes;
	int r = look_for_others(exposure);

	if (r == 0 && has_unknown(exposure))
		r = strv_addf(notes,
			"unknown: held by the kernel itself (WireGuard, NFS), or by a process that "
			"has ended or may not be looked at");
	if (r == 0 && cut)
		r = strv_addf(notes, "there are more than %u sockets; the rest is left out",
			LISTENERS_MAX);
	if (r == 0)
		r = strv_addf(notes,
			"not covered: containers and guests with a network of their own, ports "
			"that are forwarded to them, and firewalls in front of this server");
	return r;
}

int exposure_gather(const struct situation *situation, const struct seal_plan *plan,
	struct exposure *exposure, char **why)
{
	_cleanup_(listeners_clear) struct listener_list listeners = {0};
	_cleanup_(exposure_clear) struct exposure result = {0};
	int r, cut = listeners_find(&listeners, why);

	if (cut < 0)
		return cut;
	r = look_at_seal(situation, &result.notes);
	if (r >= 0)
		r = exposure_merge(
			&listeners, &situation->inputs.facts.remote, r > 0 ? plan : NULL, &result);
	if (r == 0)
		r = add_notes(&result, cut > 0);
	if (r < 0)
		return r;
	*exposure = result;
	result = (struct exposure){0};
	return 0;
}

void exposure_clear(struct exposure *exposure)
{
	for (size_t i = 0; i < exposure->count; i++) {
		free(exposure->items[i].protocol);
		free(exposure->items[i].addresses);
		free(exposure->items[i].program);
		free(exposure->items[i].unit);
		free(exposure->items[i].from);
	}
	free(exposure->items);
	strv_clear(&exposure->notes);
	*exposure = (struct exposure){0};
}
