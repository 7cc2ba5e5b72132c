/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_SOURCE_H
#define CORDON_UPDATE_APT_SOURCE_H

/*
 * The sources that apt is configured with, and which of them apt complains about. Pure functions on
 * the text that apt writes.
 */

#include <stdbool.h>
#include <stddef.h>

/* What apt-get indextargets is asked to print for each source, see apt_sources_parse(). */
#define APT_SOURCES_FORMAT                                                                         \
	"$(REPO_URI)\t$(RELEASE)\t$(BASE_URI)\t$(SOURCESENTRY)\t$(LABEL)\t$(SUITE)\t$(CODENAME)"   \
	"\t$(TRUSTED)"

/* What a line of sources.list stands for, its components aside. */
struct apt_source {
	char *uri;	/* "http://mirror.example/debian": no credentials, no slash at the end */
	char *dist;	/* "bookworm-security"; "./" when the repository is flat */
	char *base;	/* "http://mirror.example/debian/dists/bookworm-security/" */
	char *entry;	/* "/etc/apt/sources.list.d/debian.sources:2" */
	char *codename; /* "bookworm-security", when it has been fetched; else "" */
	bool security;
	bool untrusted; /* what was fetched of it is not signed as it should be */
};

struct apt_sources {
	struct apt_source *items;
	size_t count;
};

/**
 * apt_sources_parse() - Add the sources in APT_SOURCES_FORMAT lines.
 * @sources: one that is there already (same URI and dist) is not added again, but becomes a
 *           security source if this text says so: apt knows labels of downloaded sources only.
 *
 * Return: 0; -EBADMSG when a line has other than eight fields; -ENOMEM.
 */
int apt_sources_parse(const char *text, struct apt_sources *sources);

/** apt_sources_clear() - Release the sources. */
void apt_sources_clear(struct apt_sources *sources);

/**
 * apt_sources_match() - Which source does a line of apt's output speak of?
 *
 * Return: the source whose URI and dist the line names (as "URI dist" or as the address of a file
 * below it), the longest if several do; NULL when none.
 */
const struct apt_source *apt_sources_match(const struct apt_sources *sources, const char *line);

/**
 * apt_source_is_of() - Is this a source of the release @codename ("bookworm"; "": not known, then
 * any is), by its name in sources.list or by its own word?
 */
bool apt_source_is_of(const struct apt_source *source, const char *codename);

/* That a source could not be fetched or verified. */
struct apt_failure {
	const struct apt_source *source; /* NULL: apt did not say which */
	char *reason;			 /* in apt's words, the first that it had for this source */
};

struct apt_failures {
	struct apt_failure *items;
	size_t count;
};

/**
 * apt_failures_parse() - Who is to blame, by what apt-get update wrote to standard error.
 * @failures: filled on success, one for each source at most and one for each line that names no
 *            source; refers to @sources; untouched on failure.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_failures_parse(
	const char *text, const struct apt_sources *sources, struct apt_failures *failures);

/** apt_failures_clear() - Release the failures. */
void apt_failures_clear(struct apt_failures *failures);

#endif
