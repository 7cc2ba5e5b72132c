// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * os-release(5): names are short, not empty, and fit for a terminal.
 */

#include "report/parts.h"
#include "util/cleanup.h"
#include "util/printable.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *name)
{
	_cleanup_free_ char *safe = name ? printable(name, 1000) : NULL;

	assert(!name || (*name && strcmp(name, safe) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(report_clear) struct report report = {0};
	const struct report_machine *machine = &report.machine;
	_cleanup_free_ char *content = malloc(size + 1);

	memcpy(content, data, size);
	content[size] = '\0';
	assert(report_parse_release(content, &report.machine) == 0);
	check(machine->name);
	check(machine->id);
	check(machine->version_id);
	check(machine->variant_id);
	check(machine->build_id);
	check(machine->image_id);
	check(machine->image_version);
	return 0;
}
