// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layers of configuration, as systemd has taught administrators to expect them: the vendor's
 * file, the administrator's file, drop-ins that are merged by name. Which files there are is found
 * out here; each is read by itself, so that one that is bad is named and the rest kept.
 */

#include "policy/layers.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/match.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* Where drop-ins live, the strongest folder last. */
static const char *const dropin_folders[] = {
	"/usr/lib/cordon/cordon.conf.d",
	"/run/cordon.conf.d",
	"/etc/cordon/cordon.conf.d",
};

static bool is_configuration(const char *name)
{
	return name[0] != '.' && ends_with(name, ".conf");
}

static const char *name_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Adds the drop-in, in place of one of the same name from a weaker folder. */
static int put(struct strv *dropins, const char *folder, const char *name)
{
	for (size_t i = 0; i < dropins->count; i++) {
		char *path;

		if (strcmp(name_of(dropins->items[i]), name) != 0)
			continue;
		path = strdup_printf("%s/%s", folder, name);
		if (!path)
			return -ENOMEM;
		free(dropins->items[i]);
		dropins->items[i] = path;
		return 0;
	}
	return strv_addf(dropins, "%s/%s", folder, name);
}

static int collect_folder(const char *root, struct strv *dropins, const char *folder)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r = file_list_in(root, folder, &names);

	if (r < 0)
		return r == -ENOENT || r == -ENOTDIR ? 0 : r;
	for (size_t i = 0; r == 0 && i < names.count; i++)
		if (is_configuration(names.items[i]))
			r = put(dropins, folder, names.items[i]);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(name_of(*(char *const *)a), name_of(*(char *const *)b));
}

static int add_if_there(const char *root, const char *path, struct strv *files)
{
	/* A dangling link is listed, too: that it cannot be read is something to say. */
	if (!file_exists_in(root, path) && !file_is_link_in(root, path, NULL))
		return 0;
	return strv_addf(files, "%s", path);
}

int layers_find(const char *root, struct strv *files)
{
	_cleanup_(strv_clear) struct strv dropins = {0};
	int r;

	r = add_if_there(root, "/usr/lib/cordon/cordon.conf", files);
	if (r == 0)
		r = add_if_there(root, "/etc/cordon/cordon.conf", files);
	for (size_t i = 0; r == 0 && i < ELEMENTS(dropin_folders); i++)
		r = collect_folder(root, &dropins, dropin_folders[i]);
	if (dropins.count > 0)
		qsort(dropins.items, dropins.count, sizeof(dropins.items[0]), by_name);
	return r < 0 ? r : strv_move(&dropins, files);
}
