// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 3: what finishing opens. The seal is what keeps these programs from being reached; nobody
 * should be surprised by what was listening behind it, and what is not to be reached is unticked:
 * then another firewall takes over.
 */

#include "assistant/session.h"
#include "exposure/exposure.h"
#include "handover/handover.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/stream.h"

#include <errno.h>
#include <stdio.h>
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
	_cleanup_free_ char *port = text("%u/%s", item->port, item->protocol);

	fprintf(out, "%-9s %s, %s: %s%s\n", port ? port : "?", item->program, item->addresses,
		condition(item), item->remote_admin ? _(" (remote administration)") : "");
}

static bool is_opened(const struct exposure_item *item)
{
	return item->after && !item->now;
}

static bool has_tick(const struct exposure_item *item)
{
	return item->after && !item->local;
}

/* Those that are opened first: they are what this is about. @ticked: those that have a tick are
 * shown elsewhere. */
static void write_items(FILE *out, const struct exposure *exposure, size_t max, bool ticked)
{
	size_t shown = 0, left = 0;

	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < exposure->count; i++) {
			const struct exposure_item *item = &exposure->items[i];

			if (is_opened(item) != (others == 0) || (ticked && has_tick(item)))
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

static int gather(const struct session *session, struct exposure *exposure, char **why)
{
	return exposure_gather(&session->status.situation, &session->status.plan, exposure, why);
}

char *reachable_text(const struct session *session, size_t max)
{
	struct exposure exposure = {0};
	_cleanup_free_ char *why = NULL;
	struct stream stream;
	char *all = NULL;
	int r = gather(session, &exposure, &why);

	if (r < 0)
		return text(_("What listens on this server could not be found out: %s\n"),
			why ? why : strerror(-r));
	if (stream_open(&stream)) {
		write_items(stream.out, &exposure, max, false);
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
			*why = take(reason);
	}
	if (why && !*why)
		*why = strdup(_("no firewall is installed that could take over"));
	return -ENOENT;
}

/* What is known of what listens becomes that. */
static int adopt(struct session *session, const struct exposure *exposure)
{
	const struct policy *policy = &session->status.situation.inputs.policy;
	int r = ticks_merge(&session->ticks, exposure, policy);

	session->exposed = 0;
	for (size_t i = 0; i < exposure->count; i++)
		session->exposed += is_opened(&exposure->items[i]);
	if (session->ticks.narrowed && session->to == ON_FINISH_OPEN)
		find_firewall(policy, &session->to, NULL);
	return r;
}

static int look(struct session *session, struct exposure *exposure, char **why)
{
	int r = gather(session, exposure, why);

	/* Also when nobody knows what listens: then it admits nothing. */
	if (session->to == ON_FINISH_OPEN)
		session->to =
			(enum on_finish)session->status.situation.inputs.policy.on_finish.value;
	if (r < 0)
		return r;
	return adopt(session, exposure);
}

int reachable_look(struct session *session)
{
	struct exposure exposure = {0};
	int r = look(session, &exposure, NULL);

	exposure_clear(&exposure);
	return r;
}

char *reachable_verdict(const struct session *session)
{
	_cleanup_free_ char *open = ticks_list(&session->ticks, true),
			    *closed = ticks_list(&session->ticks, false);

	if (!open || !closed)
		return NULL;
	return text(_("%s takes over and admits: %s\nClosed stay: %s\n%s"),
		handover_name(session->to), *open ? open : _("nothing"),
		*closed ? closed : _("nothing"),
		ticks_locks_out(&session->ticks)
			? _("Nobody can log in over the network afterwards.\n")
			: "");
}

/* One line a tick, and in the text what has none. */
static void fill(struct page *page, const struct session *session, const struct exposure *exposure,
	const char *refusal)
{
	_cleanup_free_ char *verdict = NULL;
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return;
	if (refusal)
		fprintf(out, _("Nothing can be closed: %s\n"), refusal);
	else if (reachable_closes(session))
		verdict = reachable_verdict(session);
	fputs(verdict ? verdict : _("What is ticked can be reached once you finish.\n"), out);
	write_items(out, exposure, (size_t)-1, true);
	for (size_t i = 0; i < exposure->notes.count; i++)
		fprintf(out, _("\nNote: %s.\n"), exposure->notes.items[i]);
	page_set_text(page, stream_close(&stream));
}

static void fill_ticks(
	struct page *page, const struct session *session, const struct exposure *exposure)
{
	for (size_t i = 0; i < exposure->count && page->choices_count < PAGE_CHOICES_MAX; i++) {
		const struct exposure_item *item = &exposure->items[i];
		const struct tick *tick = ticks_find(&session->ticks, item->port, item->protocol);

		if (!has_tick(item))
			continue;
		page_add_choice(page, "");
		page->choices[page->choices_count - 1].ticked = tick && tick->ticked;
		page_set_state(page, page->choices_count - 1,
			text("%u/%s %s, %s%s", item->port, item->protocol, item->program,
				item->addresses,
				item->remote_admin ? _(" (remote administration)") : ""));
	}
}

/* Which one has that line? */
static const struct exposure_item *find_item(const struct exposure *exposure, size_t line)
{
	for (size_t i = 0; i < exposure->count; i++)
		if (has_tick(&exposure->items[i]) && line-- == 0)
			return &exposure->items[i];
	return NULL;
}

/* Unticked is only what a firewall can close. */
static void toggle(struct session *session, const struct exposure_item *item, char **refusal)
{
	struct tick *tick = ticks_find(&session->ticks, item->port, item->protocol);

	if (tick && (!tick->ticked || find_firewall(&session->status.situation.inputs.policy,
					      &session->to, refusal) == 0))
		ticks_toggle(&session->ticks, tick);
}

/* Shows the list once. The number of what was toggled, or FACE_*. */
static int show_once(
	struct session *session, const struct exposure *exposure, size_t chosen, char **refusal)
{
	struct page page = {.title = _("Review what becomes reachable"),
		.leave = _("Back"),
		.percent = -1,
		.steps = true,
		.ticks = true,
		.chosen = chosen,
		.renew = session_renew};
	const struct exposure_item *item;
	int answer;

	fill_ticks(&page, session, exposure);
	fill(&page, session, exposure, *refusal);
	page.steps = page.ticks = page.choices_count > 0;
	answer = face_show(&page);
	page_clear(&page);
	free(take(*refusal));
	if (answer < 0)
		return answer;
	item = find_item(exposure, (size_t)answer);
	if (item)
		toggle(session, item, refusal);
	return answer;
}

enum session_end reachable_run(struct session *session)
{
	_cleanup_free_ char *why = NULL, *refusal = NULL;
	int answer = 0, r = 0;

	while (r >= 0 && answer >= 0) {
		struct exposure exposure = {0};

		r = look(session, &exposure, &why);
		if (r == 0)
			answer = show_once(session, &exposure, (size_t)answer, &refusal);
		exposure_clear(&exposure);
	}
	if (r < 0)
		return session_tell(_("Review what becomes reachable"),
			text(_("What listens on this server could not be found out: %s\n"),
				why ? why : strerror(-r)));
	return answer == FACE_GONE ? SESSION_LEFT : SESSION_GOES_ON;
}

bool reachable_closes(const struct session *session)
{
	return ticks_count(&session->ticks, false) > 0 ||
	       session->status.situation.inputs.policy.on_finish.value != ON_FINISH_OPEN;
}
