// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two questions about the address of a source: which port it leads to, and how to show it to people
 * and to the record without the password that may be in it. Egress= asks both at once.
 */

#include "update/manager/uri.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <ctype.h>
#include <string.h>

char *uri_without_credentials(const char *uri)
{
	const char *authority = strstr(uri, "://"), *end, *at;
	char *result = strdup(uri);
	size_t length;

	if (result && authority) {
		authority += 3;
		end = authority + strcspn(authority, "/");
		at = memrchr(authority, '@', (size_t)(end - authority));
		if (at)
			strcpy(result + (authority - uri), at + 1);
	}
	for (length = result ? strlen(result) : 0; length > 0 && result[length - 1] == '/';)
		result[--length] = '\0';
	return result;
}

/* By the last part of "tor+https". 0: not a scheme of the network. */
static unsigned int default_port(const char *uri, const char *authority)
{
	static const struct {
		const char *scheme;
		unsigned int port;
	} schemes[] = {
		{"http", 80},
		{"https", 443},
		{"mirror", 80},
		{"tor", 80},
		{"ftp", 21},
		{"ssh", 22},
		{"rsh", 514},
		{"socks5h", 1080},
	};
	size_t length = (size_t)(authority - uri);
	const char *plus = memrchr(uri, '+', length);
	const char *scheme = plus ? plus + 1 : uri;

	length = (size_t)(authority - scheme);
	for (size_t i = 0; i < ELEMENTS(schemes); i++)
		if (strlen(schemes[i].scheme) == length &&
			strncasecmp(scheme, schemes[i].scheme, length) == 0)
			return schemes[i].port;
	return 0;
}

unsigned int uri_port(const char *uri)
{
	const char *authority = strstr(uri, "://"), *end, *host, *colon;
	unsigned int port;
	char *digits_end;
	unsigned long value;

	if (!authority)
		return 0;
	port = default_port(uri, authority);
	authority += 3;
	end = authority + strcspn(authority, "/");
	host = memrchr(authority, '@', (size_t)(end - authority));
	host = host ? host + 1 : authority;
	/* The colons inside an IPv6 address's brackets introduce no port. */
	if (*host == '[')
		host += strcspn(host, "]/");
	colon = memchr(host, ':', (size_t)(end - host));
	if (port == 0 || !colon || !isdigit((unsigned char)colon[1]))
		return port;
	value = strtoul(colon + 1, &digits_end, 10);
	return digits_end == end && value <= 65535 ? (unsigned int)value : 0;
}

void uri_add_port(const char *manager, const char *kind, const char *uri,
	void (*add)(void *context, unsigned int port, const char *source), void *context)
{
	const unsigned int port = uri_port(uri);
	_cleanup_free_ char *shown = uri_without_credentials(uri);
	_cleanup_free_ char *source = strdup_printf("%s %s %s", manager, kind, shown ? shown : "");

	if (port > 0)
		add(context, port, source ? source : manager);
}
