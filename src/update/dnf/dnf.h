/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_DNF_DNF_H
#define CORDON_UPDATE_DNF_DNF_H

/*
 * What the files of the dnf backend share. backend.c holds the backend.
 */

#include "update/backend.h"
#include "update/manager/call.h"
#include "update/rpm/repo-file.h"

#define DNF "/usr/bin/dnf"

/* Where its metadata are: told to it, so that cordon looks where it has put them. */
#define DNF_CACHE "/var/cache/dnf"

#define DNF_CONF "/etc/dnf/dnf.conf"

/* How every call begins: no question, and an answer where another one is at work. */
#define DNF_COMMON DNF, "-y", "--setopt=exit_on_lock=1", "--setopt=cachedir=" DNF_CACHE

/* Ends on a mirror that sends nothing, or next to nothing; as struct drip has it. */
#define DNF_FETCHING "--setopt=timeout=30", "--setopt=minrate=1000", "--setopt=retries=2"

/**
 * dnf_call() - call_run() of dnf.
 * @call: retry_reason and reason are filled in; with @call->fetches it may be ended.
 */
int dnf_call(const struct call *call, struct output *output, char **why);

/**
 * dnf_query() - dnf_call() for what only answers: any exit status other than 0 is an error.
 *
 * Return: 0; -EIO with *why when dnf failed; otherwise as run_command().
 */
int dnf_query(const char *const *argv, struct output *output, char **why);

/** dnf_reason() - Why a call failed. Return: malloc'ed; NULL when memory is short. */
char *dnf_reason(const struct output *output);

/* For struct call: its downloads may be ended. Whether they are worth it, minrate= decides. */
extern const char *const dnf_folders[];

/** dnf_is_downloading() - For struct call: false. */
bool dnf_is_downloading(const char *line);

/**
 * dnf_repos_load() - All sections of dnf.conf and of the .repo files; [main] among them.
 *
 * Return: 0 or a negative errno with @why.
 */
int dnf_repos_load(struct repos *repos, char **why);

/**
 * dnf_repomd_find() - The repomd.xml that dnf has fetched for a source, the newest if its address
 * was changed.
 *
 * Return: malloc'ed path; NULL: none, or memory is short.
 */
char *dnf_repomd_find(const char *cache, const char *id);

/** dnf_applies() - Does an automatic.conf say apply_updates = yes? */
bool dnf_applies(const char *conf);

/* Members of the backend that have files of their own. */
int dnf_refresh(const struct update_audience *audience, struct update_sources *sources, char **why);
int dnf_pending(struct update_list *list, char **why);
int dnf_mend(const struct update_audience *audience, char **why);
int dnf_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why);
int dnf_size(const struct update_list *list, const struct update_settings *settings,
	unsigned long long *bytes, char **why);
int dnf_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why);
int dnf_automatic(struct update_automatic *state, char **why);
int dnf_automate(char **why);

#endif
