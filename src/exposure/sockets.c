// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Four dumps of sock_diag(7) (TCP and UDP, IPv4 and IPv6), then names for what they found.
 *
 * A kernel without IPv6 has no sockets of it, and answers ENOENT; as it does where it cannot tell
 * its UDP sockets at all (udp_diag). So IPv4 is asked first: what that answers, IPv6 cannot lack.
 */

#include "exposure/sockets.h"

#include "exposure/sockets-parts.h"
#include "facts/remote/listen.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-login.h>

/* How often a dump is begun anew because sockets changed. */
#define TRIES_MAX 20

DEFINE_CLEANUP(mnl, struct mnl_socket *, mnl_socket_close)

static int send_dump(struct mnl_socket *socket, uint8_t family, uint8_t protocol)
{
	char buffer[256];
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct inet_diag_req_v2 *request;

	message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = LISTENERS_SEQUENCE;
	request = mnl_nlmsg_put_extra_header(message, sizeof(*request));
	request->sdiag_family = family;
	request->sdiag_protocol = protocol;
	/* UDP that is bound and not connected goes by the state of closed TCP. */
	request->idiag_states = 1U << (protocol == IPPROTO_TCP ? TCP_LISTEN : TCP_CLOSE);
	return mnl_socket_sendto(socket, message, message->nlmsg_len) < 0 ? -errno : 0;
}

static int try_dump(uint8_t family, uint8_t protocol, struct listener_list *listeners)
{
	_cleanup_(cleanup_mnl) struct mnl_socket *socket =
		mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	union {
		char bytes[32768];
		struct nlmsghdr aligned;
	} buffer;
	int r;

	if (!socket || mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return -errno;
	r = send_dump(socket, family, protocol);
	for (bool more = r == 0; more; more = r > 0) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer.bytes, sizeof(buffer));

		if (size < 0)
			return -errno;
		r = listeners_parse(buffer.bytes, (size_t)size, mnl_socket_get_portid(socket),
			protocol, listeners);
	}
	return r;
}

static int dump(uint8_t family, uint8_t protocol, struct listener_list *listeners, char **why)
{
	size_t before = listeners->count;
	int r, tries = 0;

	do {
		listeners->count = before;
		r = try_dump(family, protocol, listeners);
	} while (r == -EINTR && ++tries < TRIES_MAX);
	if (r >= 0 || r == -E2BIG || r == -ENOMEM || (r == -ENOENT && family == AF_INET6))
		return r == -ENOENT ? 0 : r;
	return fail(why, -r, "the kernel cannot be asked for its %s sockets (sock_diag): %s",
		protocol == IPPROTO_TCP ? "TCP" : "UDP", strerror(-r));
}

static int dump_all(struct listener_list *listeners, char **why)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	static const uint8_t protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(protocols); i++)
		for (size_t k = 0; r == 0 && k < ELEMENTS(families); k++)
			r = dump(families[k], protocols[i], listeners, why);
	return r;
}

static void name_device(struct listener *listener)
{
	if (listener->interface && !if_indextoname(listener->interface, listener->device))
		snprintf(listener->device, sizeof(listener->device), "%u", listener->interface);
}

/* A number that another process has got meanwhile would name that one's unit; so it is asked at
 * once, and no more is claimed. */
static void name_units(struct listener *listener)
{
	for (size_t i = 0; i < listener->owner_count; i++)
		if (sd_pid_get_unit(listener->owners[i].pid, &listener->owners[i].unit) < 0)
			listener->owners[i].unit = NULL;
}

static bool is_held_by_init(const struct listener *listener)
{
	return listener->owner_count == 1 && listener->owners[0].pid == 1;
}

/* In place of init.scope, where systemd itself is. */
static int on_unit_socket(void *context, const char *unit, const char *kind, const char *address)
{
	struct listener_list *listeners = context;

	for (size_t i = 0; i < listeners->count; i++) {
		struct listener *listener = &listeners->items[i];
		char *copy;

		if (!is_held_by_init(listener) || !listener_is_of_unit(listener, kind, address))
			continue;
		copy = strdup(unit);
		if (!copy)
			return -ENOMEM;
		free(listener->owners[0].unit);
		listener->owners[0].unit = copy;
	}
	return 0;
}

static int name_all(struct listener_list *listeners)
{
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < listeners->count; i++) {
		name_device(&listeners->items[i]);
		name_units(&listeners->items[i]);
		any |= is_held_by_init(&listeners->items[i]);
	}
	if (any)
		r = unit_list_sockets(on_unit_socket, listeners, NULL);
	/* Without an answer init.scope it is. */
	return r == -ENOMEM ? r : 0;
}

int listeners_find(struct listener_list *listeners, char **why)
{
	_cleanup_(listeners_clear) struct listener_list result = {0};
	int r, found = dump_all(&result, why);

	if (found < 0 && found != -E2BIG)
		return found;
	r = listeners_find_owners("/proc", &result);
	if (r == 0)
		r = name_all(&result);
	if (r < 0)
		return r;
	*listeners = result;
	result = (struct listener_list){0};
	return found < 0;
}

static bool is_link_local(const char *address)
{
	struct in6_addr ipv6;
	struct in_addr ipv4;

	if (inet_pton(AF_INET, address, &ipv4) == 1)
		return ntohl(ipv4.s_addr) >> 16 == 0xa9fe; /* 169.254.0.0/16 */
	return inet_pton(AF_INET6, address, &ipv6) == 1 && IN6_IS_ADDR_LINKLOCAL(&ipv6);
}

enum listener_reach listener_reach(const struct listener *listener)
{
	if (strcmp(listener->device, "lo") == 0 || listen_is_loopback(listener->address))
		return LISTENER_SERVER;
	return is_link_local(listener->address) ? LISTENER_LINK : LISTENER_ANY;
}
