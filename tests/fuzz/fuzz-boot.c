// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel command line: no input is an error, and none may be read beyond its end.
 */

#include "policy/cmdline.h"
#include "policy/settings.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	assert(setting_defaults(&policy) == 0);
	assert(boot_parse((const char *)data, size, &policy) == 0);
	for (size_t i = 0; policy.narrowed && i < policy.allow.count; i++)
		assert(policy.allow.items[i].peer);
	return 0;
}
