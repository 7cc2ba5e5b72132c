// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching metadata, one source at a time: dnf's exit status is one for all of them, and
 * skip_if_unavailable=1, which many sources have, turns every failure into success, that of a
 * signature included.
 *
 * Which sources there are is asked of dnf itself, so that none is overlooked that a plugin or an
 * override brings; the configuration tells where each stands and who checks it.
 */

#include "update/dnf/dnf.h"

#include "update/dnf/parse.h"
#include "update/refresh.h"
#include "update/rpm/repomd.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define HASH_DIGITS 16

int dnf_repos_load(struct repos *repos, char **why)
{
	static const char *const folders[] = {
		"/etc/yum.repos.d", "/etc/yum/repos.d", "/etc/distro.repos.d"};
	int r = repo_file_read(DNF_CONF, repos, why);

	if (r == -ENOENT)
		r = 0;
	for (size_t i = 0; r == 0 && i < ELEMENTS(folders); i++)
		r = repo_files_load(folders[i], repos, why);
	return r;
}

static int ids_of_dnf(struct strv *ids, char **why)
{
	static const char *const argv[] = {DNF_COMMON, "-q", "-C", "repolist", "--enabled", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = dnf_query(argv, &output, why);

	if (r == 0)
		r = dnf_repos_parse(output.out ? output.out : "", ids);
	return call_understood(r, "dnf repolist", N_("which sources this machine has"), why);
}

/* "ID-0123456789abcdef": the digits stand for its address. */
static bool is_folder_of(const char *name, const char *id)
{
	const size_t length = strlen(id);

	return strncmp(name, id, length) == 0 && name[length] == '-' &&
	       strspn(name + length + 1, "0123456789abcdef") == HASH_DIGITS &&
	       name[length + 1 + HASH_DIGITS] == '\0';
}

/* dnf touches a file of the folder when it finds that nothing is new. */
static time_t newest_in(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;
	time_t newest = 0;

	while (dir && (entry = readdir(dir)))
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode) && st.st_mtime > newest)
			newest = st.st_mtime;
	return newest;
}

char *dnf_repomd_find(const char *cache, const char *id)
{
	_cleanup_closedir_ DIR *dir = opendir(cache);
	_cleanup_free_ char *found = NULL;
	struct dirent *entry;
	time_t newest = 0;

	while (dir && (entry = readdir(dir))) {
		_cleanup_free_ char *folder = NULL, *path = NULL;
		time_t date;

		if (!is_folder_of(entry->d_name, id))
			continue;
		folder = strdup_printf("%s/%s/repodata", cache, entry->d_name);
		path = folder ? strdup_printf("%s/repomd.xml", folder) : NULL;
		date = path && file_exists(path) ? newest_in(folder) : 0;
		if (date <= newest)
			continue;
		newest = date;
		free(found);
		found = TAKE_PTR(path);
	}
	return TAKE_PTR(found);
}

/* Fetches it. NULL in *failure: it is fresh. */
static int fetch(const char *id, const struct update_audience *audience, char **failure, char **why)
{
	_cleanup_free_ char *only = strdup_printf("--repo=%s", id), *reason = NULL;
	const char *argv[] = {DNF_COMMON, DNF_FETCHING, "--setopt=*.skip_if_unavailable=0",
		"--refresh", only, "makecache", NULL};
	const struct call call = {.argv = argv,
		.limit = LIMIT_METADATA,
		.waits = true,
		.audience = audience,
		.fetches = dnf_folders};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *late = NULL;
	int r = only ? dnf_call(&call, &output, &late) : -ENOMEM;

	if (r == -ETIMEDOUT) {
		*failure = strdup_printf("%s", late ? late : _("it did not answer in time"));
		return *failure ? 0 : -ENOMEM;
	}
	if (r < 0)
		return late ? fail(why, -r, "%s", late) : r;
	if (output.status == 0)
		return 0;
	reason = dnf_reason(&output);
	*failure = strdup_printf(_("%s; correct it or make it reachable"), reason ? reason : "");
	return *failure ? 0 : -ENOMEM;
}

static int judge(const char *id, struct update_source *source, char **failure, char **why)
{
	_cleanup_free_ char *path = dnf_repomd_find(DNF_CACHE, id);
	_cleanup_free_ char *missing =
		strdup_printf(_("dnf fetched it, and its metadata are not in %s"), DNF_CACHE);

	return missing ? repomd_judge(path, missing, source, failure, why) : -ENOMEM;
}

static int add_source(const char *id, const struct repos *repos,
	const struct update_audience *audience, struct update_sources *sources, char **why)
{
	const struct repo *repo = repos_find(repos, id);
	_cleanup_free_ char *name = repo ? repo_title(repo) : strdup(id), *failure = NULL;
	struct update_source source = {
		.name = name,
		.entry = repo ? repo->entry : (char *)_("dnf's configuration"),
		.local = repo && repo->local,
	};
	int r = name ? 0 : -ENOMEM;

	/* Before dnf is told to take its key. */
	if (r == 0 && repo)
		r = repo_check_trust(repo, repos_find(repos, "main"), false, &failure);
	if (r == 0 && !failure)
		r = fetch(id, audience, &failure, why);
	if (r == 0)
		r = judge(id, &source, &failure, why);
	source.failure = failure;
	return r < 0 ? r : update_sources_add(sources, &source);
}

int dnf_refresh(const struct update_audience *audience, struct update_sources *sources, char **why)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	_cleanup_(strv_clear) struct strv ids = {0};
	int r = dnf_repos_load(&repos, why);

	if (r == 0)
		r = ids_of_dnf(&ids, why);
	for (size_t i = 0; r == 0 && i < ids.count; i++) {
		refresh_tell(audience, ids.items[i], i, ids.count);
		r = add_source(ids.items[i], &repos, audience, sources, why);
	}
	return r;
}
