// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The newest installed kernel is the one whose file has the greatest version.
 *
 * Versions are compared with strverscmp(3), which puts 6.1.0-9 before 6.1.0-35, needs no package
 * manager and so holds for every backend. (It differs from dpkg in "~" alone, and puts a release
 * candidate behind its release: a reboot too many, on a machine that runs experiments.) Flavours
 * are left out of the comparison, or "cloud-amd64" would be newer than "amd64". A kernel that came
 * from outside, as in many virtual machines, is only ever compared: where no kernel is installed,
 * there is nothing to reboot into.
 */

#include "update/kernel.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

bool kernel_is_shared(const char *root)
{
	_cleanup_free_ char *path = file_under(root, "/run/systemd/container");

	return path && file_exists(path);
}

/* "6.1.0-35-cloud-amd64" is version 6.1.0-35 of the flavour that begins at the first letter. */
static char *version_of(const char *release)
{
	const char *flavour = release;

	while ((flavour = strchr(flavour, '-')) && !isalpha((unsigned char)flavour[1]))
		flavour++;
	return flavour ? strndup(release, (size_t)(flavour - release)) : strdup(release);
}

int kernel_compare(const char *a, const char *b)
{
	_cleanup_free_ char *version_a = version_of(a), *version_b = version_of(b);

	return strverscmp(version_a ? version_a : a, version_b ? version_b : b);
}

static int keep_newer(char **newest, const char *release)
{
	char *copy;

	if (*newest && kernel_compare(release, *newest) <= 0)
		return 0;
	copy = strdup(release);
	if (!copy)
		return -ENOMEM;
	free(*newest);
	*newest = copy;
	return 0;
}

/* "vmlinuz-RELEASE", or "vmlinux-RELEASE" as on POWER: its release, else NULL. */
static const char *release_of(const char *file)
{
	bool is_kernel = strncmp(file, "vmlinuz-", 8) == 0 || strncmp(file, "vmlinux-", 8) == 0;

	return is_kernel ? file + 8 : NULL;
}

/* Kernels in @folder. */
static int look_for_files(const char *folder, char **newest)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	int r = 0;

	while (r == 0 && dir && (entry = readdir(dir)))
		if (release_of(entry->d_name))
			r = keep_newer(newest, release_of(entry->d_name));
	return r;
}

/* Folders RELEASE in @folder that hold a kernel. */
static int look_for_modules(const char *folder, char **newest)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	int r = 0;

	while (r == 0 && dir && (entry = readdir(dir))) {
		_cleanup_free_ char *file = text("%s/%s/vmlinuz", folder, entry->d_name);

		_cleanup_free_ char *other = text("%s/%s/vmlinux", folder, entry->d_name);

		if (!file || !other)
			return -ENOMEM;
		if (file_exists(file) || file_exists(other))
			r = keep_newer(newest, entry->d_name);
	}
	return r;
}

int kernel_add_reason(const char *root, const char *running, struct sentences *reasons)
{
	_cleanup_free_ char *boot = file_under(root, "/boot");
	_cleanup_free_ char *modules = file_under(root, "/usr/lib/modules");
	_cleanup_free_ char *newest = NULL;
	int r;

	if (!boot || !modules)
		return -ENOMEM;
	if (kernel_is_shared(root))
		return 0;
	r = look_for_files(boot, &newest);
	if (r < 0)
		return r;
	r = look_for_modules(modules, &newest);
	if (r < 0)
		return r;
	if (!newest || kernel_compare(newest, running) <= 0)
		return 0;
	return sentences_add(reasons,
		"the running kernel %s is older than the installed %s; reboot into it", running,
		newest);
}
