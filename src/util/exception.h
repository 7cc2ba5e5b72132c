/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_EXCEPTION_H
#define CORDON_UTIL_EXCEPTION_H

/*
 * An exception: a port, who is at the other end, and why it stays open while the server is sealed.
 *
 * The noun that all rooms share. For inbound traffic the peer is who may reach the port of this
 * server; for outbound traffic it is the server whose port may be reached.
 */

#include "util/must-check.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct exception {
	/* IPPROTO_TCP, IPPROTO_UDP; IPPROTO_ICMP: echo requests, of IPv6 as well; 0: any protocol
	 * and port */
	uint8_t protocol;
	uint16_t first, last; /* the port range, both ends included; equal for one port */
	char *peer;   /* "192.0.2.0/24", "2001:db8::1", "192.0.2.1-192.0.2.9"; NULL: anyone */
	char *reason; /* why, for people: "configured", "mirror of Debian-Security" */
	char *source; /* where that is said: "/etc/cordon/cordon.conf:12" */
};

struct exception_list {
	struct exception *items;
	size_t count;
	/* Private: places in items, each from 1, by hash; 0 is a free one. */
	size_t *index, index_size;
};

/**
 * exception_parse_port() - Read "22/tcp", "8000-8010/udp".
 * @exception: protocol, first and last are set on success only.
 *
 * The protocol is never guessed.
 *
 * Return: 0 or -EINVAL with @why.
 */
int exception_parse_port(const char *text, struct exception *exception, char **why);

/**
 * exception_parse_peer() - Read an IPv4 or IPv6 address, prefix (192.0.2.0/24, also with a netmask,
 * 192.0.2.0/255.255.255.0) or range (192.0.2.1-192.0.2.9); host names are refused, for whoever
 * answers DNS would decide who gets in.
 * @peer: malloc'ed canonical text, with host bits cleared, owned by the caller.
 *
 * Return: 0, -EINVAL with @why, or -ENOMEM.
 */
int exception_parse_peer(const char *text, char **peer, char **why);

/** exception_peer_is_ipv6() - Is this canonical peer an IPv6 one? */
int exception_peer_is_ipv6(const char *peer);

/**
 * exception_add() - Append a copy of @exception; an equal one (same ports, same peer) is not
 * repeated.
 *
 * Return: 0 or -ENOMEM with the list as it was.
 */
_must_check_ int exception_add(struct exception_list *list, const struct exception *exception);

/** exception_add_all() - exception_add() for each of @from. Return: 0 or -ENOMEM. */
_must_check_ int exception_add_all(struct exception_list *list, const struct exception_list *from);

/**
 * exception_describe() - "22/tcp", "8000-8010/udp from 192.0.2.0/24", "any port to 192.0.2.7".
 * @inbound: from its peer, not to it.
 *
 * Return: malloc'ed text; NULL when memory is short.
 */
char *exception_describe(const struct exception *exception, bool inbound);

/** exception_list_clear() - Release all; the list is empty afterwards. */
void exception_list_clear(struct exception_list *list);

#endif
