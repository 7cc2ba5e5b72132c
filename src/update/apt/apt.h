/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_APT_APT_H
#define CORDON_UPDATE_APT_APT_H

/*
 * What the files of the apt backend share. backend.c holds the backend.
 */

#include "update/apt/source.h"
#include "update/backend.h"
#include "update/manager/call.h"

#define APT_GET	   "/usr/bin/apt-get"
#define APT_CACHE  "/usr/bin/apt-cache"
#define APT_CONFIG "/usr/bin/apt-config"

#define DPKG	   "/usr/bin/dpkg"
#define DPKG_QUERY "/usr/bin/dpkg-query"

/**
 * apt_call() - call_run() of a program of apt or dpkg, in such a way that it asks nobody anything.
 * @call: environment, retry_reason and reason are filled in.
 */
int apt_call(const struct call *call, struct output *output, char **why);

/* Where apt keeps what it fetches, by its own configuration. */
struct apt_folders {
	char *lists;	/* "/var/lib/apt/lists/" */
	char *archives; /* "/var/cache/apt/archives/" */
	char *partial[2];
	const char *all[5]; /* for struct call */
};

/**
 * apt_folders_find() - Ask apt-config.
 * @folders: released with apt_folders_clear().
 *
 * Return: 0 or a negative errno with @why.
 */
int apt_folders_find(struct apt_folders *folders, char **why);

/** apt_folders_clear() - Release what apt_folders_find() filled. */
void apt_folders_clear(struct apt_folders *folders);

/** apt_is_downloading() - Does apt say with this line that it is fetching? With APT::Status-Fd=1.
 */
bool apt_is_downloading(const char *line);

/**
 * apt_query() - apt_call() for a program that only answers: one attempt, and any exit status other
 * than 0 is an error.
 *
 * Return: 0; -EIO with *why when the program failed; otherwise as run_command().
 */
int apt_query(const char *const *argv, struct output *output, char **why);

/**
 * apt_reason() - Why a call failed, in one line of apt's or dpkg's own words.
 *
 * Return: malloc'ed, owned by the caller; NULL when memory is short.
 */
char *apt_reason(const struct output *output);

/**
 * apt_explain() - What apt said of a source, and what to do about it; apt's closing advice fits
 * neither the clock nor the lock.
 * @reason: of struct apt_failure.
 *
 * Return: malloc'ed, owned by the caller; NULL when memory is short.
 */
char *apt_explain(const char *reason);

/**
 * apt_release_doubt() - Is a source's date to be believed, by when it was signed?
 * @date: of its Release file.
 * @signed_on: see apt_signature_date(); 0: not known.
 *
 * @doubt: a sentence that says why not, malloc'ed and owned by the caller; untouched where it is.
 *
 * Return: 0 or -ENOMEM.
 */
int apt_release_doubt(time_t date, time_t signed_on, char **doubt);

/**
 * apt_sources_configured() - What is in sources.list, fetched yet or not.
 * @sources: sources are appended; only those that their name tells are marked as security sources.
 *
 * Takes about 10 ms, and works at early boot: opens neither lists nor caches and writes nothing.
 *
 * Return: 0 or a negative errno with @why.
 */
int apt_sources_configured(struct apt_sources *sources, char **why);

/**
 * apt_sources_load() - apt_sources_configured(), and labels of what has been fetched count too.
 *
 * Return: 0 or a negative errno with @why.
 */
int apt_sources_load(struct apt_sources *sources, char **why);

/**
 * apt_kernels_pending() - Add the newer kernel that is on offer, where nothing would install it.
 * @installed: all packages, see apt_kernels_newest().
 * @list: what else is pending; the kernel is appended, withheld. On failure some may have been.
 *
 * Return: 0 or a negative errno with @why.
 */
int apt_kernels_pending(const char *installed, struct update_list *list, char **why);

/* Members of the backend that have files of their own. */
int apt_refresh(const struct update_audience *audience, struct update_sources *sources, char **why);
int apt_pending(struct update_list *list, char **why);
int apt_unfinished(char **why);
int apt_settle(const struct update_audience *audience, char **why);
int apt_mend(const struct update_audience *audience, char **why);
int apt_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why);
int apt_size(const struct update_list *list, const struct update_settings *settings,
	unsigned long long *bytes, char **why);
int apt_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why);
int apt_automatic(struct update_automatic *state, char **why);
int apt_automate(char **why);
int apt_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why);

#endif
