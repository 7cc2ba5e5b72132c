// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of apt-cache policy, one a package:
 *
 *  linux-image-6.1.0-38-amd64:
 *    Installed: (none)
 *    Candidate: 6.1.147-1
 *    Version table:
 *       6.1.147-1 500
 *          500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
 *
 * The candidate is what apt would install, after all pins; its priority is the one behind the
 * version. A candidate that stands in no line, or without a priority, is an error: a table that
 * is written in another way must not look like one that offers nothing.
 */

#include "update/apt/offer.h"

#include "util/cleanup.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define DPKG_STATUS    "/var/lib/dpkg/status"
#define LEAST_PRIORITY 100

static bool starts_with(const char *string, const char *start)
{
	return strncmp(string, start, strlen(start)) == 0;
}

void apt_offers_clear(struct apt_offers *offers)
{
	for (size_t i = 0; i < offers->count; i++) {
		free(offers->items[i].package);
		free(offers->items[i].version);
		free(offers->items[i].origin);
	}
	free(offers->items);
	*offers = (struct apt_offers){0};
}

static int offers_add(struct apt_offers *offers, const struct apt_offer *offer)
{
	struct apt_offer *larger = reallocarray(offers->items, offers->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	offers->items = larger;
	offers->items[offers->count++] = (struct apt_offer){
		.package = strdup(offer->package),
		.version = strdup(offer->version),
		.origin = strdup(offer->origin),
		.priority = offer->priority,
	};
	larger += offers->count - 1;
	return larger->package && larger->version && larger->origin ? 0 : -ENOMEM;
}

/* Where the reader of a table is. */
struct table {
	struct apt_offer offer; /* points into the text; its version is the candidate */
	bool listed;		/* the candidate stands in the table, as it has to */
	bool within;		/* what follows are the candidate's sources */
};

/* "500 http://mirror.example/debian bookworm/main amd64 Packages": two words of it. */
static void read_source(struct table *table, char *line)
{
	char *word = line + strspn(line, " "), *end;

	word += strcspn(word, " ");
	word += strspn(word, " ");
	if (table->offer.origin || !*word || starts_with(word, DPKG_STATUS))
		return;
	end = word + strcspn(word, " ");
	end += strspn(end, " ");
	end[strcspn(end, " ")] = '\0';
	table->offer.origin = word;
}

/* "6.1.192-2 500": its priority counts, which pins may have changed. */
static int read_version(struct table *table, char *line)
{
	char *version = strsep(&line, " "), *end;
	long priority;

	table->within = table->offer.version && strcmp(version, table->offer.version) == 0;
	if (!table->within)
		return 0;
	priority = line ? strtol(line, &end, 10) : 0;
	if (!line || end == line || priority < INT_MIN || priority > INT_MAX)
		return -EBADMSG;
	table->offer.priority = (int)priority;
	table->listed = true;
	return 0;
}

/* A table that names no candidate, or one that it does not have, is none that we can read. */
static int finish_table(const struct table *table, struct apt_offers *offers)
{
	const struct apt_offer *offer = &table->offer;

	if (!offer->package)
		return 0;
	if (!offer->version || !*offer->package)
		return -EBADMSG;
	if (strcmp(offer->version, "(none)") == 0)
		return 0;
	if (!table->listed)
		return -EBADMSG;
	return offer->origin && offer->priority >= LEAST_PRIORITY ? offers_add(offers, offer) : 0;
}

static int read_line(struct table *table, char *line, struct apt_offers *offers)
{
	size_t length = strlen(line);
	int r;

	if (*line != ' ' && length > 0 && line[length - 1] == ':') {
		line[length - 1] = '\0';
		r = finish_table(table, offers);
		*table = (struct table){.offer.package = line};
		return r;
	}
	if (starts_with(line, "  Candidate: "))
		table->offer.version = line + strlen("  Candidate: ");
	else if (starts_with(line, "      ") && table->within)
		read_source(table, line);
	else if (starts_with(line, " *** ") || (starts_with(line, "     ") && length > 5))
		return line[5] == ' ' ? 0 : read_version(table, line + 5);
	return 0;
}

int apt_offers_parse(const char *policy, struct apt_offers *offers)
{
	_cleanup_(apt_offers_clear) struct apt_offers found = {0};
	_cleanup_free_ char *copy = strdup(policy);
	struct table table = {0};
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n")))
		r = read_line(&table, line, &found);
	if (r == 0)
		r = table.offer.package ? finish_table(&table, &found) : -EBADMSG;
	if (r < 0)
		return r;
	*offers = found;
	found = (struct apt_offers){0};
	return 0;
}
