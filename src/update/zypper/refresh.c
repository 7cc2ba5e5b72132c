// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching metadata, one repository at a time: zypper's exit status is one for all of them, and
 * 102 hides that one was skipped.
 *
 * A repository whose signature nobody checks is fetched nevertheless, for only its metadata tell
 * whether it is one that matters; it counts as failed.
 */

#include "update/zypper/zypper.h"

#include "update/refresh.h"
#include "update/rpm/repomd.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

#define SERVICES "/etc/zypp/services.d"

int zypper_repos_load(struct repos *repos, char **why)
{
	int r = repo_file_read(ZYPPER_CONF, repos, why);

	return r < 0 && r != -ENOENT ? r : repo_files_load(ZYPPER_REPOS, repos, why);
}

static bool is_of_conf(const struct repo *repo)
{
	return strncmp(repo->entry, ZYPPER_CONF ":", strlen(ZYPPER_CONF ":")) == 0;
}

bool zypper_repo_counts(const struct repos *repos, const struct repo *repo)
{
	return !is_of_conf(repo) && repo_is_on(repo->enabled, true) &&
	       repos_find(repos, repo->id) == repo;
}

/* A repository may be called "main", too. */
static const struct repo *find_defaults(const struct repos *repos)
{
	for (size_t i = 0; i < repos->count; i++)
		if (is_of_conf(&repos->items[i]) && strcmp(repos->items[i].id, "main") == 0)
			return &repos->items[i];
	return NULL;
}

char *zypper_repomd_path(const char *alias)
{
	_cleanup_free_ char *folder = strdup(alias);

	/* As libzypp does it. */
	for (char *at = folder; at && *at; at++)
		if (*at == '/')
			*at = '_';
	return folder ? strdup_printf("%s/%s/repodata/repomd.xml", ZYPPER_RAW, folder) : NULL;
}

/* What is on disk was torn, by a power cut for example; zypper finds that its source has nothing
 * newer, and does not fetch it again. */
static bool is_torn(const struct output *output)
{
	static const char word[] = "Failed to cache repo";

	return (output->error && strstr(output->error, word)) ||
	       (output->out && strstr(output->out, word));
}

/* Runs a refresh; NULL in *failure: it went well. 1: it did not, and --force may help. */
static int fetch(
	const char *const *argv, const struct update_audience *audience, char **failure, char **why)
{
	const struct call call = {.argv = argv,
		.limit = LIMIT_METADATA,
		.waits = true,
		.audience = audience,
		.fetches = zypper_folders};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL, *late = NULL;
	int r = zypper_call(&call, &output, &late);

	if (r == -ETIMEDOUT) {
		*failure = strdup_printf("%s", late ? late : _("it did not answer in time"));
		return *failure ? 0 : -ENOMEM;
	}
	if (r < 0)
		return late ? fail(why, -r, "%s", late) : r;
	if (output.status == 0)
		return 0;
	reason = zypper_reason(&output);
	*failure = strdup_printf(_("%s; correct it or make it reachable"), reason ? reason : "");
	return !*failure ? -ENOMEM : is_torn(&output) ? 1 : 0;
}

static int fetch_source(
	const char *alias, const struct update_audience *audience, char **failure, char **why)
{
	/* Not with -q: zypper 1.14.89 would not say then which key it does not trust. */
	const char *argv[] = {ZYPPER_COMMON, "refresh", "--", alias, NULL};
	const char *anew[] = {ZYPPER_COMMON, "refresh", "--force", "--", alias, NULL};
	int r = fetch(argv, audience, failure, why);

	if (r <= 0)
		return r;
	free(TAKE_PTR(*failure));
	r = fetch(anew, audience, failure, why);
	return r < 0 ? r : 0;
}

/*
 * What zypper lets pass. Where nothing is said of the metadata, what is said of packages counts for
 * them, too; and a signature that is to be checked has to be there.
 */
static int find_doubt(
	const struct repo *repo, const struct repo *defaults, const char *repomd, char **doubt)
{
	_cleanup_free_ char *signature = strdup_printf("%s.asc", repomd);
	const enum repo_switch general = defaults ? defaults->repo_gpgcheck : REPO_UNSET;
	struct repo effective = *repo;
	int r;

	if (!signature)
		return -ENOMEM;
	if (effective.repo_gpgcheck == REPO_UNSET && general == REPO_UNSET)
		effective.repo_gpgcheck = effective.gpgcheck != REPO_UNSET ? effective.gpgcheck
					  : defaults			   ? defaults->gpgcheck
									   : REPO_UNSET;
	r = repo_check_trust(&effective, defaults, true, doubt);
	if (r < 0 || *doubt || repo->local || !file_exists(repomd) || file_exists(signature))
		return r;
	if (!repo_is_on(effective.repo_gpgcheck, repo_is_on(general, true)))
		return 0;
	*doubt = strdup(
		_("its metadata are not signed: anybody on the way could say that nothing is "
		  "pending; use another"));
	return *doubt ? 0 : -ENOMEM;
}

static int add_source(const struct repo *repo, const struct repo *defaults,
	const struct update_audience *audience, struct update_sources *sources, char **why)
{
	_cleanup_free_ char *name = repo_title(repo), *path = zypper_repomd_path(repo->id);
	_cleanup_free_ char *failure = NULL,
			    *missing = strdup_printf(
				    _("zypper fetched it, and its metadata are not in %s"),
				    ZYPPER_RAW);
	struct update_source source = {.name = name, .entry = repo->entry, .local = repo->local};
	int r = name && path && missing ? fetch_source(repo->id, audience, &failure, why) : -ENOMEM;

	if (r == 0 && !failure)
		r = find_doubt(repo, defaults, path, &failure);
	if (r == 0)
		r = repomd_judge(path, missing, &source, &failure, why);
	source.failure = failure;
	return r < 0 ? r : update_sources_add(sources, &source);
}

/* Services, as those of SUSE's customer centre, say which repositories there are. */
static int refresh_services(
	const struct update_audience *audience, struct update_sources *sources, char **why)
{
	static const char *const argv[] = {ZYPPER_COMMON, "-q", "refresh-services", NULL};
	_cleanup_(strv_clear) struct strv names = {0};
	_cleanup_free_ char *failure = NULL;
	int r = file_list_in("", SERVICES, &names);

	if (r == -ENOENT || (r == 0 && names.count == 0))
		return 0;
	if (r == 0)
		r = fetch(argv, audience, &failure, why);
	if (r < 0 || !failure)
		return r;
	return update_sources_add(sources, &(struct update_source){.name = (char *)"services",
						   .entry = (char *)SERVICES,
						   .role = SOURCE_OTHER,
						   .failure = failure});
}

int zypper_refresh(
	const struct update_audience *audience, struct update_sources *sources, char **why)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	int r = refresh_services(audience, sources, why);

	if (r == 0)
		r = zypper_repos_load(&repos, why);
	for (size_t i = 0; r == 0 && i < repos.count; i++) {
		if (!zypper_repo_counts(&repos, &repos.items[i]))
			continue;
		refresh_tell(audience, repos.items[i].id, i, repos.count);
		r = add_source(&repos.items[i], find_defaults(&repos), audience, sources, why);
	}
	return r;
}
