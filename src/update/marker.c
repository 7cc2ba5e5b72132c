// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The marker is on disk before the first package is touched and goes when nothing is left that
 * another run could bring in, so that what happens between - a dropped connection, a full disk,
 * the plug - is followed by a continuation, not by a machine that is half updated and believes
 * otherwise. It names the packages, because a continuation finds some of them installed already,
 * and the record of what was updated must have them all.
 */

#include "update/marker.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#define SCHEMA	   1
#define MARKER_MAX (4U << 20)

static json_t *known_text(const char *text)
{
	return json_text(text ? text : "");
}

static json_t *write_package(const struct update_package *package)
{
	json_t *object = json_object();

	json_put(&object, "name", json_text(package->name));
	json_put_text(&object, "from", package->from);
	json_put(&object, "to", known_text(package->to));
	json_put(&object, "origin", known_text(package->origin));
	json_put_text(&object, "severity", package->severity);
	json_put(&object, "security", json_boolean(package->security));
	return object;
}

static json_t *write_packages(const struct update_list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < list->count; i++)
		if (!list->items[i].withheld)
			json_add(&array, write_package(&list->items[i]));
	return array;
}

int marker_write(const char *path, const char *since, const struct update_list *list, char **why)
{
	_cleanup_(cleanup_json) json_t *root = NULL;
	_cleanup_free_ char *content = NULL;
	int r;

	root = json_pack("{s:i, s:s, s:o}", "schema", SCHEMA, "since", since, "packages",
		write_packages(list));
	content = json_write(root, JSON_COMPACT);
	r = content ? file_write_atomic(path, content, strlen(content), 0644) : -ENOMEM;
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

static int read_package(json_t *object, struct update_list *list)
{
	const char *name, *to, *origin, *from = NULL, *severity = NULL;
	int security = 0;

	if (json_unpack(object, "{s:s, s?s, s:s, s:s, s?s, s?b}", "name", &name, "from", &from,
		    "to", &to, "origin", &origin, "severity", &severity, "security",
		    &security) < 0 ||
		update_list_find(list, name))
		return 0;
	return update_list_add(list, &(struct update_package){.name = (char *)name,
					     .from = (char *)from,
					     .to = (char *)to,
					     .origin = (char *)origin,
					     .severity = (char *)severity,
					     .security = security != 0});
}

int marker_read(const char *path, struct update_list *list)
{
	_cleanup_(cleanup_json) json_t *root = NULL;
	_cleanup_free_ char *content = NULL;
	json_t *packages, *package;
	size_t size, index;
	int schema, r = file_read(path, MARKER_MAX, &content, &size);

	if (r < 0)
		return r == -ENOMEM ? r : 0;
	root = json_loadb(content, size, 0, NULL);
	if (!root ||
		json_unpack(root, "{s:i, s:o}", "schema", &schema, "packages", &packages) < 0 ||
		schema != SCHEMA || !json_is_array(packages))
		return 0;
	json_array_foreach(packages, index, package) if (r == 0) r = read_package(package, list);
	return r;
}

int marker_remove(const char *path, char **why)
{
	int r = unlink(path) < 0 ? -errno : file_sync_parent(path);

	return r < 0 ? fail(why, -r, "%s: cannot be removed: %s", path, strerror(-r)) : 0;
}
