// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of a unit by files and links: a unit that is not there is nowhere, one that is masked
 * is so in /etc or /run, one that is enabled is wanted by a link that exists; aliases that lead in
 * circles end.
 *
 * Two bytes an entry: where it lies, and what it is: a file, an empty one, or a link and to what.
 */

#include "facts/systemd/units.h"
#include "scratch.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <assert.h>
#include <string.h>

#define ENTRIES_MAX 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const folders[] = {
	"/etc/systemd/system/",
	"/run/systemd/system/",
	"/usr/lib/systemd/system/",
	"/etc/systemd/system/x.target.wants/",
	"/etc/systemd/system/x.target.requires/",
	"/usr/lib/systemd/system/x.target.wants/",
	"/run/systemd/system/x.target.upholds/",
	"/lib/systemd/system/",
};
static const char *const names[] = {"a.service", "b.service", "c.service", "a.service.wants"};
static const char *const targets[] = {
	"/dev/null",
	"../../../dev/null",
	"/usr/lib/systemd/system/a.service",
	"/usr/lib/systemd/system/b.service",
	"/lib/systemd/system/a.service",
	"a.service",
	"b.service",
	"c.service",
	"../a.service",
	"../b.service",
	"/nowhere",
	"..",
	".",
	"/",
};

static void set_path(char path[static 128], uint8_t where)
{
	snprintf(path, 128, "%s%s", folders[where % 8], names[where / 8 % 4]);
}

static void put(uint8_t where, uint8_t what)
{
	char path[128];

	set_path(path, where);
	if (what < ELEMENTS(targets))
		scratch_link(path, targets[what]);
	else if (what % 2)
		scratch_write(path, "", 0);
	else
		scratch_write(path, "[Unit]\n", 7);
}

static void take_away(uint8_t where)
{
	char path[128];

	set_path(path, where);
	scratch_remove(path);
}

static bool is_local(const char *path)
{
	return strncmp(path, "/etc/", 5) == 0 || strncmp(path, "/run/", 5) == 0;
}

static void check_masked(const char *root, const char *source)
{
	_cleanup_free_ char *target = NULL, *content = NULL;
	size_t size = 1;

	assert(is_local(source));
	if (file_is_link_in(root, source, &target) && strstr(target, "dev/null"))
		return;
	assert(file_read_in(root, source, 64, &content, &size) == 0 && size == 0);
}

static void check(const char *unit)
{
	const char *root = scratch_root();
	_cleanup_free_ char *source = (char *)"", *target = NULL;
	int state = unit_file_state(root, unit, &source);

	assert(state >= UNIT_ABSENT && state <= UNIT_MASKED);
	assert((state == UNIT_ABSENT) == !source);
	if (state == UNIT_MASKED)
		check_masked(root, source);
	if (state == UNIT_ENABLED) {
		assert(file_is_link_in(root, source, &target));
		assert(strcmp(target, "/dev/null") != 0);
		assert(is_local(source) || strstr(source, ".wants/"));
	}
	if (state == UNIT_DISABLED)
		assert(file_exists_in(root, source) || file_is_link_in(root, source, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > ENTRIES_MAX * 2)
		size = ENTRIES_MAX * 2;
	for (size_t i = 0; i + 1 < size; i += 2)
		put(data[i], data[i + 1]);
	for (size_t i = 0; i < 3; i++)
		check(names[i]);
	for (size_t i = 0; i + 1 < size; i += 2)
		take_away(data[i]);
	return 0;
}
