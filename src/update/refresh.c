// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One broken third-party source must not keep a server sealed, and no broken security source may go
 * unnoticed. That it answered is not enough: a mirror that was forgotten, or that somebody has
 * frozen, serves metadata that are signed and old. So a security source may not be older than it
 * was, nor older than the administrator bears.
 */

#include "update/refresh.h"

#include "update/dates.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define DAY 86400

static void source_clear(struct update_source *source)
{
	free(source->name);
	free(source->entry);
	free(source->failure);
}

int update_sources_add(struct update_sources *sources, const struct update_source *source)
{
	struct update_source *larger, copy = *source;

	copy.name = strdup(source->name);
	copy.entry = strdup(source->entry);
	copy.failure = source->failure ? strdup(source->failure) : NULL;
	larger = reallocarray(sources->items, sources->count + 1, sizeof(*larger));
	if (larger)
		sources->items = larger;
	if (!larger || !copy.name || !copy.entry || (source->failure && !copy.failure)) {
		source_clear(&copy);
		return -ENOMEM;
	}
	larger[sources->count++] = copy;
	return 0;
}

void update_sources_clear(struct update_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++)
		source_clear(&sources->items[i]);
	free(sources->items);
	*sources = (struct update_sources){0};
}

/* Where no source has advisories, each of them may bring what is missing. */
static int settle_which_count(const struct update_backend *backend,
	const struct update_settings *settings, struct update_sources *sources, char **why)
{
	for (size_t i = 0; i < sources->count; i++)
		if (sources->items[i].security)
			return 0;
	if (!backend->by_advisory || settings->security_only || sources->count == 0)
		return fail(why, ENOENT, "%s", backend->security_source_hint);
	for (size_t i = 0; i < sources->count; i++)
		sources->items[i].security = true;
	return 0;
}

/* A day's grace: the clocks of two machines, and of a mirror's. */
static char *find_staleness(const struct update_source *source, time_t newest, time_t now,
	const struct update_settings *settings)
{
	char date[WHEN_SIZE], before[WHEN_SIZE], clock[WHEN_SIZE];
	const long age = (long)(now - source->date);

	when_write(source->date, date);
	if (source->date > now + DAY)
		return text("it was made at %s, and the clock of this machine says %s: set the "
			    "clock (timedatectl)",
			date, when_write(now, clock));
	if (source->date < newest)
		return text("it was made at %s, older than what it offered before, of %s: this "
			    "mirror went back, or somebody replays old metadata; use another",
			date, when_write(newest, before));
	if (settings->max_age > 0 && age > (long)settings->max_age)
		return text("it was made at %s, %ld days ago, and MaxAge= allows %u: this mirror "
			    "has not been renewed, or the clock (%s) is wrong",
			date, age / DAY, settings->max_age / DAY, when_write(now, clock));
	return NULL;
}

static void look_at_date(struct update_source *source, struct dates *dates, time_t now,
	const struct update_settings *settings)
{
	if (source->failure || !source->security || source->date == 0)
		return;
	source->failure = find_staleness(source, dates_get(dates, source->name), now, settings);
}

static int refuse(const struct update_source *source, char **why)
{
	return fail(why, EIO, "security source %s (%s): %s; then run cordon update again",
		source->name, source->entry, source->failure);
}

int sources_judge(const struct update_backend *backend, const struct update_settings *settings,
	struct update_sources *sources, struct dates *dates, time_t now, struct sentences *warnings,
	char **why)
{
	int r = settle_which_count(backend, settings, sources, why);

	for (size_t i = 0; r == 0 && i < sources->count; i++) {
		struct update_source *source = &sources->items[i];

		look_at_date(source, dates, now, settings);
		if (source->failure && source->security)
			r = refuse(source, why);
		else if (source->failure)
			r = sentences_add(warnings, "source %s (%s) was not refreshed: %s",
				source->name, source->entry, source->failure);
		else if (source->date > 0)
			r = dates_raise(dates, source->name, source->date);
	}
	return r;
}

static void hear_nothing(void *context, const struct update_step *step)
{
	(void)context;
	(void)step;
}

struct update_audience refresh_audience(const struct update_audience *audience)
{
	if (audience && audience->listen)
		return *audience;
	return (struct update_audience){.listen = hear_nothing};
}

/* The newest dates are on disk before anything builds on them. */
int refresh_sources(const struct update_backend *backend, const struct update_settings *settings,
	const struct update_audience *audience, struct sentences *warnings, char **why)
{
	const struct update_audience hearer = refresh_audience(audience);
	_cleanup_(update_sources_clear) struct update_sources sources = {0};
	_cleanup_(dates_clear) struct dates dates = {0};
	_cleanup_free_ char *damage = NULL;
	int r = backend->refresh(&hearer, &sources, why);

	if (r == 0)
		r = dates_load(DATES_FILE, &dates, &damage);
	if (r == 1)
		r = sentences_add(warnings, "%s", damage ? damage : DATES_FILE);
	if (r == 0)
		r = sources_judge(backend, settings, &sources, &dates, time(NULL), warnings, why);
	return r < 0 ? r : dates_save(DATES_FILE, &dates, why);
}

int refresh_pending(const struct update_backend *backend, const struct update_settings *settings,
	struct update_list *list, char **why)
{
	int r = backend->pending(list, why);

	if (r == 0 && settings->security_only)
		update_list_keep_security(list);
	return r;
}
