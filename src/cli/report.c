// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon report: the evidence, on one or two screens.
 *
 * Whatever came from a file or from a package manager is cut and made fit for a terminal. Long
 * lists show their beginning and say how much more there is; --json has all of it.
 */

#include "cli/report.h"

#include "cli/cli.h"
#include "report/openmetrics.h"
#include "report/textfile.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/log.h"
#include "util/printable.h"
#include "util/width.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define BOOTS_SHOWN    8
#define PACKAGES_SHOWN 20
#define LINES_SHOWN    8
#define SOURCES_SHOWN  5
#define NAME_SHOWN     36
#define SENTENCE_SHOWN 400

static void print_foreign(const char *value, size_t max)
{
	_cleanup_free_ char *safe = printable(value ? value : "?", max);

	fputs(safe ? safe : "?", stdout);
}

#define COLUMNS	 80
#define LABELLED 17 /* where what stands behind a label begins */
#define INDENTED 6

/* Goes on below itself where the line ends. A word is never cut. */
static void print_words(const char *rest, size_t indent)
{
	size_t column = indent;

	while (*rest) {
		_cleanup_free_ char *word = strndup(rest, strcspn(rest, " "));
		const size_t width = word ? width_of(word) : 0;

		if (column > indent && column + 1 + width > COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			column += (size_t)printf(" ");
		}
		fputs(word ? word : "?", stdout);
		column += width;
		rest += strcspn(rest, " ");
		rest += *rest == ' ';
	}
	putchar('\n');
}

static void print_sentence(const char *value, size_t indent)
{
	_cleanup_free_ char *safe = printable(value, SENTENCE_SHOWN);

	print_words(safe ? safe : "?", indent);
}

static void print_more(size_t count, size_t shown)
{
	if (count > shown)
		printf(_("    and %zu more: cordon report --json\n"), count - shown);
}

static void print_line(const char *label, const char *value)
{
	if (!value)
		return;
	print_label(label);
	print_sentence(value, LABELLED);
}

static void print_sentences(const struct strv *list)
{
	for (size_t i = 0; i < list->count && i < LINES_SHOWN; i++) {
		fputs("    - ", stdout);
		print_sentence(list->items[i], INDENTED);
	}
	print_more(list->count, LINES_SHOWN);
}

static void print_machine(const struct report *report)
{
	const struct report_machine *machine = &report->machine;
	const char *id = report->status.situation.inputs.facts.machine_id;

	printf(_("Report of the quarantine of %s\n"),
		machine->hostname ? machine->hostname : _("this server"));
	print_line(_("Machine"), id[0] ? id : NULL);
	print_line(_("Architecture"), machine->architecture);
	print_line(_("System"), machine->name);
	print_line(_("Image"), machine->image_id);
	print_line(_("Image version"), machine->image_version);
	print_line("cordon", CORDON_VERSION);
}

static void print_boots(const struct report *report)
{
	for (size_t i = 0; i < report->boots_count && i < BOOTS_SHOWN; i++) {
		const struct report_boot *boot = &report->boots[i];

		print_label(i == 0 ? _("Sealed boots") : "");
		printf("%u  %-20s  ", boot->number, boot->time ? boot->time : "?");
		print_foreign(boot->reason, NAME_SHOWN);
		putchar('\n');
		print_line("", boot->damage);
	}
	print_more(report->boots_count, BOOTS_SHOWN);
	for (size_t i = 0; i < report->reboots_count && i < BOOTS_SHOWN; i++) {
		print_line(i == 0 ? _("Reboots") : "", report->reboots[i].time);
		print_sentences(&report->reboots[i].reasons);
	}
}

static void print_sealed(const struct report *report)
{
	const struct status *status = &report->status;

	print_label(_("Phase"));
	puts(phase_name(status->situation.inputs.state.phase));
	print_label(_("Seal"));
	puts(_(status_seal(status)));
	print_line(_("Sealed since"),
		report->sealed_since ? report->sealed_since : _("not on record"));
	print_line(_("Because"), report->sealed_reason);
	print_line(_("Met"), status->situation.inputs.state.met);
	print_boots(report);
	print_exceptions(_("Open in"), &status->plan.in, true);
	print_exceptions(_("Open out"), &status->plan.out, false);
	print_exceptions(_("Open out"), &status->plan.mirrors, false);
}

static void print_attempts(const struct report *report)
{
	const struct blocked *blocked = &report->status.blocked;

	if (!report->status.tallied)
		return;
	print_blocked(blocked);
	for (size_t i = 0; i < blocked->sources_count && i < SOURCES_SHOWN; i++) {
		print_label(i == 0 ? _("Sources") : "");
		printf("%-39s %llu\n", blocked->sources[i].address, blocked->sources[i].packets);
	}
	print_more(blocked->sources_count, SOURCES_SHOWN);
	print_line(_("First seen"), blocked->first);
	print_line(_("Last seen"), blocked->last);
}

