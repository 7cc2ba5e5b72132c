// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Step 3: what finishing opens. The seal is what keeps these programs from being reached; nobody
 * should be surprised by what was listening behind it.
 */

#include "assistant/session.h"
#include "report/exposure.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

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

/* Those that are opened first: they are what this is about. */
static void write_items(FILE *out, const struct exposure *exposure, size_t max)
{
	size_t shown = 0, left = 0;

	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < exposure->count; i++) {
			const struct exposure_item *item = &exposure->items[i];

			if (is_opened(item) != (others == 0))
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

static char *describe(const struct session *session, size_t max, bool notes)
{
	struct exposure exposure = {0};
	_cleanup_free_ char *why = NULL;
	char *all = NULL;
	size_t size;
	FILE *out;
	int r = exposure_gather(&session->status.situation, &session->status.plan, &exposure, &why);

	if (r < 0)
		return text(_("What listens on this server could not be found out: %s\n"),
			why ? why : strerror(-r));
	out = open_memstream(&all, &size);
	if (out) {
		write_items(out, &exposure, max);
		for (size_t i = 0; notes && i < exposure.notes.count; i++)
			fprintf(out, _("\nNote: %s.\n"), exposure.notes.items[i]);
		if (fclose(out) != 0)
			all = NULL;
	}
	exposure_clear(&exposure);
	return all;
}

int reachable_count(const struct status *status, size_t *count)
{
	struct exposure exposure = {0};
	int r = exposure_gather(&status->situation, &status->plan, &exposure, NULL);

	if (r < 0)
		return r;
	*count = 0;
	for (size_t i = 0; i < exposure.count; i++)
		*count += is_opened(&exposure.items[i]);
	exposure_clear(&exposure);
	return 0;
}

char *reachable_text(const struct session *session, size_t max)
{
	return describe(session, max, false);
}

enum session_end reachable_run(struct session *session)
{
	return session_tell(
		_("Review what becomes reachable"), describe(session, (size_t)-1, true));
}
