// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of zypper's output: a step has a percentage and a package, and a line without one leaves
 * everything alone; a reason is one line; and a line without entities stays as it is.
 */

#include "update/zypper/zypper.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_step(const char *line)
{
	struct zypper_step step = {.percent = 4711};

	if (!zypper_step_parse(line, &step)) {
		assert(step.percent == 4711);
		return;
	}
	assert(step.percent <= 100);
	assert(*step.package && strlen(step.package) < sizeof(step.package));
	assert(strstr(line, step.package));
	assert(step.kind == ZYPPER_STEP_INSTALL || !step.done);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = strndup((const char *)data, size), *plain = strdup(line);
	_cleanup_free_ char *reason = zypper_reason_find(line, NULL);
	_cleanup_free_ char *other = zypper_reason_find(NULL, line);

	check_step(line);
	assert(zypper_bytes_needed(line) == 0 || strstr(line, "download-size"));
	zypper_unescape(plain);
	assert(strlen(plain) <= strlen(line));
	assert(strchr(line, '&') || strcmp(plain, line) == 0);
	assert(!reason || !strchr(reason, '\n'));
	assert(!other || !strchr(other, '\n'));
	return 0;
}
