// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon.conf through libeconf: a From= that was there must narrow, whatever else is.
 */

#include "policy/conf.h"
#include "policy/settings.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	assert(setting_defaults(&policy) == 0);
	assert(conf_parse((const char *)data, size, "fuzz", &policy) == 0);
	for (size_t i = 0; policy.narrowed && i < policy.allow.count; i++)
		assert(policy.allow.items[i].peer);
	return 0;
}
