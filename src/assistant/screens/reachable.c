// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 3: what finishing opens. The seal is what keeps these programs from being reached. An
 * administrator sees here what was listening behind it, and unticks what is not to be reached: then
 * another firewall takes over.
 */

#include "assistant/session.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/stream.h"

#include <stdio.h>
#include <string.h>

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
	else if (review_closes(&session->review, &session->status))
		verdict = review_verdict(&session->review);
	fputs(verdict ? verdict : _("What is ticked can be reached once you finish.\n"), out);
	review_write(out, exposure, (size_t)-1, true);
	for (size_t i = 0; i < exposure->notes.count; i++)
		fprintf(out, _("\nNote: %s.\n"), exposure->notes.items[i]);
	page_set_text(page, stream_close(&stream));
}

static void fill_ticks(
	struct page *page, const struct session *session, const struct exposure *exposure)
{
	for (size_t i = 0; i < exposure->count && page->choices_count < PAGE_CHOICES_MAX; i++) {
		const struct exposure_item *item = &exposure->items[i];
		const struct tick *tick =
			ticks_find(&session->review.ticks, item->port, item->protocol);

		if (!review_has_tick(item))
			continue;
		page_add_choice(page, "");
		page->choices[page->choices_count - 1].ticked = tick && tick->ticked;
		page_set_state(page, page->choices_count - 1,
			strdup_printf("%u/%s %s, %s%s", item->port, item->protocol, item->program,
				item->addresses,
				item->remote_admin ? _(" (remote administration)") : ""));
	}
}

/* Which one has that line? */
static const struct exposure_item *find_item(const struct exposure *exposure, size_t line)
{
	for (size_t i = 0; i < exposure->count; i++)
		if (review_has_tick(&exposure->items[i]) && line-- == 0)
			return &exposure->items[i];
	return NULL;
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
	free(TAKE_PTR(*refusal));
	if (answer < 0)
		return answer;
	item = find_item(exposure, (size_t)answer);
	if (item)
		review_toggle(&session->review, &session->status, item, refusal);
	return answer;
}

enum session_end reachable_run(struct session *session)
{
	_cleanup_free_ char *why = NULL, *refusal = NULL;
	int answer = 0, r = 0;

	while (r >= 0 && answer >= 0) {
		struct exposure exposure = {0};

		r = review_look(&session->review, &session->status, &exposure, &why);
		if (r == 0)
			answer = show_once(session, &exposure, (size_t)answer, &refusal);
		exposure_clear(&exposure);
	}
	if (r < 0)
		return session_tell(_("Review what becomes reachable"),
			strdup_printf(_("What listens on this server could not be found out: %s\n"),
				why ? why : strerror(-r)));
	return answer == FACE_GONE ? SESSION_LEFT : SESSION_GOES_ON;
}
