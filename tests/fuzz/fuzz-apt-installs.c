// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apt-get --simulate: every line that begins as an installation is a package with a name and a
 * version, or the whole output is refused. None may be passed over.
 */

#include "update/apt/parse.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_installs(const char *output)
{
	size_t count = strncmp(output, "Inst ", 5) == 0;

	for (const char *at = output; (at = strstr(at, "\nInst ")) != NULL; at++)
		count++;
	return count;
}

static void check(const struct update_package *package, const char *output)
{
	assert(package->name[0] && !strpbrk(package->name, " \n"));
	assert(package->to[0] && !strpbrk(package->to, " \n") && !strchr(package->origin, '\n'));
	assert(strstr(output, package->name) && strstr(output, package->to));
	assert(strstr(output, package->origin));
	assert(!package->from || strstr(output, package->from));
	assert(!package->withheld && !package->severity);
	if (package->security)
		assert(strstr(package->origin, "Debian-Security:") ||
			strstr(package->origin, "-security"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_free_ char *output = strndup((const char *)data, size);
	int r = apt_installs_parse(output, &list);

	assert(r == 0 || r == -EBADMSG);
	assert(r == 0 ? list.count == count_installs(output) : list.count < count_installs(output));
	for (size_t i = 0; i < list.count; i++)
		check(&list.items[i], output);
	assert(update_list_security(&list) <= list.count);
	return 0;
}
