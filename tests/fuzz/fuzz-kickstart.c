// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kickstart: what is decided has a place, what is damaged decides and opens nothing, and a disabled
 * firewall opens nothing.
 */

#include "policy/kickstart/kickstart.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SIZE_LIMIT 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What follows a NUL is the machine's /etc/services. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};
	_cleanup_free_ char *text = NULL, *services = NULL;
	size_t length;

	/* Many lines of the same cost time and find nothing. */
	if (size > SIZE_LIMIT)
		size = SIZE_LIMIT;
	text = strndup((const char *)data, size);
	length = strlen(text);
	if (length < size)
		services = strndup((const char *)data + length + 1, size - length - 1);
	assert(kickstart_parse(text, services, &kickstart) == 0);
	assert(!kickstart.decided == !kickstart.decision.what);
	assert(!kickstart.decided == !kickstart.decision.source);
	assert(!kickstart.decided || kickstart.damage.count == 0);
	assert(kickstart.decided || kickstart.allow.count == 0);
	if (kickstart.decided && strstr(kickstart.decision.what, "disables"))
		assert(kickstart.allow.count == 0);
	for (size_t i = 0; i < kickstart.allow.count; i++) {
		const struct exception *exception = &kickstart.allow.items[i];

		assert(exception->protocol == IPPROTO_TCP || exception->protocol == IPPROTO_UDP);
		assert(exception->first > 0 && exception->first <= exception->last);
		assert(!exception->peer && exception->reason && exception->source);
	}
	return 0;
}
