// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers of sock_diag(7): what is believed has a port and a family, and an address of it, and
 * takes up room in the answer. An empty message in front changes nothing.
 */

#include "exposure/sockets-parts.h"
#include "util/cleanup.h"

#include <arpa/inet.h>
#include <assert.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct listener *listener)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	assert(listener->port > 0 && listener->protocol == IPPROTO_UDP);
	assert(listener->ipv4 || listener->ipv6);
	assert(listener->owner_count == 0 && !listener->owners && !listener->device[0]);
	if (!listener->address[0]) {
		assert(listener_reach(listener) == LISTENER_ANY);
		return;
	}
	assert(listener->ipv4 != listener->ipv6);
	assert(inet_pton(listener->ipv6 ? AF_INET6 : AF_INET, listener->address, bytes) == 1);
	assert(listener->ipv4 || memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\377\377", 12) != 0);
}

/* @size bytes, with an empty message before them or not. */
static int parse(const uint8_t *data, size_t size, bool noop, struct listener_list *listeners)
{
	const struct nlmsghdr empty = {.nlmsg_len = sizeof(empty), .nlmsg_type = NLMSG_NOOP};
	size_t before = noop ? sizeof(empty) : 0;
	_cleanup_free_ char *copy = malloc(before + size + 1);

	memcpy(copy, &empty, before);
	memcpy(copy + before, data, size);
	return listeners_parse(copy, before + size, 0, IPPROTO_UDP, listeners);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(listeners_clear) struct listener_list list = {0}, again = {0};
	int r = parse(data, size, false, &list);

	assert(r <= 1);
	assert(list.count <= size / sizeof(struct inet_diag_msg));
	for (size_t i = 0; i < list.count; i++)
		check(&list.items[i]);
	assert(parse(data, size, true, &again) == r && again.count == list.count);
	for (size_t i = 0; i < list.count; i++)
		assert(memcmp(&list.items[i], &again.items[i], sizeof(*list.items)) == 0);
	return 0;
}
