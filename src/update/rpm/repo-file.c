// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * [updates]
 * name=Updates of this distribution
 * baseurl=https://mirror.example/updates
 *         https://other.example/updates
 *
 * dnf skips a file that it cannot read, with a warning that nobody sees; the source in it is then
 * as good as not configured. Here it is an error.
 */

#include "update/rpm/repo-file.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/match.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static void repo_clear(struct repo *repo)
{
	free(repo->id);
	free(repo->name);
	free(repo->entry);
	free(repo->proxy);
	strv_clear(&repo->urls);
	strv_clear(&repo->keys);
}

void repos_clear(struct repos *repos)
{
	for (size_t i = 0; i < repos->count; i++)
		repo_clear(&repos->items[i]);
	free(repos->items);
	*repos = (struct repos){0};
}

const struct repo *repos_find(const struct repos *repos, const char *id)
{
	for (size_t i = repos->count; i > 0; i--)
		if (strcmp(repos->items[i - 1].id, id) == 0)
			return &repos->items[i - 1];
	return NULL;
}

bool repo_is_on(enum repo_switch value, bool otherwise)
{
	return value == REPO_UNSET ? otherwise : value == REPO_ON;
}

static int add_list(struct strv *list, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *word;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, " \t\r\n,")))
		if (*word)
			r = strv_addf(list, "%s", word);
	return r;
}

static int set_text(char **to, const char *value)
{
	char *copy = strdup(value);

	if (!copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

/* Any word that is not one of these is left to the package manager, which complains. */
enum repo_switch repo_switch(const char *value)
{
	static const char *const on[] = {"1", "yes", "true", "on"}, *const off[] = {"0", "no",
									    "false", "off"};

	for (size_t i = 0; i < ELEMENTS(on); i++)
		if (strcasecmp(value, on[i]) == 0)
			return REPO_ON;
	for (size_t i = 0; i < ELEMENTS(off); i++)
		if (strcasecmp(value, off[i]) == 0)
			return REPO_OFF;
	return REPO_UNSET;
}

/* The lists, which may go on in the next lines. NULL: @key is none of them. */
static struct strv *find_list(struct repo *repo, const char *key)
{
	if (strcmp(key, "baseurl") == 0 || strcmp(key, "mirrorlist") == 0 ||
		strcmp(key, "metalink") == 0)
		return &repo->urls;
	return strcmp(key, "gpgkey") == 0 ? &repo->keys : NULL;
}

static int set(struct repo *repo, const char *key, const char *value)
{
	struct strv *list = find_list(repo, key);

	if (list)
		return add_list(list, value);
	if (strcmp(key, "name") == 0)
		return set_text(&repo->name, value);
	if (strcmp(key, "proxy") == 0)
		return set_text(&repo->proxy, value);
	if (strcmp(key, "enabled") == 0)
		repo->enabled = repo_switch(value);
	if (strcmp(key, "gpgcheck") == 0 || strcmp(key, "pkg_gpgcheck") == 0)
		repo->gpgcheck = repo_switch(value);
	if (strcmp(key, "repo_gpgcheck") == 0)
		repo->repo_gpgcheck = repo_switch(value);
	return 0;
}

static int append(struct repos *repos, const char *id, const char *path, unsigned int line)
{
	struct repo *larger = reallocarray(repos->items, repos->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	repos->items = larger;
	larger[repos->count] = (struct repo){
		.id = strdup(id), .name = strdup(id), .entry = strdup_printf("%s:%u", path, line)};
	if (larger[repos->count].id && larger[repos->count].name && larger[repos->count].entry) {
		repos->count++;
		return 0;
	}
	repo_clear(&larger[repos->count]);
	return -ENOMEM;
}

/* Where a file is being read. */
struct place {
	struct repos *repos;
	const char *path;
	char **why;
};

static int begin_repo(void *context, const char *name, unsigned int line)
{
	const struct place *place = context;

	return append(place->repos, name, place->path, line);
}

/* There is none in front of the first section, and so always a repository. */
static int add_setting(void *context, const struct ini_entry *entry)
{
	const struct repos *repos = ((const struct place *)context)->repos;

	return set(&repos->items[repos->count - 1], entry->key, entry->value);
}

static int refuse_line(void *context, enum ini_problem problem, unsigned int line)
{
	const struct place *place = context;

	return fail(place->why, EINVAL,
		"%s:%u: %s, so that it is not known which sources this machine has; correct it, "
		"then run cordon update again",
		place->path, line, _(ini_problem_text(problem)));
}

const struct ini_dialect repo_dialect = {
	.continuation = INI_INDENT,
	.comments = "#;",
	.trailing = "",
	.quotes = true,
};

static bool leads_nowhere(const char *url)
{
	static const char *const schemes[] = {
		"file:", "cd:", "dvd:", "hd:", "iso:", "dir:", "media:", "/"};

	for (size_t i = 0; i < ELEMENTS(schemes); i++)
		if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0)
			return true;
	return false;
}

static bool is_local(const struct repo *repo)
{
	for (size_t i = 0; i < repo->urls.count; i++)
		if (!leads_nowhere(repo->urls.items[i]))
			return false;
	return repo->urls.count > 0;
}

int repo_file_parse(const char *text, const char *path, struct repos *repos, char **why)
{
	static const struct ini_visitor visitor = {begin_repo, add_setting, refuse_line};
	const size_t first = repos->count;
	struct place place = {repos, path, why};
	int r = ini_parse(text, strlen(text), &repo_dialect, &visitor, &place);

	for (size_t i = first; i < repos->count; i++)
		repos->items[i].local = is_local(&repos->items[i]);
	return r == -EFBIG ? fail(why, EFBIG, "%s: not read: it is longer than 1 MiB", path) : r;
}

int repo_file_read(const char *path, struct repos *repos, char **why)
{
	_cleanup_free_ char *content = NULL;
	int r = file_read_text_in("", path, INI_SIZE_MAX, &content, why);

	return r < 0 ? r : repo_file_parse(content, path, repos, why);
}

static bool is_repo_file(const char *name)
{
	return name[0] != '.' && ends_with(name, ".repo");
}

bool repo_files_exist(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_repo_file(entry->d_name))
			return true;
	return false;
}

int repo_files_load(const char *folder, struct repos *repos, char **why)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r = file_list_in("", folder, &names);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return fail(why, -r, "%s: cannot be read: %s", folder, strerror(-r));
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folder, names.items[i]);

		if (!path)
			return -ENOMEM;
		if (is_repo_file(names.items[i]))
			r = repo_file_read(path, repos, why);
	}
	/* One that went away since, or a link to nothing. */
	return r == -ENOENT ? fail(why, ENOENT, "%s: a file is gone; run this again", folder) : r;
}
