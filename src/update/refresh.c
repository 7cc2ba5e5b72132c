// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One broken third-party source must not keep a server sealed, and no broken security source may go
 * unnoticed. That it answered is not enough: a mirror that was forgotten, or that somebody has
 * frozen, serves metadata that are signed and old. So a security source may not be older than it
 * was, nor older than the administrator bears.
 */

#include "update/refresh.h"

#include "update/dates.h"
#include "update/waiting.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

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

static size_t count_role(const struct update_sources *sources, enum source_role role)
{
	size_t count = 0;

	for (size_t i = 0; i < sources->count; i++)
		count += sources->items[i].role == role;
	return count;
}

/* Which sources nobody can do without. A foreign one is not this release's. */
static int settle_roles(const struct update_backend *backend,
	const struct update_settings *settings, struct update_sources *sources, char **why)
{
	for (size_t i = 0; i < sources->count; i++)
		if (sources->items[i].foreign)
			sources->items[i].role = SOURCE_OTHER;
	if (count_role(sources, SOURCE_SECURITY) > 0)
		return 0;
	if (settings->security_only || count_role(sources, SOURCE_UNADVISED) == 0)
		return fail(why, ENOENT, "%s", _(backend->security_source_hint));
	return 0;
}

static bool is_needed(const struct update_sources *sources, const struct update_source *source)
{
	if (count_role(sources, SOURCE_SECURITY) > 0)
		return source->role == SOURCE_SECURITY;
	return source->role == SOURCE_UNADVISED;
}

/* Sources without advisories may be frozen by intent, as a release's own is; not all of them. */
static bool may_be_old(const struct update_sources *sources, const struct update_source *source)
{
	for (size_t i = 0; i < sources->count; i++)
		if (sources->items[i].role == SOURCE_UNADVISED &&
			sources->items[i].date > source->date)
			return source->role == SOURCE_UNADVISED;
	return false;
}

/* A day's grace: the clocks of two machines, and of a mirror's. */
static char *find_staleness(
	const struct update_source *source, time_t newest, time_t now, unsigned int max_age)
{
	char date[WHEN_SIZE], before[WHEN_SIZE], clock[WHEN_SIZE];
	const long age = (long)(now - source->date);

	when_write(source->date, date);
	if (source->date == 0)
		return source->local ? NULL
				     : strdup(_("it does not say when it was made, so that it "
						"may be as old as one likes; use another mirror"));
	if (source->date > now + DAY)
		return strdup_printf(
			_("it was made at %s, and the clock of this machine says %s: set the "
			  "clock (timedatectl)"),
			date, when_write(now, clock));
	if (source->date < newest)
		return strdup_printf(
			_("it was made at %s, older than what it offered before, of %s: this "
			  "mirror went back, or somebody replays old metadata; use another"),
			date, when_write(newest, before));
	if (max_age > 0 && age > (long)max_age)
		return strdup_printf(
			_("it was made at %s, %ld days ago, and MaxAge= allows %u: this mirror "
			  "has not been renewed, or the clock (%s) is wrong"),
			date, age / DAY, max_age / DAY, when_write(now, clock));
	return NULL;
}

/* One that is needed: the first failure is told, the dates of all good ones are kept. */
static int judge_needed(struct update_source *source, struct dates *dates, time_t now,
	unsigned int max_age, char **why)
{
	if (!source->failure)
		source->failure =
			find_staleness(source, dates_get(dates, source->name), now, max_age);
	if (!source->failure)
		return source->date > 0 ? dates_raise(dates, source->name, source->date) : 0;
	if (why && !*why)
		fail(why, EIO, "security source %s (%s): %s; then run cordon update again",
			source->name, source->entry, source->failure);
	return -EIO;
}

