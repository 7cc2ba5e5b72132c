/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_EXPOSURE_SOCKETS_PARTS_H
#define CORDON_EXPOSURE_SOCKETS_PARTS_H

/*
 * What sockets.c is put together from. Private to the room; see sockets.h.
 */

#include "exposure/sockets.h"

/* Of the requests, and so of their answers. */
#define LISTENERS_SEQUENCE 1U

/**
 * listeners_parse() - Read answers to a request of sock_diag(7), as they came from one recv(2).
 * @data: @size bytes, aligned as for struct nlmsghdr.
 * @netlink_port: whom they are for.
 * @protocol: which was asked for.
 * @listeners: appended to, without device names and owners; also on failure.
 *
 * Pure. Sockets without a port cannot be reached and are left out.
 *
 * Return: 1: there is more to come; 0: that was all; -EINTR: they changed meanwhile, so ask again;
 * -E2BIG: more than LISTENERS_MAX; -EBADMSG: not to be understood; -ENOMEM; another negative errno
 * is the kernel's.
 */
int listeners_parse(const void *data, size_t size, unsigned int netlink_port, uint8_t protocol,
	struct listener_list *listeners);

/**
 * listeners_find_owners() - Look who holds them, in one walk through all processes.
 * @proc: "/proc", or what stands for it.
 * @listeners: sorted by inode afterwards; units are not looked for.
 *
 * Return: 0 or -ENOMEM.
 */
int listeners_find_owners(const char *proc, struct listener_list *listeners);

/**
 * listener_is_of_unit() - Is this socket the one that a socket unit listens on?
 * @kind: "Stream", "Datagram" ...
 * @address: as systemd writes it: "[::]:22", "127.0.0.53:53", "[fe80::1]:22%eth0"; paths and the
 *           like are of no listener.
 */
bool listener_is_of_unit(const struct listener *listener, const char *kind, const char *address);

#endif
