// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Managed firewalls, from files to findings: where no firewall is installed nobody manages one, a
 * firewall of somebody's has a place in /etc or a preset, and is not as it was shipped as well.
 *
 * A byte of which units are there, one of which are enabled or masked, and three texts with NULs
 * between them: ufw.conf; a zone of firewalld, and the packaged one of the same name.
 */

#include "facts/firewall/firewall.h"
#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <string.h>

#define LIB  "/usr/lib/systemd/system/"
#define ETC  "/etc/systemd/system/"
#define ZONE "/firewalld/zones/public.xml"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const files[] = {"/etc/ufw/ufw.conf", "/etc" ZONE, "/usr/lib" ZONE};
static const char *const units[] = {
	"ufw.service", "firewalld.service", "nftables.service", "foomuuri.service"};

struct found {
	struct sourced_list managed, as_shipped;
	struct strv problems;
};

static void found_clear(struct found *found)
{
	sourced_list_clear(&found->managed);
	sourced_list_clear(&found->as_shipped);
	strv_clear(&found->problems);
}

static void install(uint8_t there, uint8_t state)
{
	char lib[96], wants[96], mask[96];

	for (size_t i = 0; i < ELEMENTS(units); i++) {
		snprintf(lib, sizeof(lib), LIB "%s", units[i]);
		snprintf(wants, sizeof(wants), ETC "multi-user.target.wants/%s", units[i]);
		snprintf(mask, sizeof(mask), ETC "%s", units[i]);
		scratch_remove(wants);
		scratch_remove(mask);
		if (there & 1U << i)
			scratch_write(lib, "[Service]\n", 10);
		else
			scratch_remove(lib);
		if (state & 1U << i)
			scratch_link(wants, lib);
		if (state & 0x10U << i)
			scratch_link(mask, "/dev/null");
	}
}

static void check(const struct found *found, uint8_t there)
{
	for (size_t i = 0; i < found->managed.count; i++) {
		const struct sourced *one = &found->managed.items[i];

		assert(strncmp(one->source, "/etc/", 5) == 0);
		for (size_t k = 0; k < found->as_shipped.count; k++)
			assert(strcmp(one->source, found->as_shipped.items[k].source) != 0);
	}
	if ((there & 0x0f) == 0)
		assert(found->managed.count == 0 && found->as_shipped.count == 0);
	assert(found->problems.count == 0);
}

/* A zone that is not the packaged one is somebody's, and no other is. */
static void check_zone(const struct found *found, bool running, bool same)
{
	bool any = false;

	for (size_t i = 0; i < found->managed.count; i++)
		any |= strcmp(found->managed.items[i].source, files[1]) == 0;
	assert(any == (running && !same));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(found_clear) struct found found = {0};
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = scratch_root()};
	char *texts[ELEMENTS(files)];

	if (size < 2)
		return -1;
	install(data[0], data[1]);
	scratch_cut(data + 2, size - 2, texts, ELEMENTS(texts));
	for (size_t i = 0; i < ELEMENTS(files); i++)
		scratch_write(files[i], texts[i], strlen(texts[i]));
	assert(firewall_find(&lookup, &found.managed, &found.as_shipped, &found.problems) == 0);
	check(&found, data[0]);
	check_zone(&found, (data[0] & data[1] & 2) && !(data[1] & 0x20),
		strcmp(texts[1], texts[2]) == 0);
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
