// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of GloballyOpenPorts: what is accepted is one port of TCP or UDP, and peers in the one
 * form that all of cordon knows; what is refused has a reason.
 */

#include "policy/grouppolicy/gpo.h"
#include "policy/grouppolicy/port.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

/* Longer input only repeats what it says, and takes its time. */
#define SIZE_MAX_USEFUL 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_peer(const char *peer)
{
	_cleanup_free_ char *again = NULL;

	if (strcmp(peer, PEER_ANYONE) == 0 || strcmp(peer, PEER_LOCAL_SUBNET) == 0)
		return;
	assert(exception_parse_peer(peer, &again, NULL) == 0);
	assert(strcmp(peer, again) == 0);
}

static void check(const struct gpo_port *port)
{
	assert(port->port.protocol == IPPROTO_TCP || port->port.protocol == IPPROTO_UDP);
	assert(port->port.first > 0 && port->port.first == port->port.last);
	assert(port->peers.count + port->bad.count > 0);
	for (size_t i = 0; i < port->peers.count; i++) {
		check_peer(port->peers.items[i]);
		assert(i == 0 || strcmp(port->peers.items[i - 1], port->peers.items[i]) < 0);
	}
	assert(gpo_scope_compare(&port->peers, &port->peers) == 0);
}

static void test(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *line = strndup((const char *)data, size), *why = NULL;
	struct gpo_port port;
	int r = gpo_port_parse(line, &port, &why);

	assert((r == 0 && !why) || (r == -EINVAL && why));
	if (r == 0) {
		check(&port);
		gpo_port_clear(&port);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= SIZE_MAX_USEFUL)
		test(data, size);
	return 0;
}
