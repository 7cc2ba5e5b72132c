// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An address is only asked whether it is a loopback one. All others are treated alike: which
 * networks lead to an address of this server, nobody can tell before the network is up.
 */

#include "facts/remote/listen.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

static int copy_parts(const char *address, size_t length, const char *port, struct listen *listen)
{
	struct listen result = {.address = strndup(address, length)};

	result.port = port ? strdup(port) : NULL;
	if (!result.address || (port && !result.port)) {
		listen_clear(&result);
		return -ENOMEM;
	}
	*listen = result;
	return 0;
}

int listen_parse(const char *text, struct listen *listen)
{
	const char *end, *colon = strchr(text, ':');

	if (*text == '[') {
		end = strchr(text, ']');
		if (!end || (end[1] != ':' && end[1] != '\0'))
			return -EINVAL;
		return copy_parts(
			text + 1, (size_t)(end - text - 1), end[1] ? end + 2 : NULL, listen);
	}
	if (colon && strchr(colon + 1, ':'))
		return copy_parts(text, strlen(text), NULL, listen);
	if (colon)
		return copy_parts(text, (size_t)(colon - text), colon + 1, listen);
	return *text ? copy_parts(text, strlen(text), NULL, listen) : -EINVAL;
}

bool listen_is_loopback(const char *address)
{
	struct in6_addr ipv6;
	struct in_addr ipv4;

	if (inet_pton(AF_INET, address, &ipv4) == 1)
		return ntohl(ipv4.s_addr) >> 24 == IN_LOOPBACKNET;
	if (inet_pton(AF_INET6, address, &ipv6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&ipv6);
	return strcasecmp(address, "localhost") == 0;
}

int listen_add_port(const char *port, const char *service, const char *source,
	struct exception_list *ports, char **why)
{
	_cleanup_free_ char *number = strdup_printf("%s/tcp", port);
	_cleanup_free_ char *reason = strdup_printf(_("remote administration (%s)"), service);
	struct exception exception = {.reason = reason, .source = (char *)source};

	if (!number || !reason)
		return -ENOMEM;
	if (strspn(port, "0123456789") != strlen(port) ||
		exception_parse_port(number, &exception, NULL) < 0)
		return fail(why, EINVAL, "%s: not a port from 1 to 65535", port);
	return exception_add(ports, &exception);
}

void listen_clear(struct listen *listen)
{
	free(listen->address);
	free(listen->port);
	*listen = (struct listen){0};
}
