/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_REMOTE_LISTEN_H
#define CORDON_FACTS_REMOTE_LISTEN_H

/*
 * Where a service listens: "22", "[::]:22", "192.0.2.1:22". Private to the room.
 */

#include "util/exception.h"
#include "util/must-check.h"

#include <stdbool.h>

struct listen {
	char *address; /* without its brackets; "" when there is none */
	char *port;    /* NULL when there is none */
};

/**
 * listen_parse() - Split an address and its port.
 * @text: "ADDRESS", "ADDRESS:PORT", "[ADDRESS]", "[ADDRESS]:PORT", ":PORT"; the address may be a
 *        host name. Two colons without brackets are of an IPv6 address.
 * @listen: filled on success; release with listen_clear().
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int listen_parse(const char *text, struct listen *listen);

/** listen_is_loopback() - Can this address be reached from this server alone? */
bool listen_is_loopback(const char *address);

/**
 * listen_add_port() - A TCP port of remote administration.
 * @port: a number from 1 to 65535.
 * @service: its name: "sshd".
 *
 * Return: 0; -EINVAL with @why: not such a number; -ENOMEM.
 */
_must_check_ int listen_add_port(const char *port, const char *service, const char *source,
	struct exception_list *ports, char **why);

/** listen_clear() - Release what listen_parse() filled. */
void listen_clear(struct listen *listen);

#endif
