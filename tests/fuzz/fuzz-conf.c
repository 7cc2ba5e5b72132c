// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon.conf: a From= that was there must narrow, whatever else is; a file with a line that is not
 * understood opens no port; and what is named is named with a line, and harmless to show.
 */

#include "policy/conf.h"
#include "policy/settings.h"
#include "util/cleanup.h"
#include "util/printable.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_about_a_line(const char *problem)
{
	return strncmp(problem, "fuzz:", 5) == 0 && atoi(problem + 5) > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	assert(setting_defaults(&policy) == 0);
	assert(conf_parse((const char *)data, size, "fuzz", &policy) == 0);
	for (size_t i = 0; policy.narrowed && i < policy.allow.count; i++)
		assert(policy.allow.items[i].peer);
	for (size_t i = 0; i < policy.problems.count; i++) {
		const char *problem = policy.problems.items[i];

		assert(is_printable(problem));
		assert(is_about_a_line(problem) || i == READING_PROBLEMS_MAX);
		if (strstr(problem, "stays closed"))
			assert(policy.allow.count == 0 && policy.unclear);
	}
	return 0;
}
