// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon exposure: what can be reached from outside, before it is too late to think about it.
 *
 * Cells are wrapped, not cut: a table that hides the end of an address hides what it is for.
 */

#include "exposure/exposure.h"
#include "cli/cli.h"
#include "decision/plan.h"
#include "decision/situation.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/log.h"
#include "util/width.h"

#include <stdio.h>
#include <string.h>

struct cell {
	const char *text; /* what is left of it */
	size_t width;	  /* columns; 0: whatever it takes, the last cell of a line */
};

/* How many bytes of @text go on a line of @width columns: up to a blank if there is one, else as
 * many as fit. */
static size_t fit(const char *text, size_t width)
{
	size_t length = width > 0 ? width_bytes(text, width) : strlen(text), blank = length;

	if (!text[length])
		return length;
	while (blank > 0 && text[blank] != ' ')
		blank--;
	return blank > 0 ? blank : length;
}

/* Prints what fits; moves the text on. */
static void print_cell(struct cell *cell, bool is_last)
{
	size_t length = fit(cell->text, cell->width);
	_cleanup_free_ char *part = strndup(cell->text, length);
	size_t columns = part ? width_of(part) : 0;

	fputs(part ? part : "", stdout);
	cell->text += length + (cell->text[length] == ' ');
	if (!is_last)
		printf("%*s", (int)(cell->width - columns) + 2, "");
}

static bool is_done(const struct cell *cells, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (*cells[i].text)
			return false;
	return true;
}

/* Until all cells are empty; nothing is written behind the last one that is not. */
static void print_row(struct cell *cells, size_t count)
{
	while (!is_done(cells, count)) {
		size_t last = count - 1;

		while (last > 0 && !*cells[last].text)
			last--;
		for (size_t i = 0; i <= last; i++)
			print_cell(&cells[i], i == last);
		putchar('\n');
	}
}

enum { PORT, ADDRESSES, PROGRAM, NOW, AFTER, COLUMNS };

static void print_cells(const char *port, const char *addresses, const char *program,
	const char *now, const char *after)
{
	struct cell cells[COLUMNS] = {
		[PORT] = {port, 9},
		[ADDRESSES] = {addresses, 21},
		[PROGRAM] = {program, 26},
		[NOW] = {now, 8},
		[AFTER] = {after, 0},
	};

	print_row(cells, COLUMNS);
}

static const char *word_now(const struct exposure_item *item)
{
	if (item->local)
		return _("local");
	if (!item->now)
		return _("closed");
	return item->from ? _("limited") : _("open");
}

/* What is true after finish is now, where nothing is sealed. */
static void print_item(const struct exposure_item *item, bool sealed)
{
	_cleanup_free_ char *port = strdup_printf("%u/%s", item->port, item->protocol);
	_cleanup_free_ char *program = strdup_printf("%s%s%s%s", item->program,
		item->unit ? " (" : "", item->unit ? item->unit : "", item->unit ? ")" : "");

	print_cells(port ? port : "?", item->addresses, program ? program : item->program,
		word_now(item), sealed ? item->local ? _("local") : _("open") : "");
}

/* What the table's words leave open. */
static void print_details(const struct exposure *exposure)
{
	for (size_t i = 0; i < exposure->count; i++)
		if (exposure->items[i].from)
			printf(_("%u/%s is open now to %s.\n"), exposure->items[i].port,
				exposure->items[i].protocol, exposure->items[i].from);
	for (size_t i = 0; i < exposure->count; i++)
		if (exposure->items[i].remote_admin)
			printf(_("%u/%s is for remote administration.\n"), exposure->items[i].port,
				exposure->items[i].protocol);
	for (size_t i = 0; i < exposure->count; i++)
		if (exposure->items[i].local) {
			puts(_("local: can be reached from this server only."));
			break;
		}
}

static void print_text(const struct exposure *exposure, bool sealed)
{
	if (exposure->count == 0)
		puts(_("Nothing listens."));
	else
		print_cells(_("PORT"), _("ADDRESSES"), _("PROGRAM (UNIT)"), _("NOW"),
			sealed ? _("FINISHED") : "");
	for (size_t i = 0; i < exposure->count; i++)
		print_item(&exposure->items[i], sealed);
	putchar('\n');
	print_details(exposure);
	print_list(_("Note: "), &exposure->notes);
}

static json_t *items_json(const struct exposure *exposure)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < exposure->count; i++) {
		const struct exposure_item *item = &exposure->items[i];

		json_add(&array,
			json_pack("{s:s, s:i, s:s, s:s, s:s*, s:b, s:b, s:s*, s:b, s:b}",
				"protocol", item->protocol, "port", (int)item->port, "addresses",
				item->addresses, "program", item->program, "unit", item->unit,
				"local", item->local, "now", item->now, "from", item->from, "after",
				item->after, "remote_admin", item->remote_admin));
	}
	return array;
}

static json_t *to_json(const struct exposure *exposure, const struct situation *situation)
{
	return json_pack("{s:i, s:s, s:o, s:b, s:o}", "schema", 1, "verdict",
		verdict_name(situation->decision.verdict), "listeners", items_json(exposure),
		"other_firewall", exposure->other_firewall, "notes",
		json_sentences(&exposure->notes));
}

static int gather(struct situation *situation, struct exposure *exposure, char **why)
{
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	int r = situation_gather("", SITUATION_WHOLE, situation);

	if (r == 0)
		r = plan_make(situation, &plan);
	return r < 0 ? r : exposure_gather(situation, &plan, exposure, why);
}

int verb_exposure(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(exposure_clear) struct exposure exposure = {0};
	_cleanup_free_ char *why = NULL;
	bool json = false;
	const struct option_spec options[] = {
		{"json", NULL, N_("as JSON"), &json, NULL},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = gather(&situation, &exposure, &why);
	if (r < 0) {
		log_error("exposure: %s", why ? why : strerror(-r));
		return EXIT_FAILED;
	}
	if (json)
		return print_json(to_json(&exposure, &situation));
	print_text(&exposure, situation.decision.verdict == VERDICT_SEAL);
	return EXIT_DONE;
}
