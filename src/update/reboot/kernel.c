// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The newest installed kernel is the one whose file has the greatest version.
 *
 * Versions are compared as rpm does: cut into runs of digits and of letters, of which digits are
 * the newer. That holds for both worlds: it puts 6.1.0-9 before 6.1.0-35, and 4.18.0-553.el8 before
 * 4.18.0-553.5.1.el8, which strverscmp(3) does not. Flavours and architectures are left out of the
 * comparison, or "cloud-amd64" would be newer than "amd64". A kernel that came from outside, as in
 * many virtual machines, is only ever compared: where no kernel is installed, there is nothing to
 * reboot into.
 */

#include "update/reboot/kernel.h"

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

/* Where the version ends: "6.1.0-35-cloud-amd64" is version 6.1.0-35 of the flavour that begins at
 * the first letter after a hyphen, "5.14.0-70.el9.x86_64" is version 5.14.0-70.el9. */
static size_t version_length(const char *release)
{
	static const char *const architectures[] = {
		".x86_64", ".aarch64", ".ppc64le", ".s390x", ".i686", ".riscv64"};
	const char *end = release;
	size_t length;

	while ((end = strchr(end, '-')) && !isalpha((unsigned char)end[1]))
		end++;
	length = end ? (size_t)(end - release) : strlen(release);
	for (size_t i = 0; i < ELEMENTS(architectures); i++) {
		const char *found = strstr(release, architectures[i]);

		if (found && (size_t)(found - release) < length)
			length = (size_t)(found - release);
	}
	return length;
}

/* A run of digits, or of letters, at @at; separators before it are skipped. */
struct segment {
	const char *text;
	size_t length;
	bool digits;
};

static struct segment next_segment(const char **at, const char *end)
{
	struct segment segment = {0};

	while (*at < end && !isalnum((unsigned char)**at))
		(*at)++;
	segment.text = *at;
	segment.digits = *at < end && isdigit((unsigned char)**at);
	while (*at < end && isalnum((unsigned char)**at) &&
		!isdigit((unsigned char)**at) == !segment.digits)
		(*at)++;
	segment.length = (size_t)(*at - segment.text);
	return segment;
}

static int compare_digits(struct segment a, struct segment b)
{
	for (; a.length > 0 && *a.text == '0'; a.length--)
		a.text++;
	for (; b.length > 0 && *b.text == '0'; b.length--)
		b.text++;
	if (a.length != b.length)
		return a.length < b.length ? -1 : 1;
	return memcmp(a.text, b.text, a.length);
}

static int compare_letters(struct segment a, struct segment b)
{
	const size_t length = a.length < b.length ? a.length : b.length;
	const int r = memcmp(a.text, b.text, length);

	return r != 0 ? r : (int)a.length - (int)b.length;
}

/* Nothing is older than anything, letters are older than digits. */
static int compare_segments(struct segment a, struct segment b)
{
	if (a.length == 0 || b.length == 0)
		return (a.length > 0) - (b.length > 0);
	if (a.digits != b.digits)
		return a.digits ? 1 : -1;
	return a.digits ? compare_digits(a, b) : compare_letters(a, b);
}

int kernel_compare(const char *a, const char *b)
{
	const char *a_end = a + version_length(a), *b_end = b + version_length(b);
	int r = 0;

	while (r == 0 && (a < a_end || b < b_end))
		r = compare_segments(next_segment(&a, a_end), next_segment(&b, b_end));
	return r;
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
		_cleanup_free_ char *file = strdup_printf("%s/%s/vmlinuz", folder, entry->d_name);

		_cleanup_free_ char *other = strdup_printf("%s/%s/vmlinux", folder, entry->d_name);

		if (!file || !other)
			return -ENOMEM;
		if (file_exists(file) || file_exists(other))
			r = keep_newer(newest, entry->d_name);
	}
	return r;
}

int kernel_add_reason(const char *root, const char *running, struct strv *reasons)
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
	return strv_addf(reasons,
		"the running kernel %s is older than the installed %s; reboot into it", running,
		newest);
}
