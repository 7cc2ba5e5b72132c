/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_UPDATE_H
#define CORDON_UPDATE_UPDATE_H

/*
 * The room that brings security updates in and says whether they are in.
 *
 * A backend (backend.h) knows one package manager. The engine on top of it knows the order of
 * things: settle what was interrupted, refresh the metadata, judge its sources, list what is
 * pending, fetch and install it, and record durably that an update has begun, so that a power cut
 * is followed by its continuation. `verified` is the word that `cordon finish` waits for;
 * update_verify() is the only function that may say it.
 */

#include "util/must-check.h"
#include "util/paths.h"
#include "util/strv.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Exists while an update has begun and not ended: the next boot continues it (the generator pulls
 * cordon-update.service in when it sees this file). */
#define UPDATE_MARKER STATE_DIRECTORY "/update-begun"

/* Where the running update says how far it is, see progress.h. */
#define UPDATE_PROGRESS RUN_DIRECTORY "/update.json"

/* What the administrator wants of updates, see cordon.conf(5). */
struct update_settings {
	bool security_only;   /* Updates=security: nothing else is installed, or missed */
	unsigned int max_age; /* MaxAge=, in seconds: older metadata is stale; 0: never */
};

/* Of a package manager, to and origin are always there; of a history that was damaged, they may be
 * NULL. */
struct update_package {
	char *name;   /* as the package manager writes it, "libssl3" or "libssl3:i386" */
	char *from;   /* installed version, NULL when the package is new */
	char *to;     /* version that will be installed; that would be, if withheld */
	char *origin; /* "Debian-Security:12/stable-security", "fedora-updates" */
	/* "critical", "important" ..., as its advisory says; NULL: no advisory that says */
	char *severity;
	bool security;
	/* A security update that the package manager knows and would not install now: the package
	 * is held, its source pinned away, its dependencies cannot be met, or it is a newer kernel
	 * that nothing asks for. Such a machine is not updated. */
	bool withheld;
	char *because; /* withheld: why, as far as that is known: "excluded in /etc/dnf/dnf.conf" */
	/* What it has fixed, once it is installed: "CVE-2026-12345". Empty means none only if that
	 * is known. */
	struct strv cves;
	bool cves_known;
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
_must_check_ int update_list_add(struct update_list *list, const struct update_package *package);

/** update_list_join() - Append copies of what is not there yet. Return: 0 or -ENOMEM. */
_must_check_ int update_list_join(struct update_list *list, const struct update_list *more);

/** update_list_keep_security() - Drop all others: Updates=security. */
void update_list_keep_security(struct update_list *list);

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
 * only when there is something; both name the first few packages, the latter the first few reasons.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int update_list_explain(const struct update_list *list, struct strv *reasons);

/* Hears how an update goes on. Strings are valid only during the call; what is not known is NULL or
 * 0. */
struct update_step {
	/* "wait", "repair", "refresh", "list", "download", "install", "done", "incomplete",
	 * "failed" */
	const char *state;
	const char *message; /* for people: "Unpacking openssl (amd64)" */
	const char *package; /* being worked on: "openssl:amd64" */
	/* 0 to 100: of the whole update; of its own step for a backend */
	unsigned int percent;
	unsigned long long bytes, bytes_total; /* of what is to be fetched */
	unsigned int seconds_left;	       /* until this step ends */
};
typedef void (*update_listener)(void *context, const struct update_step *step);

/* Who listens. */
struct update_audience {
	update_listener listen; /* NULL: nobody; never for a backend */
	void *context;
	/* Is the update to end as soon as that does no harm? NULL: never. Asked about once a second
	 * while it fetches or waits; not while packages are installed. */
	bool (*is_to_end)(void *context);
};

/* Are automatic updates on, and what would switch them on? */
struct update_automatic {
	bool on;
	char *how; /* what makes it so, or what is missing: one sentence */
};

/**
 * update_egress() - The ports that the package manager's sources and proxies use.
 * @add: called for each, 80 and 443 included, the same one perhaps several times; @source is for
 *       people, without credentials, and valid only during the call.
 *
 * Reads configuration only: works before the network is up. Takes at most 20 seconds, some 20 ms
 * usually.
 *
 * Return: 0, also where there is no package manager that cordon knows; a negative errno with @why.
 */
int update_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why);

