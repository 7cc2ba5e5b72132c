// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xrdp.ini: only TCP ports come out of it.
 */

#include "facts/remote/xrdp.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(exception_list_clear) struct exception_list ports = {0};
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_free_ char *text = strndup((const char *)data, size);

	assert(xrdp_parse("xrdp.ini", text, &ports, &problems) == 0);
	for (size_t i = 0; i < ports.count; i++) {
		const struct exception *port = &ports.items[i];

		assert(port->protocol == IPPROTO_TCP && port->first > 0);
		assert(port->first == port->last && !port->peer && port->source);
	}
	return 0;
}