int sources_judge(const struct update_backend *backend, const struct update_settings *settings,
	struct update_sources *sources, struct dates *dates, time_t now, struct strv *warnings,
	char **why)
{
	int r = settle_roles(backend, settings, sources, why), worst = r;

	for (size_t i = 0; r != -ENOMEM && worst != -ENOENT && i < sources->count; i++) {
		struct update_source *source = &sources->items[i];

		if (is_needed(sources, source))
			r = judge_needed(source, dates, now,
				may_be_old(sources, source) ? 0 : settings->max_age, why);
		else if (source->failure)
			r = strv_addf(warnings, "source %s (%s) was not refreshed: %s",
				source->name, source->entry, source->failure);
		worst = r < 0 ? r : worst;
	}
	return worst;
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

void refresh_tell(const struct update_audience *audience, const char *id, size_t i, size_t count)
{
	_cleanup_free_ char *message = strdup_printf("Fetching the metadata of %s", id);

	audience->listen(audience->context, &(struct update_step){.state = "refresh",
						    .message = message,
						    .percent = (unsigned int)(i * 100 / count)});
}

/* What was there before this machine was: a clock that is behind it cannot be right. */
static time_t oldest_possible(void)
{
	static const char *const witnesses[] = {"/usr/bin/cordon", "/var/lib/dpkg/status",
		"/usr/lib/sysimage/rpm", "/var/lib/rpm", "/etc/machine-id"};
	time_t newest = 0;
	struct stat st;

	for (size_t i = 0; i < ELEMENTS(witnesses); i++)
		if (stat(witnesses[i], &st) == 0 && st.st_mtime > newest)
			newest = st.st_mtime;
	return newest;
}

/* Before its own files were made. */
static bool is_clock_behind(void)
{
	return time(NULL) + DAY < oldest_possible();
}

/*
 * A server without a battery begins in the past, and is set right when a time server answers. What
 * package managers make of signatures of the future differs, and some of it looks like a forgery.
 */
static int await_clock(const struct update_audience *audience, char **why)
{
	struct waiting waiting = {.audience = audience};
	char says[WHEN_SIZE], witness[WHEN_SIZE];
	_cleanup_free_ char *reason =
		strdup_printf(_("it says %s, and files of this machine are of %s"), when_now(says),
			when_write(oldest_possible(), witness));
	int r = reason ? 0 : -ENOMEM;

	while (r == 0 && is_clock_behind())
		r = waiting_pause(&waiting, RETRY_CLOCK, reason, 1, why);
	if (r == 0)
		waiting_end(&waiting);
	return r < 0 ? r : 0;
}

/* Behind its own files a clock makes old metadata look new. */
static int check_clock(char **why)
{
	const time_t now = time(NULL), least = oldest_possible();
	char says[WHEN_SIZE], witness[WHEN_SIZE];

	if (!is_clock_behind())
		return 0;
	return fail(why, EIO,
		"the clock of this machine says %s, which is before its own files were made (%s): "
		"set the clock (timedatectl), then run cordon update again",
		when_write(now, says), when_write(least, witness));
}

/* The newest dates are on disk before anything builds on them. */
int refresh_sources(const struct update_backend *backend, const struct update_settings *settings,
	const struct update_audience *audience, struct strv *warnings, char **why)
{
	const struct update_audience hearer = refresh_audience(audience);
	_cleanup_(update_sources_clear) struct update_sources sources = {0};
	_cleanup_(dates_clear) struct dates dates = {0};
	_cleanup_free_ char *damage = NULL;
	int r = await_clock(&hearer, why), saved;

	if (r == 0)
		r = backend->refresh(&hearer, &sources, why);
	if (r == 0)
		r = check_clock(why);
	if (r == 0)
		r = dates_load(DATES_FILE, &dates, &damage);
	if (r == 1)
		r = strv_addf(warnings, "%s", damage ? damage : DATES_FILE);
	if (r < 0)
		return damage ? fail(why, -r, "%s", damage) : r;
	r = sources_judge(backend, settings, &sources, &dates, time(NULL), warnings, why);
	saved = dates_save(DATES_FILE, &dates, r < 0 ? NULL : why);
	return r < 0 ? r : saved;
}

int refresh_pending(const struct update_backend *backend, const struct update_settings *settings,
	struct update_list *list, char **why)
{
	int r = backend->pending(list, why);

	if (r == 0 && settings->security_only)
		update_list_keep_security(list);
	return r;
}
