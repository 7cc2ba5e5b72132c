/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_NETLINK_H
#define CORDON_SEAL_NETLINK_H

/*
 * Asking the kernel's netfilter directly, for what libnftables does not tell. Private to the room.
 */

#include "util/cleanup.h"

#include <libmnl/libmnl.h>
#include <stdint.h>

/* Holds any request of cordon's. */
#define NETLINK_REQUEST_MAX 1024

DEFINE_CLEANUP(mnl, struct mnl_socket *, mnl_socket_close)

/**
 * netlink_open() - A socket of netfilter's own kind of netlink.
 * @socket: set on failure, too, perhaps to NULL: its cleanup takes both.
 *
 * Return: 0 or a negative errno.
 */
int netlink_open(struct mnl_socket **socket);

/**
 * netlink_request() - Begin a message in @buffer; attributes may be put behind it.
 * @subsystem: NFNL_SUBSYS_*.
 * @type: of that subsystem.
 * @flags: beside NLM_F_REQUEST.
 * @family: NFPROTO_*, or AF_UNSPEC.
 */
struct nlmsghdr *netlink_request(char buffer[static NETLINK_REQUEST_MAX], uint8_t subsystem,
	uint8_t type, uint16_t flags, uint8_t family);

/**
 * netlink_dump() - Send a request that has NLM_F_DUMP and hand each answer to @on_answer.
 *
 * Return: 0, -EINTR when what is listed changed meanwhile, or another negative errno.
 */
int netlink_dump(
	struct mnl_socket *socket, const struct nlmsghdr *request, mnl_cb_t on_answer, void *data);

#endif
