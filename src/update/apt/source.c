// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One broken third-party source must not keep a server sealed, and no broken security source may
 * go unnoticed. apt-get update has one exit status for all its sources, so it is its messages that
 * tell them apart. A message that fits no source is counted against the update: where apt is not
 * understood, the machine is not verified.
 */

#include "update/apt/source.h"

#include "update/apt/parse.h"
#include "update/manager/uri.h"
#include "util/cleanup.h"
#include "util/match.h"

#include <errno.h>
#include <string.h>

void apt_sources_clear(struct apt_sources *sources)
{
	for (size_t i = 0; i < sources->count; i++) {
		free(sources->items[i].uri);
		free(sources->items[i].dist);
		free(sources->items[i].base);
		free(sources->items[i].entry);
		free(sources->items[i].codename);
	}
	free(sources->items);
	*sources = (struct apt_sources){0};
}

void apt_failures_clear(struct apt_failures *failures)
{
	for (size_t i = 0; i < failures->count; i++)
		free(failures->items[i].reason);
	free(failures->items);
	*failures = (struct apt_failures){0};
}

enum { URI, DIST, BASE, ENTRY, LABEL, SUITE, CODENAME, TRUSTED, FIELDS };

/* By the name in the sources file too, so that it is recognised before its first download. */
static bool is_security(char *const fields[static FIELDS])
{
	return strcmp(fields[LABEL], "Debian-Security") == 0 ||
	       ends_with(fields[DIST], "-security") || ends_with(fields[SUITE], "-security") ||
	       ends_with(fields[CODENAME], "-security");
}

/* Where nothing was fetched, or apt was not asked for it, the names stay as they are. */
static const char *known(const char *field)
{
	return *field == '$' ? "" : field;
}

static bool is_untrusted(char *const fields[static FIELDS])
{
	return strcmp(fields[TRUSTED], "no") == 0;
}

static struct apt_source *find(const struct apt_sources *sources, const char *uri, const char *dist)
{
	for (size_t i = 0; i < sources->count; i++)
		if (strcmp(sources->items[i].uri, uri) == 0 &&
			strcmp(sources->items[i].dist, dist) == 0)
			return &sources->items[i];
	return NULL;
}

static int append(struct apt_sources *sources, char *const fields[static FIELDS])
{
	struct apt_source *larger, *source;

	larger = reallocarray(sources->items, sources->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	sources->items = larger;
	source = &larger[sources->count++];
	*source = (struct apt_source){
		.uri = uri_without_credentials(fields[URI]),
		.dist = strdup(fields[DIST]),
		.base = uri_without_credentials(fields[BASE]),
		.entry = strdup(fields[ENTRY]),
		.codename = strdup(known(fields[CODENAME])),
		.security = is_security(fields),
		.untrusted = is_untrusted(fields),
	};
	return source->uri && source->dist && source->base && source->entry && source->codename
		       ? 0
		       : -ENOMEM;
}

static int parse_source(struct apt_sources *sources, char *line)
{
	_cleanup_free_ char *uri = NULL;
	struct apt_source *same;
	char *fields[FIELDS], *codename;

	for (int i = 0; i < FIELDS; i++) {
		fields[i] = strsep(&line, "\t");
		if (!fields[i])
			return -EBADMSG;
	}
	uri = uri_without_credentials(fields[URI]);
	if (!uri)
		return -ENOMEM;
	same = find(sources, uri, fields[DIST]);
	if (!same)
		return append(sources, fields);
	same->security |= is_security(fields);
	same->untrusted |= is_untrusted(fields);
	if (*same->codename || !*known(fields[CODENAME]))
		return 0;
	codename = strdup(fields[CODENAME]);
	if (!codename)
		return -ENOMEM;
	free(same->codename);
	same->codename = codename;
	return 0;
}

int apt_sources_parse(const char *text, struct apt_sources *sources)
{
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n")))
		if (*line)
			r = parse_source(sources, line);
	return r;
}

bool apt_source_is_of(const struct apt_source *source, const char *codename)
{
	const size_t length = strlen(codename);

	return strncmp(source->dist, codename, length) == 0 ||
	       strncmp(source->codename, codename, length) == 0;
}

/* Does @name stand in @line as a whole, not as the beginning of a longer name? */
static bool names(const char *line, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = line; (at = strstr(at, name)); at++)
		if (at[length] == '\0' || strchr(" /'", at[length]))
			return true;
	return false;
}

/* The length of what identifies the source in the line, 0 when nothing does. */
static size_t match(const struct apt_source *source, const char *line)
{
	char *forms[] = {NULL, NULL};
	size_t length = 0;

	/* The address of a file below it, and the two ways in which apt describes a source. */
	if (names(line, source->base))
		return strlen(source->base);
	if (asprintf(&forms[0], "%s %s", source->uri, source->dist) < 0)
		forms[0] = NULL;
	if (asprintf(&forms[1], "%s/ %s", source->uri, source->dist) < 0)
		forms[1] = NULL;
	for (size_t i = 0; i < ELEMENTS(forms); i++) {
		if (forms[i] && names(line, forms[i]))
			length = strlen(forms[i]);
		free(forms[i]);
	}
	return length;
}

const struct apt_source *apt_sources_match(const struct apt_sources *sources, const char *line)
{
	const struct apt_source *best = NULL;
	size_t best_length = 0;

	for (size_t i = 0; i < sources->count; i++) {
		size_t length = match(&sources->items[i], line);

		if (length > best_length) {
			best = &sources->items[i];
			best_length = length;
		}
	}
	return best;
}

/* apt's closing line says nothing about any source; some warnings mean that data is missing. */
static bool is_failure(enum apt_level level, const char *complaint)
{
	static const char *const telling[] = {
		"Failed to fetch",
		"GPG error",
		"An error occurred during the signature verification",
		"OpenPGP signature verification failed",
		"Skipping acquire of configured file",
		"The repository ",
	};

	if (level == APT_ERROR)
		return !starts_with(complaint, "Some index files failed to download");
	for (size_t i = 0; level == APT_WARNING && i < ELEMENTS(telling); i++)
		if (starts_with(complaint, telling[i]))
			return true;
	return false;
}

/* "Failed to fetch URI  404  Not Found" without what the sentence around it says anyway. */
static const char *reason_of(const char *complaint)
{
	const char *reason = NULL;

	if (starts_with(complaint, "Failed to fetch "))
		reason = strstr(complaint, "  ");
	if (reason)
		reason += strspn(reason, " ");
	return reason && *reason ? reason : complaint;
}

static int add_failure(
	struct apt_failures *failures, const struct apt_source *source, const char *complaint)
{
	struct apt_failure *larger;
	char *reason;

	for (size_t i = 0; source && i < failures->count; i++)
		if (failures->items[i].source == source)
			return 0;
	larger = reallocarray(failures->items, failures->count + 1, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	failures->items = larger;
	reason = strdup(reason_of(complaint));
	if (!reason)
		return -ENOMEM;
	larger[failures->count++] = (struct apt_failure){.source = source, .reason = reason};
	return 0;
}

int apt_failures_parse(
	const char *text, const struct apt_sources *sources, struct apt_failures *failures)
{
	_cleanup_(apt_failures_clear) struct apt_failures found = {0};
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		enum apt_level level;
		const char *complaint = apt_complaint(line, &level);

		if (complaint && is_failure(level, complaint))
			r = add_failure(&found, apt_sources_match(sources, complaint), complaint);
	}
	if (r < 0)
		return r;
	*failures = found;
	found = (struct apt_failures){0};
	return 0;
}
