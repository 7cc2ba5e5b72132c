// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output that several verbs write alike.
 */

#include "cli/cli.h"

#include "util/cleanup.h"
#include "util/language.h"
#include "util/log.h"
#include "util/width.h"

#include <stdio.h>
#include <string.h>

int print_json(json_t *document)
{
	int r;

	if (!document) {
		log_error("the JSON document could not be made");
		return EXIT_FAILED;
	}
	r = json_dumpf(document, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(document);
	return r < 0 ? EXIT_FAILED : EXIT_DONE;
}

int log_failure(const char *verb, const char *why, int r)
{
	log_error("%s: %s", verb, why ? why : strerror(-r));
	return EXIT_FAILED;
}

void log_warnings(const struct sentences *list)
{
	for (size_t i = 0; i < list->count; i++)
		log_warning("%s", list->items[i]);
}

#define LABEL_WIDTH 14

void print_label(const char *label)
{
	const size_t width = width_of(label);

	printf("  %s%*s ", label, width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 0, "");
}

void print_list(const char *prefix, const struct sentences *list)
{
	for (size_t i = 0; i < list->count; i++)
		printf("%s%s\n", prefix, list->items[i]);
}

json_t *json_packages(const struct update_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++) {
		const struct update_package *package = &list->items[i];

		json_array_append_new(array,
			json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:b, s:b, s:s*, s:o*}", "name",
				package->name, "from", package->from, "to", package->to, "origin",
				package->origin, "severity", package->severity, "security",
				package->security, "withheld", package->withheld, "because",
				package->because, "cves",
				package->cves_known ? json_sentences(&package->cves) : NULL));
	}
	return array;
}

json_t *json_exceptions(const struct exception_list *list, bool inbound)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++) {
		const struct exception *e = &list->items[i];
		_cleanup_free_ char *what = exception_describe(e, inbound);

		json_array_append_new(array,
			json_pack("{s:s, s:s*, s:s*, s:s*}", "direction", inbound ? "in" : "out",
				"what", what, "reason", e->reason, "source", e->source));
	}
	return array;
}

void print_exceptions(const char *label, const struct exception_list *list, bool inbound)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct exception *e = &list->items[i];
		_cleanup_free_ char *what = exception_describe(e, inbound);

		print_label(label);
		printf("%s: %s (%s)\n", what ? what : "?", e->reason, translated(e->source));
	}
}

json_t *json_findings(const struct finding_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_array_append_new(array, json_pack("{s:s, s:s}", "what", list->items[i].what,
						     "source", list->items[i].source));
	return array;
}

void print_findings(const char *label, const struct finding_list *list)
{
	if (list->count == 0) {
		print_label(label);
		puts(_("none"));
	}
	for (size_t i = 0; i < list->count; i++) {
		print_label(i == 0 ? label : "");
		printf("%s (%s)\n", list->items[i].what, translated(list->items[i].source));
	}
}
