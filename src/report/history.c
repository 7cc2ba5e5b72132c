// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the audit trail to the last quarantine.
 *
 * It begins with the last boot that was counted as the first, or with cordon arm. What happened
 * before belongs to another one, or to the image.
 *
 * The trail is a file that root can write, and that a power cut can tear: every member may be
 * missing, or be anything.
 */

#include "report/parts.h"

#include "util/cleanup.h"
#include "util/when.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One more element, zeroed; NULL when memory is short. */
static void *grow(void *array, size_t *count, size_t size)
{
	char **items = array;
	char *more = reallocarray(*items, *count + 1, size);

	if (!more)
		return NULL;
	*items = more;
	memset(more + *count * size, 0, size);
	return more + (*count)++ * size;
}

static const char *get(json_t *entry, const char *key)
{
	return json_string_value(json_object_get(entry, key));
}

static int copy(json_t *entry, const char *key, char **text)
{
	const char *value = get(entry, key);

	return value ? state_set(text, value) : 0;
}

static int copy_time(json_t *entry, char **text)
{
	const char *value = get(entry, "time");
	time_t when;

	return value && when_parse(value, &when) == 0 ? state_set(text, value) : 0;
}

static int copy_list(json_t *entry, const char *key, struct strv *list)
{
	size_t index;
	json_t *item;
	int r = 0;

	json_array_foreach(json_object_get(entry, key), index, item)
	{
		if (r == 0 && json_is_string(item))
			r = strv_addf(list, "%s", json_string_value(item));
	}
	return r;
}

static int add_boot(json_t *entry, struct report *report)
{
	struct report_boot *boot = grow(&report->boots, &report->boots_count, sizeof(*boot));
	json_int_t number = json_integer_value(json_object_get(entry, "boot"));
	int r = boot ? copy_time(entry, &boot->time) : -ENOMEM;

	if (r == 0)
		boot->number = number > 0 && number <= INT32_MAX ? (unsigned int)number
								 : report->boots_count;
	if (r == 0)
		r = copy(entry, "reason", &boot->reason);
	return r < 0 ? r : copy(entry, "damage", &boot->damage);
}

static int add_armed(json_t *entry, struct report *report)
{
	int r = add_boot(entry, report);

	return r < 0 ? r : state_set(&report->boots[report->boots_count - 1].reason, "armed");
}

static int add_reboot(json_t *entry, struct report *report)
{
	struct report_reboot *reboot =
		grow(&report->reboots, &report->reboots_count, sizeof(*reboot));
	int r = reboot ? copy_time(entry, &reboot->time) : -ENOMEM;

	return r < 0 ? r : copy_list(entry, "reasons", &reboot->reasons);
}

static int add_package(json_t *item, struct update_list *list)
{
	struct update_package package = {
		.name = (char *)get(item, "name"),
		.from = (char *)get(item, "from"),
		.to = (char *)get(item, "to"),
		.origin = (char *)get(item, "origin"),
		.severity = (char *)get(item, "severity"),
		.security = json_is_true(json_object_get(item, "security")),
		.withheld = json_is_true(json_object_get(item, "withheld")),
		.because = (char *)get(item, "because"),
		.cves_known = json_is_array(json_object_get(item, "cves")),
	};

	int r = package.name ? copy_list(item, "cves", &package.cves) : 0;

	if (r == 0 && package.name)
		r = update_list_add(list, &package);
	strv_clear(&package.cves);
	return r;
}

static int add_update(json_t *entry, struct report *report)
{
	struct report_update *update =
		grow(&report->updates, &report->updates_count, sizeof(*update));
	size_t index;
	json_t *item;
	int r = update ? copy_time(entry, &update->time) : -ENOMEM;

	json_array_foreach(json_object_get(entry, "packages"), index, item)
	{
		if (r == 0)
			r = add_package(item, &update->packages);
	}
	return r < 0 ? r : copy_list(entry, "failed", &update->failed);
}

static int set_handed(json_t *handed, struct report_end *end)
{
	int r = copy(handed, "to", &end->handed_to);

	if (r == 0)
		r = copy_list(handed, "allow", &end->handed_allow);
	return r < 0 ? r : copy_list(handed, "files", &end->handed_files);
}

static int set_end(json_t *entry, struct report *report)
{
	struct report_end *end = &report->end;
	int r = copy(entry, "event", &end->event);

	end->verified = json_is_true(json_object_get(entry, "verified"));
	end->forced = json_is_true(json_object_get(entry, "forced"));
	if (r == 0)
		r = copy_time(entry, &end->time);
	if (r == 0)
		r = copy(entry, "by", &end->by);
	if (r == 0)
		r = copy(entry, "reason", &end->reason);
	if (r == 0)
		r = copy_list(entry, "missing", &end->missing);
	return r < 0 ? r : set_handed(json_object_get(entry, "handover"), end);
}

static const struct {
	const char *event;
	int (*read)(json_t *entry, struct report *report);
	bool ends;
} events[] = {
	{"sealed", add_boot, false},
	{"armed", add_armed, false},
	{"rebooting", add_reboot, false},
	{"updated", add_update, false},
	{"finished", set_end, true},
	{"stood-aside", set_end, true},
	{"disarmed", set_end, true},
};

static bool begins(json_t *entry)
{
	const char *event = get(entry, "event");

	if (!event)
		return false;
	return strcmp(event, "armed") == 0 ||
	       (strcmp(event, "sealed") == 0 &&
		       json_integer_value(json_object_get(entry, "boot")) == 1);
}

/* Sets *ended once nothing belongs to the quarantine any more. */
static int read_entry(json_t *entry, struct report *report, bool *ended)
{
	const char *event = get(entry, "event");

	for (size_t i = 0; event && i < ELEMENTS(events); i++)
		if (strcmp(events[i].event, event) == 0) {
			*ended = events[i].ends;
			return events[i].read(entry, report);
		}
	return 0;
}

int report_read_history(json_t *entries, struct report *report)
{
	size_t first = 0, count = json_array_size(entries);
	bool ended = false;
	int r = 0;

	for (size_t i = 0; i < count; i++)
		if (begins(json_array_get(entries, i)))
			first = i;
	for (size_t i = first; i < count && r == 0 && !ended; i++)
		r = read_entry(json_array_get(entries, i), report, &ended);
	return r;
}
