// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a service publishes is English, whoever reads it; so progress is told from its parts, not by
 * its message.
 */

#include "assistant/say.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/stream.h"

#include <stdio.h>
#include <string.h>

char *say_bytes(unsigned long long bytes, char buffer[static SAY_BYTES_SIZE])
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	double value = (double)bytes / 1000;
	size_t unit = 0;

	for (; value >= 1000 && unit + 1 < ELEMENTS(units); unit++)
		value /= 1000;
	snprintf(buffer, SAY_BYTES_SIZE, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return buffer;
}

char *say_time(const char *time, char buffer[static SAY_TIME_SIZE])
{
	if (!time || strlen(time) < strlen("2026-01-31T23:59"))
		snprintf(buffer, SAY_TIME_SIZE, "?");
	else
		snprintf(buffer, SAY_TIME_SIZE, "%.10s %.5s UTC", time, time + 11);
	return buffer;
}

char *say_bars(const unsigned long long *values, size_t count, char buffer[static SAY_BARS_SIZE])
{
	static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const signs[] = {".", ":", "-", "=", "+", "*", "%", "#"};
	const char *const *bars = language_is_utf8() ? blocks : signs;
	unsigned long long highest = 0;
	size_t first = count > SAY_BARS_MAX ? count - SAY_BARS_MAX : 0;

	buffer[0] = '\0';
	while (first < count && values[first] == 0)
		first++;
	for (size_t i = first; i < count; i++)
		highest = values[i] > highest ? values[i] : highest;
	for (size_t i = first; count - first > 1 && i < count; i++)
		strcat(buffer,
			bars[values[i] * (ELEMENTS(blocks) - 1) / (highest > 0 ? highest : 1)]);
	return buffer;
}

const char *say_reason(const struct situation *situation)
{
	const char *recorded = situation->inputs.state.reason;

	for (int i = 0; recorded && i < REASON_COUNT; i++)
		if (strcmp(reason_code(i), recorded) == 0)
			return reason_text(i);
	return reason_text(situation->decision.reason);
}

static const char *activity(const char *state)
{
	static const struct {
		const char *state, *text;
	} activities[] = {
		{"wait", N_("waiting")},
		{"repair", N_("repairing")},
		{"refresh", N_("looking for updates")},
		{"list", N_("looking for updates")},
		{"download", N_("downloading")},
		{"install", N_("installing")},
	};

	for (size_t i = 0; state && i < ELEMENTS(activities); i++)
		if (strcmp(state, activities[i].state) == 0)
			return _(activities[i].text);
	return _("running");
}

char *say_progress(const struct update_progress *progress)
{
	const char *doing = activity(progress->state);

	if (progress->seconds_left >= 60)
		return strdup_printf(_("%u%%, %s, %u min left"), progress->percent, doing,
			progress->seconds_left / 60);
	if (progress->seconds_left > 0)
		return strdup_printf(
			_("%u%%, %s, %u s left"), progress->percent, doing, progress->seconds_left);
	return strdup_printf("%u%%, %s", progress->percent, doing);
}

char *say_list(const struct strv *list, size_t max)
{
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	for (size_t i = 0; i < list->count && i < max; i++)
		fprintf(out, "  - %s\n", list->items[i]);
	if (list->count > max)
		fprintf(out, _("  and %zu more: cordon status\n"), list->count - max);
	return stream_close(&stream);
}
