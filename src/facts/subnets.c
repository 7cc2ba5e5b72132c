// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The networks that this machine has an address in: what Group Policy calls LocalSubnet.
 */

#include "facts/subnets.h"

#include "util/cleanup.h"
#include "util/exception.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>

/* The length of an IPv6 netmask. */
static unsigned int count_bits(const struct in6_addr *mask)
{
	unsigned int bits = 0;

	for (size_t i = 0; i < sizeof(mask->s6_addr); i++)
		bits += (unsigned int)__builtin_popcount(mask->s6_addr[i]);
	return bits;
}

static int add(const struct ifaddrs *entry, struct strv *subnets)
{
	char address[INET6_ADDRSTRLEN], network[2 * INET6_ADDRSTRLEN], mask[INET6_ADDRSTRLEN];
	_cleanup_free_ char *peer = NULL;

	if (entry->ifa_addr->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((struct sockaddr_in *)entry->ifa_addr)->sin_addr, address,
			sizeof(address));
		inet_ntop(AF_INET, &((struct sockaddr_in *)entry->ifa_netmask)->sin_addr, mask,
			sizeof(mask));
	} else {
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)entry->ifa_addr)->sin6_addr, address,
			sizeof(address));
		snprintf(mask, sizeof(mask), "%u",
			count_bits(&((struct sockaddr_in6 *)entry->ifa_netmask)->sin6_addr));
	}
	snprintf(network, sizeof(network), "%s/%s", address, mask);
	if (exception_parse_peer(network, &peer, NULL) < 0)
		return 0;
	return strv_add_once(subnets, peer);
}

int subnets_find(struct strv *subnets)
{
	struct ifaddrs *list;
	int r = 0;

	if (getifaddrs(&list) < 0)
		return errno == ENOMEM ? -ENOMEM : 0;
	for (const struct ifaddrs *entry = list; r == 0 && entry; entry = entry->ifa_next)
		if (entry->ifa_addr && entry->ifa_netmask && !(entry->ifa_flags & IFF_LOOPBACK) &&
			(entry->ifa_addr->sa_family == AF_INET ||
				entry->ifa_addr->sa_family == AF_INET6))
			r = add(entry, subnets);
	freeifaddrs(list);
	/* In an order that does not depend on which link came up first: equal plans are equal. */
	strv_sort(subnets);
	return r;
}