/**
 * update_automatic() - Will updates be installed by themselves after the release (P7)?
 * @state: its strings are owned by the caller.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_automatic(struct update_automatic *state, char **why);

/**
 * update_automate() - Switch that on, with defaults that an administrator would choose. Never
 * overwrites a file that is there.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_automate(char **why);

/**
 * update_check() - Refresh, then list what is pending.
 * @audience: hears when that has to wait; its listener may be NULL.
 * @list: filled on success; untouched on failure.
 * @warnings: sources that failed without being security sources are appended.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_check(const struct update_settings *settings, const struct update_audience *audience,
	struct update_list *list, struct strv *warnings, char **why);

/* What an update brought. */
struct update_result {
	struct update_list installed; /* what was pending at its start and is not any more */
	struct strv kept;	      /* configuration files that were kept as they are */
	struct strv failed; /* scripts of packages that failed, in an update that went well, too */
	struct strv warnings; /* as for update_check() */
};

/** update_result_clear() - Release what update_run() filled. */
void update_result_clear(struct update_result *result);

/**
 * update_run() - The whole update: marker, settle, refresh, mend, download, install, list again,
 * marker away.
 * @audience: hears each step, the same one perhaps several times, which is also written to
 *            UPDATE_PROGRESS; its listener may be NULL.
 * @result: appended to, also when the update fails half-way; release with update_result_clear().
 *
 * The marker stays unless the result is 0, so that the next boot continues the update.
 *
 * Return: 0 when nothing is pending any more; 1 when everything that could be installed was, and
 * yet something is pending, which @why names; a negative errno with @why otherwise.
 */
int update_run(const struct update_settings *settings, const struct update_audience *audience,
	struct update_result *result, char **why);

/**
 * update_prefetch() - Fetch metadata and packages in advance: Prefetch=. Touches nothing that is
 * installed, writes no progress, and may be ended at any moment.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_prefetch(
	const struct update_settings *settings, const struct update_audience *audience, char **why);

/** update_was_interrupted() - Has an update begun that has not ended (or is going on)? */
bool update_was_interrupted(void);

/* What an update_look() found, as numbers. */
struct update_figures {
	size_t pending, security; /* as of a list; the latter are among the former */
	bool reboot;		  /* is one missing? */
	time_t when;		  /* it began, by the real-time clock */
};

/** update_figures() - The numbers of what update_look() found at that time. */
struct update_figures update_figures(const struct update_list *list, bool reboot, time_t when);

/**
 * update_recall() - The numbers of the last update_look() of this boot, for whom they will do: not
 * older than @max_age seconds, and neither packages nor metadata have changed since.
 * @figures: untouched on failure.
 *
 * Return: 0; -ESTALE: they do not count any more; another negative errno: there are none.
 */
int update_recall(unsigned int max_age, struct update_figures *figures);

/**
 * update_look() - What is missing, by the metadata that is there; asks nobody over the network. Its
 * numbers are kept for update_recall().
 * @list: what is pending, filled on success.
 * @missing: one sentence for each thing that is missing is appended, on failure perhaps some; not
 *           for a reboot.
 * @reboot: likewise the reasons to reboot, see update_reboot_reasons().
 *
 * Return: 0, or a negative errno with @why when something could not be found out.
 */
_must_check_ int update_look(const struct update_settings *settings, struct update_list *list,
	struct strv *missing, struct strv *reboot, char **why);

/**
 * update_size() - How much would be fetched for what is pending: what is here already is not.
 * @list: from update_look().
 * @bytes: 0 where the package manager does not tell; set on success.
 *
 * Return: 0 or a negative errno with @why.
 */
int update_size(const struct update_settings *settings, const struct update_list *list,
	unsigned long long *bytes, char **why);

/**
 * update_verify() - Is this machine updated: metadata fresh from every security source, nothing
 * pending that counts (Updates=), no interrupted update, running kernel the newest installed, no
 * process that still maps replaced libraries.
 * @missing: one sentence for each thing that is not so is appended, on failure perhaps some of
 *           them; none means verified.
 * @warnings: as for update_check().
 *
 * Return: 0 when all was looked at (see @missing for the outcome); a negative errno with @why when
 * something could not be found out, which counts as not verified.
 */
_must_check_ int update_verify(const struct update_settings *settings,
	const struct update_audience *audience, struct strv *missing, struct strv *warnings,
	char **why);

/**
 * update_reboot_reasons() - Why this machine needs a reboot: the package manager's marker, a newer
 * kernel than the running one, processes that map replaced files.
 * @reasons: one sentence for each is appended, on failure perhaps some of them.
 *
 * Return: 0 or a negative errno with @why.
 */
_must_check_ int update_reboot_reasons(struct strv *reasons, char **why);

#endif
