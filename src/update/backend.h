/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_BACKEND_H
#define CORDON_UPDATE_BACKEND_H

/*
 * What a package manager must be able to do. Private to the room: the engine (update.c, refresh.c,
 * verify.c) is all that calls it.
 *
 * No exit status of a package manager decides that nothing is missing; only asking again does. What
 * looks like an answer and is not understood is an error.
 */

#include "update/update.h"
#include "util/must-check.h"

#include <time.h>

enum source_role {
	SOURCE_OTHER,
	/* It brings security updates: without it nobody knows what is missing. apt tells by name
	 * and label, rpm by the advisories (updateinfo) that it has. */
	SOURCE_SECURITY,
	/* It could, and does not say which of its updates are: an rpm source without advisories.
	 * That means unknown, never "nothing to do". */
	SOURCE_UNADVISED,
};

/* One place that updates come from, as its last refresh left it. */
struct update_source {
	char *name;  /* "http://mirror.example/debian-security bookworm-security" */
	char *entry; /* where it is configured: "/etc/apt/sources.list:2" */
	enum source_role role;
	bool local;    /* on a medium or in a folder: needs no date */
	bool foreign;  /* apt: of another release or distribution; does not stand in for this one's
			*/
	time_t date;   /* when its newest metadata was made, by its own word; 0: it does not say */
	char *failure; /* why it is not fresh, in the package manager's words; NULL: it is */
};

struct update_sources {
	struct update_source *items;
	size_t count;
};

/** update_sources_add() - Append a copy. Return: 0 or -ENOMEM. */
_must_check_ int update_sources_add(
	struct update_sources *sources, const struct update_source *source);

/** update_sources_clear() - Release the sources. */
void update_sources_clear(struct update_sources *sources);

/* What an installation left behind. */
struct update_outcome {
	struct strv kept;   /* configuration files of which the version here was kept */
	struct strv failed; /* scripts of packages that failed; the exit status may hide it */
	bool again; /* the package manager itself was updated, and wants to be asked once more */
};

/** update_outcome_clear() - Release what install() filled. */
void update_outcome_clear(struct update_outcome *outcome);

/* Functions return 0 or a negative errno with *why. */
struct update_backend {
	const char *name;
	/* Is this package manager the one of the running system? */
	bool (*detect)(void);
	/* Has an earlier run left packages half-installed, or is one going on? 1: yes, and *why may
	 * say what; 0: no. */
	int (*unfinished)(char **why);
	/* Ends what an interrupted run left half-done, as far as that needs no network. What cannot
	 * be ended so is left to mend(). Nothing to do is success. */
	int (*settle)(const struct update_audience *audience, char **why);
	/* Fetches the metadata of all sources and says of each how that went. Fails only when that
	 * cannot be told, or when something failed that belongs to no source. While another program
	 * holds the package manager's lock, or the clock is not set, it waits, within a bound, and
	 * says so to @audience ("wait"). */
	int (*refresh)(
		const struct update_audience *audience, struct update_sources *sources, char **why);
	/* What to do where no source brings security updates: for an administrator to read. */
	const char *security_source_hint;
	/* The rest of settle(): may fetch packages. */
	int (*mend)(const struct update_audience *audience, char **why);
	/* Lists what would be installed now, from the metadata that is there, and the security
	 * updates that would not (see update_package.withheld). */
	int (*pending)(struct update_list *list, char **why);
	/* Fetches the packages of @list (what pending() said) and touches nothing that is
	 * installed: may be ended at any moment. */
	int (*download)(const struct update_list *list, const struct update_settings *settings,
		const struct update_audience *audience, char **why);
	/* How many bytes download() would fetch now; 0: it cannot be told. NULL: it never can. */
	int (*size)(const struct update_list *list, const struct update_settings *settings,
		unsigned long long *bytes, char **why);
	/* Installs what was fetched, without a question.
	 * @outcome: appended to, also on failure. */
	int (*install)(const struct update_list *list, const struct update_settings *settings,
		const struct update_audience *audience, struct update_outcome *outcome, char **why);
	/* Sets update_package.cves of what was installed, as far as that can be told within some
	 * seconds. NULL: it cannot. */
	void (*name_cves)(struct update_list *installed);
	/* Adds what the package manager says about a needed reboot. */
	int (*reboot)(struct strv *reasons, char **why);
	/* See update_egress(), update_automatic(), update_automate(). */
	int (*egress)(void (*add)(void *context, unsigned int port, const char *source),
		void *context, char **why);
	int (*automatic)(struct update_automatic *state, char **why);
	int (*automate)(char **why);
};

/** backend_detect() - The backend of the running system; NULL: none that cordon knows. */
const struct update_backend *backend_detect(void);

/** backend_missing() - Say that there is none. Return: -ENOTSUP with @why. */
int backend_missing(char **why);

extern const struct update_backend update_backend_apt;
extern const struct update_backend update_backend_dnf;
extern const struct update_backend update_backend_zypper;

#endif
