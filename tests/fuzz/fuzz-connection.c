// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SSH_CONNECTION: what keeps a session is one port, to one address, and both stand in the text,
 * which has four words; a network or a range would let others in. What is not understood leaves the
 * peer alone.
 */

#include "lifecycle/arm.h"
#include "util/cleanup.h"
#include "util/exception.h"
#include "util/fail.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_words(const char *connection)
{
	size_t count = 0;
	bool inside = false;

	for (; *connection; connection++) {
		const bool blank = isspace((unsigned char)*connection);

		count += !blank && !inside;
		inside = !blank;
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *connection = strndup((const char *)data, size), *digits = NULL;
	unsigned char address[sizeof(struct in6_addr)];
	char untouched[] = "untouched", *peer = untouched;
	unsigned int port = arm_parse_connection(connection, &peer);

	assert((port == 0) == (peer == untouched));
	if (port == 0)
		return 0;
	digits = strdup_printf("%u", port);
	assert(strstr(connection, digits) && count_words(connection) == 4);
	assert(inet_pton(exception_peer_is_ipv6(peer) ? AF_INET6 : AF_INET, peer, address) == 1);
	free(peer);
	return 0;
}
