// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ports and peers: what is read must describe itself, and be read again as the same.
 */

#include "util/cleanup.h"
#include "util/exception.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *input = strndup((const char *)data, size), *why = NULL, *reason = NULL;
	_cleanup_free_ char *peer = NULL, *again = NULL, *described = NULL;
	struct exception exception = {0};

	if (exception_parse_port(input, &exception, &why) == 0) {
		described = exception_describe(&exception, true);
		assert(described && exception.first <= exception.last && exception.first > 0);
	}
	if (exception_parse_peer(input, &peer, &reason) == 0) {
		assert(exception_parse_peer(peer, &again, NULL) == 0);
		assert(strcmp(peer, again) == 0);
	}
	return 0;
}
