// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apt-cache policy: what is found is a security update with a name and a version, of a source that
 * is one, and no package comes twice. Where no source is a security source there are none.
 */

#include "update/apt/parse.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SECURITY "http://mirror.example/debian-security bookworm-security"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char configured[] =
	"http://mirror.example/debian\tbookworm\thttp://mirror.example/debian/dists/bookworm/\ta:1"
	"\tDebian\toldstable\tbookworm\tyes\n"
	"http://mirror.example/debian-security\tbookworm-security\t"
	"http://mirror.example/debian-security/dists/bookworm-security/\ta:2\tDebian-Security\t"
	"oldstable-security\tbookworm-security\tyes\n";

static void check(const struct update_list *list, const char *output)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct update_package *package = &list->items[i];

		assert(package->name && package->name[0] && !strchr(package->name, '\n'));
		assert(package->to && package->to[0] && !strpbrk(package->to, " \n"));
		assert(strcmp(package->origin, SECURITY) == 0 && package->security);
		assert(strstr(output, package->name) && strstr(output, package->to));
		assert(!package->from || strstr(output, package->from));
		assert(update_list_find(list, package->name) == package);
	}
}

/* The same in every run, so read once, and kept. */
static struct apt_sources *read_configured(void)
{
	static struct apt_sources sources;

	if (sources.count == 0)
		assert(apt_sources_parse(configured, &sources) == 0 && sources.count == 2);
	return &sources;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct apt_sources *sources = read_configured();
	_cleanup_(update_list_clear) struct update_list list = {0}, none = {0};
	_cleanup_free_ char *output = strndup((const char *)data, size);

	sources->items[1].security = true;
	assert(apt_policy_parse(output, sources, &list) == 0);
	check(&list, output);
	assert(list.count == 0 || strstr(output, "mirror.example/debian-security"));
	sources->items[1].security = false;
	assert(apt_policy_parse(output, sources, &none) == 0 && none.count == 0);
	return 0;
}
