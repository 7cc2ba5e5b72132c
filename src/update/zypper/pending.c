// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is pending, by the metadata that are there.
 *
 * zypper would fetch what it has never had, and ask whether to trust it, even with --no-refresh;
 * and a repository that it cannot load it skips. So it is asked only when it has them all.
 */

#include "update/zypper/zypper.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>

/* More names in one question would be no use: the machine is old enough to be asked twice. */
#define NAMES_MAX 200

static const char unknown[] = N_("which updates are pending");

static int check_metadata(char **why)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	int r = zypper_repos_load(&repos, why);

	for (size_t i = 0; r == 0 && i < repos.count; i++) {
		_cleanup_free_ char *path = zypper_repomd_path(repos.items[i].id);

		if (!path)
			return -ENOMEM;
		if (zypper_repo_counts(&repos, &repos.items[i]) && !file_exists(path))
			r = fail(why, ENODATA,
				"the metadata of %s (%s) were never fetched, so it is not known "
				"which updates are pending; cordon update fetches them",
				repos.items[i].id, repos.items[i].entry);
	}
	return r;
}

static int load_updates(bool all, struct update_list *list, char **why)
{
	const char *argv[] = {ZYPPER_ASK, "list-updates", all ? "--all" : NULL, NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = zypper_query(argv, &output, why);

	if (r == 0)
		r = zypper_updates_parse(output.out, list);
	return call_understood(r, "zypper list-updates", unknown, why);
}

static int load_fixes(
	const struct zypper_patches *patches, size_t first, struct zypper_fixes *fixes, char **why)
{
	static const char *const begin[] = {ZYPPER_ASK, "info", "-t", "patch", "--"};
	const char *argv[ELEMENTS(begin) + NAMES_MAX + 1] = {NULL};
	_cleanup_(output_clear) struct output output = {0};
	size_t count = ELEMENTS(begin);
	int r;

	for (size_t i = 0; i < ELEMENTS(begin); i++)
		argv[i] = begin[i];
	for (size_t i = first; i < patches->count && i < first + NAMES_MAX; i++)
		argv[count++] = patches->items[i].name;
	r = zypper_query(argv, &output, why);
	if (r == 0)
		r = zypper_fixes_parse(output.out, fixes);
	return call_understood(r, "zypper info", unknown, why);
}

int zypper_patches_load(struct zypper_patches *patches, struct zypper_fixes *fixes, char **why)
{
	static const char *const argv[] = {ZYPPER_ASK, "list-patches", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = zypper_query(argv, &output, why);

	if (r == 0)
		r = zypper_patches_parse(output.out, patches);
	r = call_understood(r, "zypper list-patches", unknown, why);
	for (size_t i = 0; r == 0 && i < patches->count; i += NAMES_MAX)
		r = load_fixes(patches, i, fixes, why);
	return r;
}

static int load_locks(struct strv *names, char **why)
{
	static const char *const argv[] = {ZYPPER_ASK, "locks", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = zypper_query(argv, &output, why);

	if (r == 0)
		r = zypper_locks_parse(output.out, names);
	return call_understood(r, "zypper locks", unknown, why);
}

int zypper_pending(struct update_list *list, char **why)
{
	_cleanup_(update_list_clear) struct update_list all = {0}, now = {0}, joined = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
	_cleanup_(zypper_fixes_clear) struct zypper_fixes fixes = {0};
	_cleanup_(strv_clear) struct strv locks = {0};
	int r = check_metadata(why);

	if (r == 0)
		r = load_updates(true, &all, why);
	if (r == 0)
		r = load_updates(false, &now, why);
	if (r == 0)
		r = zypper_patches_load(&patches, &fixes, why);
	if (r == 0 && (all.count > now.count || patches.count > 0))
		r = load_locks(&locks, why);
	if (r == 0)
		r = zypper_join(&all, &now, &patches, &fixes, &locks, zypper_is_rolling(), &joined);
	if (r < 0)
		return r;
	*list = joined;
	joined = (struct update_list){0};
	return 0;
}
