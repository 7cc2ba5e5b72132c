// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers of sock_diag(7), pure.
 *
 * A dump that fails ends with NLMSG_DONE and an error in it, which libmnl does not look at: a
 * kernel that cannot tell its UDP sockets would seem to have none.
 */

#include "exposure/sockets-parts.h"

#include "facts/remote/listen.h"
#include "util/cleanup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <string.h>

struct parser {
	uint8_t protocol;
	struct listener_list *listeners;
};

static int refuse(int error)
{
	errno = error;
	return MNL_CB_ERROR;
}

static int add(struct listener_list *list, const struct listener *listener)
{
	struct listener *larger;

	if (list->count >= LISTENERS_MAX)
		return refuse(E2BIG);
	/* A power of two, or the first one: it is full. */
	if ((list->count & (list->count - 1)) == 0) {
		larger = reallocarray(
			list->items, list->count ? 2 * list->count : 1, sizeof(*larger));
		if (!larger)
			return refuse(ENOMEM);
		list->items = larger;
	}
	list->items[list->count++] = *listener;
	return MNL_CB_OK;
}

static void set_ipv4(struct listener *listener, const void *address)
{
	listener->ipv4 = true;
	if (memcmp(address, &(struct in_addr){INADDR_ANY}, sizeof(struct in_addr)) != 0)
		inet_ntop(AF_INET, address, listener->address, sizeof(listener->address));
}

static void set_ipv6(struct listener *listener, const void *address, bool v6only)
{
	struct in6_addr ipv6;

	memcpy(&ipv6, address, sizeof(ipv6));
	if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
		set_ipv4(listener, &ipv6.s6_addr[12]);
		return;
	}
	listener->ipv6 = true;
	listener->ipv4 = !v6only && IN6_IS_ADDR_UNSPECIFIED(&ipv6);
	if (!IN6_IS_ADDR_UNSPECIFIED(&ipv6))
		inet_ntop(AF_INET6, &ipv6, listener->address, sizeof(listener->address));
}

static int on_attribute(const struct nlattr *attribute, void *data)
{
	bool *v6only = data;

	if (mnl_attr_get_type(attribute) != INET_DIAG_SKV6ONLY)
		return MNL_CB_OK;
	if (mnl_attr_validate(attribute, MNL_TYPE_U8) < 0)
		return refuse(EBADMSG);
	*v6only = mnl_attr_get_u8(attribute) != 0;
	return MNL_CB_OK;
}

static int on_socket(const struct nlmsghdr *message, void *data)
{
	const struct inet_diag_msg *found = mnl_nlmsg_get_payload(message);
	const struct parser *parser = data;
	struct listener listener = {.protocol = parser->protocol};
	bool v6only = false;

	if (message->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		mnl_nlmsg_get_payload_len(message) < sizeof(*found))
		return refuse(EBADMSG);
	if (mnl_attr_parse(message, sizeof(*found), on_attribute, &v6only) < 0)
		return MNL_CB_ERROR;
	listener.port = ntohs(found->id.idiag_sport);
	listener.interface = found->id.idiag_if;
	listener.inode = found->idiag_inode;
	if (found->idiag_family == AF_INET)
		set_ipv4(&listener, found->id.idiag_src);
	else if (found->idiag_family == AF_INET6)
		set_ipv6(&listener, found->id.idiag_src, v6only);
	else
		return refuse(EBADMSG);
	return listener.port == 0 ? MNL_CB_OK : add(parser->listeners, &listener);
}

/* Both begin with a negative errno, or 0. */
static int on_end(const struct nlmsghdr *message, void *data)
{
	int error;

	(void)data;
	if (mnl_nlmsg_get_payload_len(message) < sizeof(error))
		return refuse(EBADMSG);
	memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	return error < 0 ? refuse(error == INT_MIN ? EBADMSG : -error) : MNL_CB_STOP;
}

/* Whole messages, one behind the other? libmnl takes a length of 2 GiB and more for a negative one,
 * which fits everywhere, and is silent about what is torn. */
static bool is_whole(const char *data, size_t size)
{
	struct nlmsghdr header;

	while (size >= sizeof(header)) {
		size_t step;

		memcpy(&header, data, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size)
			return false;
		step = MNL_ALIGN(header.nlmsg_len);
		if (step >= size)
			return true;
		data += step;
		size -= step;
	}
	return size == 0;
}

int listeners_parse(const void *data, size_t size, unsigned int netlink_port, uint8_t protocol,
	struct listener_list *listeners)
{
	/* With a table of one's own, libmnl knows none of its types by itself. */
	mnl_cb_t controls[] = {[NLMSG_ERROR] = on_end, [NLMSG_DONE] = on_end};
	struct parser parser = {protocol, listeners};
	int r;

	if (!is_whole(data, size))
		return -EBADMSG;
	r = mnl_cb_run2(data, size, LISTENERS_SEQUENCE, netlink_port, on_socket, &parser, controls,
		ELEMENTS(controls));
	return r < 0 ? -errno : r > MNL_CB_STOP;
}

/* The address of a socket unit as that of a listener. */
static bool read_address(const char *text, struct listener *listener)
{
	struct in6_addr ipv6;
	struct in_addr ipv4;

	if (inet_pton(AF_INET, text, &ipv4) == 1)
		set_ipv4(listener, &ipv4);
	else if (inet_pton(AF_INET6, text, &ipv6) == 1)
		set_ipv6(listener, &ipv6, true);
	else
		return false;
	return true;
}

bool listener_is_of_unit(const struct listener *listener, const char *kind, const char *address)
{
	const char *expected = listener->protocol == IPPROTO_TCP ? "Stream" : "Datagram";
	_cleanup_(listen_clear) struct listen listen = {0};
	struct listener other = {0};

	if (strcmp(kind, expected) != 0 || listen_parse(address, &listen) < 0 || !listen.port)
		return false;
	return read_address(listen.address, &other) && other.ipv6 == listener->ipv6 &&
	       strtoul(listen.port, NULL, 10) == listener->port &&
	       strcmp(other.address, listener->address) == 0;
}
