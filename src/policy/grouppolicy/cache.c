// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finding the policies that were cached.
 *
 * samba-gpupdate copies the domain's sysvol in upper case, adsys as it is; so names below the cache
 * compare without case. Both write as root into folders of root's, and anything else is suspect:
 * who can write a folder can put a policy there, or take the one away that decides. That is damage,
 * and so is a tree that is larger than any domain's. What is found is not opened here.
 *
 * A policy's folders User and, below Machine, scripts and the like, may be large and are left
 * alone.
 */

#include "policy/grouppolicy/cache.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DEPTH_MAX   8 /* Samba: REALM/POLICIES/{GUID}/MACHINE */
#define ENTRIES_MAX 16384
#define FILES_MAX   256
#define SHOWN_MAX   400
#define DAMAGE_MAX  10 /* one is as bad as a hundred */

struct search {
	const char *root;
	struct strv *files, *damage;
	size_t entries; /* seen so far */
};

static int report(struct search *search, const char *path, const char *what)
{
	_cleanup_free_ char *shown = printable(path, SHOWN_MAX);

	if (search->damage->count >= DAMAGE_MAX)
		return 0;
	return shown ? strv_addf(search->damage, "%s: %s", shown, what) : -ENOMEM;
}

static int look(const struct search *search, const char *path, int flags, struct stat *st)
{
	_cleanup_close_ int fd = file_open_in(search->root, path, O_PATH | flags);

	if (fd < 0)
		return fd;
	return fstat(fd, st) < 0 ? -errno : 0;
}

/* 0: it may be searched; 1: not, and @search says why; -ENOENT: there is none. */
static int check_folder(struct search *search, const char *path)
{
	struct stat st;
	int r = look(search, path, 0, &st);

	if (r == -ENOENT || r == -ENOMEM)
		return r;
	if (r < 0)
		r = report(search, path, strerror(-r));
	else if (!S_ISDIR(st.st_mode))
		r = report(search, path, _("not a folder, where one with policies is expected"));
	else if (st.st_uid != 0 || st.st_mode & (S_IWGRP | S_IWOTH))
		r = report(search, path,
			_("users other than root may write this folder, so no policy below it is "
			  "believed; chown root and chmod go-w it"));
	else
		return 0;
	return r < 0 ? r : 1;
}

static int search_folder(struct search *search, const char *path, bool is_machine, int depth);

static int add_policy(struct search *search, const char *path, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return report(search, path, _("not a regular file, so it is not read"));
	if (search->files->count >= FILES_MAX)
		return report(search, path, _("more policies than can be meant"));
	return strv_addf(search->files, "%s", path);
}

static bool is_left_alone(const char *name)
{
	/* adsys keeps programs and pictures for all machines in assets. */
	return strcasecmp(name, "User") == 0 || strcasecmp(name, "assets") == 0;
}

/* Links, which neither Samba nor adsys makes, are not followed. */
static int search_entry(
	struct search *search, const char *folder, const char *name, bool is_machine, int depth)
{
	bool is_policy = is_machine && strcasecmp(name, "Registry.pol") == 0;
	_cleanup_free_ char *path = strdup_printf("%s/%s", folder, name);
	struct stat st;
	int r;

	if (!path)
		return -ENOMEM;
	if (!is_policy && ((is_machine && depth > 0) || is_left_alone(name)))
		return 0;
	r = look(search, path, O_NOFOLLOW, &st);
	/* samba-gpupdate's temporary files come and go. */
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r == -ENOMEM ? r : report(search, path, strerror(-r));
	if (is_policy)
		return add_policy(search, path, &st);
	if (!S_ISDIR(st.st_mode))
		return 0;
	return search_folder(search, path, strcasecmp(name, "Machine") == 0, depth + 1);
}

static int list_folder(struct search *search, const char *path, struct strv *names)
{
	int r = file_list_in(search->root, path, names);

	if (r < 0 && r != -ENOMEM && r != -E2BIG)
		r = report(search, path, strerror(-r));
	search->entries += names->count;
	if (r == -E2BIG || search->entries > ENTRIES_MAX) {
		strv_clear(names);
		r = report(search, path, _("more entries than can be meant, so not all were seen"));
	}
	return r;
}

/* @is_machine: a Registry.pol in this folder is one for the machine. */
static int search_folder(struct search *search, const char *path, bool is_machine, int depth)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r;

	if (depth > DEPTH_MAX)
		return report(search, path, _("deeper than can be meant, so it was not searched"));
	r = check_folder(search, path);
	if (r != 0)
		return r == -ENOMEM ? r : 0;
	r = list_folder(search, path, &names);
	for (size_t i = 0; r == 0 && i < names.count; i++)
		r = search_entry(search, path, names.items[i], is_machine, depth);
	return r;
}

struct cache {
	const char *above;  /* whoever may write here may replace the next */
	const char *folder; /* with the policies somewhere below */
};

static int search_cache(struct search *search, const struct cache *cache)
{
	int r;

	if (!file_exists_in(search->root, cache->folder))
		return 0;
	r = check_folder(search, cache->above);
	if (r != 0)
		return r == -ENOMEM ? r : 0;
	return search_folder(search, cache->folder, false, 0);
}

int gpo_cache_find(const char *root, const char *folder, struct strv *files, struct strv *damage)
{
	static const struct cache caches[] = {
		{"/var/cache/samba", "/var/cache/samba/gpo_cache"},
		{"/var/lib/samba", "/var/lib/samba/gpo_cache"},
		{"/var/cache", "/var/cache/adsys"},
	};
	struct search search = {.root = root, .files = files, .damage = damage};
	int r = 0;

	if (folder)
		r = search_folder(&search, folder, true, 0);
	else
		for (size_t i = 0; r == 0 && i < ELEMENTS(caches); i++)
			r = search_cache(&search, &caches[i]);
	strv_sort(files);
	return r;
}
