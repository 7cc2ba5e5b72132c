// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What finishing opens, and what of it is to stay closed. It knows no screen.
 */

#include "assistant/review.h"

#include "handover/handover.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/stream.h"

#include <errno.h>
#include <string.h>

static const char *condition(const struct exposure_item *item)
{
	if (item->local)
		return _("this server only");
	if (item->now)
		return item->from ? _("reachable now, from some") : _("reachable now");
	return item->after ? _("becomes reachable") : _("not reachable");
}

static void write_item(FILE *out, const struct exposure_item *item)
{
	_cleanup_free_ char *port = strdup_printf("%u/%s", item->port, item->protocol);

	fprintf(out, "%-9s %s, %s: %s%s\n", port ? port : "?", item->program, item->addresses,
		condition(item), item->remote_admin ? _(" (remote administration)") : "");
}

static bool is_opened(const struct exposure_item *item)
{
	return item->after && !item->now;
}

bool review_has_tick(const struct exposure_item *item)
{
	return item->after && !item->local;
}

/* Those that are opened first: they are what this is about. */
void review_write(FILE *out, const struct exposure *exposure, size_t max, bool ticked)
{
	size_t shown = 0, left = 0;

	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < exposure->count; i++) {
			const struct exposure_item *item = &exposure->items[i];

			if (is_opened(item) != (others == 0) || (ticked && review_has_tick(item)))
				continue;
			if (shown < max)
				write_item(out, item);
			left += shown >= max;
			shown++;
		}
	if (exposure->count == 0)
		fputs(_("Nothing listens on this server.\n"), out);
	if (left > 0)
		fprintf(out, _("and %zu more: cordon exposure\n"), left);
}

char *review_text(const struct status *status, size_t max)
{
	struct exposure exposure = {0};
	_cleanup_free_ char *why = NULL;
	struct stream stream;
	char *all = NULL;
	int r = exposure_gather(&status->situation, &status->plan, &exposure, &why);

	if (r < 0)
		return strdup_printf(_("What listens on this server could not be found out: %s\n"),
			why ? why : strerror(-r));
	if (stream_open(&stream)) {
		review_write(stream.out, &exposure, max, false);
		all = stream_close(&stream);
	}
	exposure_clear(&exposure);
	return all;
}

/* The first that can take over; the policy's own comes first. -ENOENT with @why: none can. */
static int find_firewall(const struct policy *policy, enum on_finish *to, char **why)
{
	const enum on_finish order[] = {(enum on_finish)policy->on_finish.value, ON_FINISH_UFW,
		ON_FINISH_FIREWALLD, ON_FINISH_NFTABLES};

	for (size_t i = 0; i < ELEMENTS(order); i++) {
		const struct handover handover = {.to = order[i]};
		_cleanup_free_ char *reason = NULL;

		if (!handover_is_possible(order[i]))
			continue;
		if (handover_check(&handover, &reason) == 0) {
			*to = order[i];
			return 0;
		}
		if (why && !*why)
			*why = TAKE_PTR(reason);
	}
	if (why && !*why)
		*why = strdup(_("no firewall is installed that could take over"));
	return -ENOENT;
}

/* What is known of what listens becomes that. */
static int adopt(
	struct review *review, const struct policy *policy, const struct exposure *exposure)
{
	int r = ticks_merge(&review->ticks, exposure, policy);

	review->opened = 0;
	for (size_t i = 0; i < exposure->count; i++)
		review->opened += is_opened(&exposure->items[i]);
	if (review->ticks.narrowed && review->to == ON_FINISH_OPEN)
		find_firewall(policy, &review->to, NULL);
	return r;
}

int review_look(
	struct review *review, const struct status *status, struct exposure *exposure, char **why)
{
	const struct policy *policy = &status->situation.inputs.policy;
	int r = exposure_gather(&status->situation, &status->plan, exposure, why);

	/* Also when it is not known what listens: then it admits nothing. */
	if (review->to == ON_FINISH_OPEN)
		review->to = (enum on_finish)policy->on_finish.value;
	if (r == 0)
		r = adopt(review, policy, exposure);
	review->known = r == 0;
	return r;
}

void review_clear(struct review *review)
{
	ticks_clear(&review->ticks);
	*review = (struct review){0};
}

char *review_verdict(const struct review *review)
{
	_cleanup_free_ char *open = ticks_list(&review->ticks, true),
			    *closed = ticks_list(&review->ticks, false);

	if (!open || !closed)
		return NULL;
	return strdup_printf(_("%s takes over and admits: %s\nClosed stay: %s\n%s"),
		handover_name(review->to), *open ? open : _("nothing"),
		*closed ? closed : _("nothing"),
		ticks_locks_out(&review->ticks)
			? _("Nobody can log in over the network afterwards.\n")
			: "");
}

/* Unticked is only what a firewall can close. */
void review_toggle(struct review *review, const struct status *status,
	const struct exposure_item *item, char **refusal)
{
	struct tick *tick = ticks_find(&review->ticks, item->port, item->protocol);

	if (tick && (!tick->ticked || find_firewall(&status->situation.inputs.policy, &review->to,
					      refusal) == 0))
		ticks_toggle(&review->ticks, tick);
}

bool review_closes(const struct review *review, const struct status *status)
{
	return ticks_count(&review->ticks, false) > 0 ||
	       status->situation.inputs.policy.on_finish.value != ON_FINISH_OPEN;
}
