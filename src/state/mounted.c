// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where /var is a file system of its own, there are times without it: while generators run, in an
 * emergency shell, after its disk has failed. "No record" must not be concluded then, nor may an
 * old record count that lies below the mount point.
 *
 * That the folder is missing says nothing: image-based systems get cordon with a new image, and
 * keep their /var.
 */

#include "state/mounted.h"

#include "state/state.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <mntent.h>
#include <string.h>

static const struct {
	const char *path, *unit;
} places[] = {{"/var", "var.mount"}, {"/var/lib", "var-lib.mount"},
	{STATE_DIRECTORY, "var-lib-cordon.mount"}};

/* "/var" and "/var/" */
static bool is_place(const char *mount_point, const char *path)
{
	const size_t length = strlen(path);

	return strncmp(mount_point, path, length) == 0 &&
	       strspn(mount_point + length, "/") == strlen(mount_point + length);
}

/* Does a table in fstab's format have this mount point? */
static bool has_mount(const char *table, const char *path)
{
	FILE *file = setmntent(table, "re");
	struct mntent entry;
	char buffer[4096];
	bool has = false;

	while (file && !has && getmntent_r(file, &entry, buffer, sizeof(buffer)))
		has = is_place(entry.mnt_dir, path) && !hasmntopt(&entry, "noauto");
	if (file)
		endmntent(file);
	return has;
}

/* Not by fstab alone: systemd finds partitions by their type, and people write units. In doubt
 * there is one: then a record that is not seen is not believed to be missing. */
static bool has_unit(const char *unit)
{
	static const char *const folders[] = {"/etc/systemd/system", "/run/systemd/system",
		"/run/systemd/generator", "/run/systemd/generator.late", "/usr/lib/systemd/system"};
	bool has = false;

	for (size_t i = 0; !has && i < ELEMENTS(folders); i++) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folders[i], unit);

		has = !path || file_exists(path);
	}
	return has;
}

static bool is_mount_missing(void)
{
	for (size_t i = 0; i < ELEMENTS(places); i++)
		if ((has_mount("/etc/fstab", places[i].path) || has_unit(places[i].unit)) &&
			!has_mount("/proc/self/mounts", places[i].path))
			return true;
	return false;
}

bool state_is_mounted(const char *root)
{
	return root[0] || !is_mount_missing();
}