static void print_package(const struct update_package *package)
{
	_cleanup_free_ char *name = printable(package->name, NAME_SHOWN);
	_cleanup_free_ char *from =
		printable(package->from ? package->from : _("(new)"), NAME_SHOWN);
	_cleanup_free_ char *to = printable(package->to ? package->to : "?", NAME_SHOWN);
	_cleanup_free_ char *severity =
		printable(package->severity ? package->severity : "", NAME_SHOWN);
	const size_t count = package->cves.count;
	_cleanup_free_ char *fixes =
		count > 0 ? strdup_printf(P_(", %zu CVE", ", %zu CVEs", count), count) : strdup("");
	_cleanup_free_ char *line = NULL;

	if (name && from && to && severity && fixes)
		line = strdup_printf("%s %s -> %s%s%s%s%s", name, from, to,
			package->security ? _("  security") : "", *severity ? ", " : "", severity,
			fixes);
	fputs("    ", stdout);
	print_words(line ? line : "?", INDENTED);
}

static void print_update(const struct report_update *update)
{
	const size_t count = update->packages.count;

	print_label(_("Updated"));
	printf(P_("%s, %zu package\n", "%s, %zu packages\n", count),
		update->time ? update->time : "?", count);
	for (size_t i = 0; i < count && i < PACKAGES_SHOWN; i++)
		print_package(&update->packages.items[i]);
	print_more(count, PACKAGES_SHOWN);
	if (update->failed.count > 0)
		puts(_("    Scripts failed:"));
	print_sentences(&update->failed);
}

static void print_end(const struct report_end *end)
{
	if (!end->event)
		return;
	print_line(_("Ended"), end->time);
	print_line(_("How"), end->event);
	print_line(_("By"), end->by);
	if (strcmp(end->event, "finished") == 0)
		print_line(_("Verified"), end->verified ? _("yes") : _("no"));
	print_line(_("Handed over to"), end->handed_to);
	for (size_t i = 0; i < end->handed_allow.count; i++)
		print_line(i == 0 ? _("Admitted") : "", end->handed_allow.items[i]);
	for (size_t i = 0; i < end->handed_files.count; i++)
		print_line(i == 0 ? _("Changed") : "", end->handed_files.items[i]);
	print_line(end->forced ? _("Forced because") : _("Reason"), end->reason);
	if (end->missing.count > 0)
		puts(_("  Missing by then:"));
	print_sentences(&end->missing);
}

static void print_present(const struct status *status)
{
	if (!status->sealed || !status->inspected)
		return;
	print_label(_("Pending"));
	printf(P_("%zu update\n", "%zu updates\n", status->pending.count), status->pending.count);
	if (status->missing.count + status->reboot.count > 0)
		puts(_("  Missing before cordon finish:"));
	print_sentences(&status->missing);
	print_sentences(&status->reboot);
}

static void print_text(const struct report *report)
{
	print_machine(report);
	putchar('\n');
	print_sealed(report);
	print_attempts(report);
	for (size_t i = 0; i < report->updates_count && i < LINES_SHOWN; i++)
		print_update(&report->updates[i]);
	print_more(report->updates_count, LINES_SHOWN);
	print_present(&report->status);
	print_end(&report->end);
	if (report->notes.count > 0)
		puts(_("  Notes:"));
	print_sentences(&report->notes);
}

static int print_openmetrics(const struct report *report)
{
	_cleanup_free_ char *metrics = openmetrics_format(report);

	if (!metrics)
		return log_failure("report", NULL, -ENOMEM);
	fputs(metrics, stdout);
	return EXIT_DONE;
}

/* For cordon-check.service. */
static int write_textfile(void)
{
	_cleanup_free_ char *why = NULL;
	int r = textfile_publish(false, &why);

	return r < 0 ? log_failure("report", why, r) : EXIT_DONE;
}

int report_parse(const struct verb *verb, int argc, char **argv, struct report_given *given)
{
	const char *root = NULL;
	const struct option_spec options[] = {
		{"json", NULL, N_("as JSON"), &given->view.json, NULL},
		{"openmetrics", NULL, N_("as numbers for monitoring"), &given->metrics, NULL},
		{"textfile", NULL, N_("write those where node_exporter reads them"),
			&given->textfile, NULL},
		{"root", "DIR", N_("look at the system below DIR"), NULL, &root},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	if (given->view.json + given->metrics + given->textfile > 1) {
		log_error("report: --json, --openmetrics, --textfile: only one of them");
		return EXIT_USAGE;
	}
	if (given->textfile && root) {
		log_error("report: --textfile is about the running system alone");
		return EXIT_USAGE;
	}
	given->view.root = options_root(root);
	return given->view.root ? -1 : EXIT_USAGE;
}

int verb_report(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(report_clear) struct report report = {0};
	struct report_given given = {0};
	int r = report_parse(verb, argc, argv, &given);

	if (r >= 0)
		return r;
	if (given.textfile)
		return write_textfile();
	r = report_gather(given.view.root, 0, &report);
	if (r < 0)
		return log_failure("report", NULL, r);
	if (given.view.json)
		return print_json(report_to_json(&report));
	if (given.metrics)
		return print_openmetrics(&report);
	print_text(&report);
	return EXIT_DONE;
}
