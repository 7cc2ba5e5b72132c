// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output that several verbs write alike.
 */

#include "cli/cli.h"

#include "report/status.h"
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

void log_warnings(const struct strv *list)
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

void print_list(const char *prefix, const struct strv *list)
{
	for (size_t i = 0; i < list->count; i++)
		printf("%s%s\n", prefix, list->items[i]);
}

static json_t *package_json(const struct update_package *package)
{
	json_t *object = json_object();

	json_put(&object, "name", json_text(package->name));
	json_put_text(&object, "from", package->from);
	json_put_text(&object, "to", package->to);
	json_put_text(&object, "origin", package->origin);
	json_put_text(&object, "severity", package->severity);
	json_put(&object, "security", json_boolean(package->security));
	json_put(&object, "withheld", json_boolean(package->withheld));
	json_put_text(&object, "because", package->because);
	if (package->cves_known)
		json_put(&object, "cves", json_sentences(&package->cves));
	return object;
}

json_t *json_packages(const struct update_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_add(&array, package_json(&list->items[i]));
	return array;
}

static json_t *exception_json(const struct exception *e, bool inbound)
{
	_cleanup_free_ char *what = exception_describe(e, inbound);
	json_t *object = json_object();

	json_put_text(&object, "direction", inbound ? "in" : "out");
	json_put(&object, "what", json_text(what));
	json_put_text(&object, "reason", e->reason);
	json_put_text(&object, "source", e->source);
	return object;
}

json_t *json_exceptions(const struct exception_list *list, bool inbound)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_add(&array, exception_json(&list->items[i], inbound));
	return array;
}

json_t *json_plan(const struct seal_plan *plan)
{
	json_t *array = json_exceptions(&plan->in, true);

	json_join(&array, json_exceptions(&plan->out, false));
	json_join(&array, json_exceptions(&plan->mirrors, false));
	return array;
}

json_t *json_missing(const struct status *status)
{
	json_t *array = json_sentences(&status->missing);

	json_join(&array, json_sentences(&status->reboot));
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

json_t *json_findings(const struct sourced_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		json_add(&array, json_pack("{s:o, s:o}", "what", json_text(list->items[i].what),
					 "source", json_text(list->items[i].source)));
	return array;
}

void print_findings(const char *label, const struct sourced_list *list)
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
