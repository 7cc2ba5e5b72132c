// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all who interpret a policy need: switches, places, problems, exceptions.
 *
 * The text of a policy comes from elsewhere, and so much of it may be wrong that the sentences
 * about it would fill the journal. So everything is made printable here, and neither problems nor
 * exceptions grow without end.
 */

#include "policy/grouppolicy/gpo.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#define EXCEPTIONS_MAX 5000
#define PROBLEMS_MAX   200
#define PLACE_MAX      300
#define SENTENCE_MAX   600

enum gpo_switch gpo_switch(const struct gpo_value *value)
{
	struct registry_record record;
	uint64_t number;

	if (!value)
		return GPO_SWITCH_ABSENT;
	record = gpo_value_record(value);
	if (record.type != REGISTRY_DWORD || registrypol_number(&record, &number) < 0 || number > 1)
		return GPO_SWITCH_BAD;
	return number ? GPO_SWITCH_ON : GPO_SWITCH_OFF;
}

char *gpo_profile_key(const struct gpo_reading *reading, const char *rest)
{
	return strdup_printf("%s\\%s", reading->profile_key, rest);
}

char *gpo_place(const struct gpo_value *value, const char *label)
{
	_cleanup_free_ char *place = strdup_printf("%s: %s%s%s%s%s%s", value->file, value->key,
		value->key[0] ? "\\" : "", value->name, label ? " (" : "", label ? label : "",
		label ? ")" : "");

	return place ? printable(place, PLACE_MAX) : NULL;
}

int gpo_problem(struct gpo_reading *reading, const struct gpo_value *value, const char *format, ...)
{
	_cleanup_free_ char *place = NULL, *sentence = NULL, *shown = NULL;
	struct strv *problems = &reading->policy->problems;
	va_list arguments;
	int n;

	if (problems->count > PROBLEMS_MAX)
		return 0;
	if (problems->count == PROBLEMS_MAX)
		return strv_addf(problems,
			"Group Policy: more than %d settings were left out; the others are not "
			"listed",
			PROBLEMS_MAX);
	va_start(arguments, format);
	n = vasprintf(&sentence, translated(format), arguments);
	va_end(arguments);
	if (n < 0) {
		sentence = NULL;
		return -ENOMEM;
	}
	place = gpo_place(value, reading->label);
	shown = printable(sentence, SENTENCE_MAX);
	return place && shown ? strv_addf(problems, "%s: %s", place, shown) : -ENOMEM;
}

/* Repetitions count, too: looking for them is what takes the time. */
static int add_exception(struct gpo_reading *reading, const struct exception *exception)
{
	if (reading->opened++ < EXCEPTIONS_MAX)
		return exception_add(&reading->policy->allow, exception);
	return strv_addf(&reading->policy->damage,
		"%s: Group Policy opens more than %d ports, which cannot be meant",
		exception->source, EXCEPTIONS_MAX);
}

int gpo_open(struct gpo_reading *reading, const struct gpo_value *value,
	const struct exception *ports, const struct strv *peers)
{
	struct exception exception = *ports;
	_cleanup_free_ char *source = gpo_place(value, reading->label);
	int r = source ? 0 : -ENOMEM;

	exception.reason = (char *)_("Group Policy");
	exception.source = source;
	for (size_t i = 0; r == 0 && reading->policy->damage.count == 0 && i < peers->count; i++) {
		exception.peer = strcmp(peers->items[i], PEER_ANYONE) == 0 ? NULL : peers->items[i];
		r = add_exception(reading, &exception);
	}
	return r;
}
