/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_UPDATE_H
#define CORDON_UPDATE_UPDATE_H

/*
 * The room that brings security updates in and says whether they are in.
 *
 * A backend knows one package manager. The engine on top of it knows the order of things: repair
 * what was interrupted, refresh the metadata, list what is pending, install it, and record durably
 * that an update has begun, so that a power cut is followed by its continuation. `verified` is the
 * word that `cordon finish` waits for; update_verify() is the only function that may say it.
 */

#include "util/paths.h"
#include "util/sentences.h"

#include <stdbool.h>
#include <stddef.h>

/* Exists while an update has begun and not ended: the next boot continues it (the generator pulls
 * cordon-update.service in when it sees this file). */
#define UPDATE_MARKER STATE_DIRECTORY "/update-begun"

/* Where the running update says how far it is, see progress.h. */
#define UPDATE_PROGRESS RUN_DIRECTORY "/update.json"

struct update_package {
	char *name;   /* as the package manager writes it, "libssl3" or "libssl3:i386" */
	char *from;   /* installed version, NULL when the package is new */
	char *to;     /* version that will be installed; that would be, if withheld */
	char *origin; /* "Debian-Security:12/stable-security" */
	bool security;
	/* A security update that the package manager knows and would not install now: the package
	 * is held, its source pinned away, or its dependencies cannot be met. Such a machine is
	 * not updated. */
	bool withheld;
};

struct update_list {
	struct update_package *items;
	size_t count;
};

/**
 * update_list_add() - Append a copy of a package.
 *
 * Return: 0 or -ENOMEM.
 */
int update_list_add(struct update_list *list, const struct update_package *package);

/** update_list_clear() - Release the packages. */
void update_list_clear(struct update_list *list);

/** update_list_security() - How many of them are security updates. */
size_t update_list_security(const struct update_list *list);

/** update_list_withheld() - How many of them are withheld. */
size_t update_list_withheld(const struct update_list *list);

/** update_list_find() - The package of that name, NULL when it is not in the list. */
struct update_package *update_list_find(const struct update_list *list, const char *name);

/**
 * update_list_explain() - Add a sentence about what is pending and one about what is withheld, each
 * only when there is something; both name the first few packages.
 *
 * Return: 0 or -ENOMEM.
 */
int update_list_explain(const struct update_list *list, struct sentences *reasons);

/* Hears how an update goes on. Every field is valid only during the call. */
struct update_step {
	const char
		*state; /* "repair", "refresh", "list", "install", "done", "incomplete", "failed" */
	const char *message;  /* for people: "Unpacking openssl (amd64)" */
	unsigned int percent; /* 0 to 100: of the whole update; of its own step for a backend */
};
typedef void (*update_listener)(void *context, const struct update_step *step);

/* What one package manager can do. Functions return 0 or a negative errno with *why; their listener
 * is never NULL. */
struct update_backend {
	const char *name;
	/* Is this package manager the one of the running system? */
	bool (*detect)(void);
	/* Has an earlier run left packages half-installed? 1: yes, 0: no. */
	int (*unfinished)(char **why);
	/* Ends what an interrupted run left half-done. Nothing to repair is success. */
	int (*repair)(update_listener listen, void *context, char **why);
	/* Fetches the metadata. Fails when *any security source* could not be fetched or verified,
	 * or when there is none; the failure of another source is only added to @warnings. */
	int (*refresh)(struct sentences *warnings, char **why);
	/* Lists what would be installed now, from the metadata that is there, and the security
	 * updates that would not (see update_package.withheld). */
	int (*pending)(struct update_list *list, char **why);
	/* Installs everything pending without a question. */
	int (*install)(update_listener listen, void *context, char **why);
	/* Adds what the package manager says about a needed reboot. */
	int (*reboot)(struct sentences *reasons, char **why);
	/* Calls @add for each port that its sources and proxies use, 80 and 443 included, the same
	 * port perhaps several times. @source is for people, without credentials, and valid only
	 * during the call. Reads configuration only: works before the network is up. Takes at most
	 * 20 seconds, some 20 ms usually. */
	int (*egress)(void (*add)(void *context, unsigned int port, const char *source),
		void *context, char **why);
};

/**
 * update_backend_detect() - The backend of the running system.
 *
 * Return: a static backend, or NULL: no package manager that cordon knows (only apt by now).
 */
const struct update_backend *update_backend_detect(void);

/** update_no_backend() - Say that there is none. Return: -ENOTSUP with @why. */
int update_no_backend(char **why);

/**
 * update_check() - Refresh, then list what is pending.
 * @list: filled on success; untouched on failure.
 * @warnings: sources that failed without being security sources are appended.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_check(struct update_list *list, struct sentences *warnings, char **why);

/**
 * update_run() - The whole update: marker, repair, refresh, install, list again, marker away.
 * @listen: hears each step, the same one perhaps several times, which is also written to
 *          UPDATE_PROGRESS; may be NULL.
 * @installed: what was pending at the start and is not any more; untouched when the result is
 *             negative.
 * @warnings: as for update_check().
 *
 * The marker stays unless the result is 0, so that the next boot continues the update.
 *
 * Return: 0 when nothing is pending any more; 1 when everything that could be installed was, and
 * yet something is pending, which @why names; a negative errno with @why otherwise.
 */
int update_run(update_listener listen, void *context, struct update_list *installed,
	struct sentences *warnings, char **why);

/** update_was_interrupted() - Has an update begun that has not ended (or is going on)? */
bool update_was_interrupted(void);

/**
 * update_look() - What is missing, by the metadata that is there; asks nobody over the network.
 * @list: what is pending, filled on success.
 * @missing: one sentence for each thing that is missing is appended, on failure perhaps some.
 *
 * Return: 0, or a negative errno with @why when something could not be found out.
 */
int update_look(struct update_list *list, struct sentences *missing, char **why);

/**
 * update_verify() - Is this machine updated: metadata fresh from every security source, nothing
 * pending, no interrupted update, running kernel the newest installed, no process that still maps
 * replaced libraries.
 * @missing: one sentence for each thing that is not so is appended, on failure perhaps some of
 *           them; none means verified.
 * @warnings: as for update_check().
 *
 * Return: 0 when all was looked at (see @missing for the outcome); a negative errno with @why when
 * something could not be found out, which counts as not verified.
 */
int update_verify(struct sentences *missing, struct sentences *warnings, char **why);

/**
 * update_reboot_reasons() - Why this machine needs a reboot: the package manager's marker, a newer
 * kernel than the running one, processes that map replaced files.
 * @reasons: one sentence for each is appended, on failure perhaps some of them.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_reboot_reasons(struct sentences *reasons, char **why);

#endif
