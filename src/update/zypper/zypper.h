/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_ZYPPER_ZYPPER_H
#define CORDON_UPDATE_ZYPPER_ZYPPER_H

/*
 * What the files of the zypper backend share. backend.c holds the backend.
 */

#include "update/backend.h"
#include "update/manager/call.h"
#include "update/rpm/repo-file.h"
#include "update/zypper/xml.h"
#include "util/must-check.h"

#define ZYPPER	     "/usr/bin/zypper"
#define ZYPPER_REPOS "/etc/zypp/repos.d"
#define ZYPPER_CONF  "/etc/zypp/zypp.conf"
#define ZYPPER_RAW   "/var/cache/zypp/raw"

/* A patch that was installed wants a reboot: zypper says so once, by its exit status. */
#define ZYPPER_REBOOT RUN_DIRECTORY "/zypper-reboot"

/* How zypper is called: it answers its questions itself, and cautiously. */
#define ZYPPER_COMMON ZYPPER, "-n"
#define ZYPPER_DO     ZYPPER, "-n", "--no-refresh", "--xmlout"
#define ZYPPER_ASK    ZYPPER, "-q", "-n", "--no-refresh", "--xmlout"

/* Exit statuses, see zypper(8), EXIT CODES. */
enum zypper_status {
	ZYPPER_LOCKED = 7,
	ZYPPER_REBOOT_NEEDED = 102, /* may hide those with greater numbers */
	ZYPPER_RESTART_NEEDED = 103,
	ZYPPER_REPOSITORY_SKIPPED = 106,
	ZYPPER_SCRIPT_FAILED = 107,
};

/* Where it keeps what it fetches, and where it fetches it to. */
extern const char *const zypper_folders[];

/** zypper_call() - call_run(); retry_reason and reason are filled in, and environment unless it is
 * set.
 */
int zypper_call(const struct call *call, struct output *output, char **why);

/**
 * zypper_query() - zypper_call() for a question, which waits for no lock; any exit status other
 * than 0 is an error.
 *
 * Return: 0 with @output->out set; -EIO with *why when zypper failed; otherwise as call_run().
 */
int zypper_query(const char *const *argv, struct output *output, char **why);

/** zypper_reason() - Why a call failed, in one line. Return: malloc'ed; NULL: -ENOMEM. */
char *zypper_reason(const struct output *output);

/**
 * zypper_reason_find() - The telling line in zypper's output.
 *
 * Return: malloc'ed; NULL when there is none, or memory is short.
 */
char *zypper_reason_find(const char *out, const char *error);

/**
 * zypper_repos_load() - The repositories that are configured, and zypp.conf.
 *
 * Return: 0 or a negative errno with @why.
 */
int zypper_repos_load(struct repos *repos, char **why);

/**
 * zypper_repo_counts() - Does zypper take updates from it: is it on, and the last of its alias?
 * What stands in zypp.conf is none.
 */
bool zypper_repo_counts(const struct repos *repos, const struct repo *repo);

/** zypper_repomd_path() - Where its repomd.xml is kept. Return: malloc'ed; NULL: -ENOMEM. */
char *zypper_repomd_path(const char *alias);

/** zypper_is_rolling() - Tumbleweed: "zypper update" is not how that is updated. */
bool zypper_is_rolling(void);

/**
 * zypper_patches_load() - Ask for the patches that are needed or locked, and their packages.
 *
 * Return: 0 or a negative errno with @why.
 */
int zypper_patches_load(struct zypper_patches *patches, struct zypper_fixes *fixes, char **why);

/**
 * zypper_join() - What list-updates, list-patches and info say, in one list. Pure.
 * @all: of list-updates --all.
 * @now: of list-updates: what can be installed now.
 * @locks: names and patterns of what is locked.
 * @rolling: what cannot be installed now is pending, too: "zypper dup" may be able to.
 * @list: appended to; on failure some may have been.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int zypper_join(const struct update_list *all, const struct update_list *now,
	const struct zypper_patches *patches, const struct zypper_fixes *fixes,
	const struct strv *locks, bool rolling, struct update_list *list);

/* The patches to be installed: those of zypper itself alone, as long as there are any. */
struct zypper_choice {
	struct zypper_patches patches; /* all that there are, and their packages */
	struct zypper_fixes fixes;
	const char **names; /* NULL at the end */
	size_t count;
	bool pkgmanager; /* they are those of zypper itself */
	bool restart;
};

/**
 * zypper_choose() - Choose among the patches that there are now.
 * @list: what pending() said.
 * @downloads: patches of zypper itself are fetched together with all others.
 * @choice: released with zypper_choice_clear(), also on failure.
 *
 * Return: 0 or a negative errno with @why.
 */
int zypper_choose(const struct update_list *list, bool security_only, bool downloads,
	struct zypper_choice *choice, char **why);

/** zypper_choice_clear() - Release what zypper_choose() filled. */
void zypper_choice_clear(struct zypper_choice *choice);

/**
 * zypper_patch_argv() - The command that installs the patches, or all.
 * Return: malloc'ed, refers to @choice; NULL: -ENOMEM.
 */
const char **zypper_patch_argv(const struct zypper_choice *choice, bool all, bool downloads);

/**
 * zypper_update_argv() - The command that brings the packages of the list. By name, where something
 * is withheld that zypper itself would not withhold.
 * Return: malloc'ed, refers to @list; NULL: -ENOMEM.
 */
const char **zypper_update_argv(const struct update_list *list, bool downloads);

/* Members of the backend that have files of their own. */
int zypper_refresh(
	const struct update_audience *audience, struct update_sources *sources, char **why);
int zypper_pending(struct update_list *list, char **why);
int zypper_mend(const struct update_audience *audience, char **why);
int zypper_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why);
int zypper_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why);
int zypper_automatic(struct update_automatic *state, char **why);
int zypper_automate(char **why);

/* Its own files only: the ports of sources, keys and proxies. */
int zypper_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why);

/** zypper_proxies_parse() - The proxies in /etc/sysconfig/proxy that are on. Return: 0, -ENOMEM. */
int zypper_proxies_parse(
	const char *content, void (*add)(void *context, const char *uri), void *context);

#endif
