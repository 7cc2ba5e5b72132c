// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * apt's proxies, and the ports of addresses: a proxy is a value that stands between quotation marks
 * and is not DIRECT; a port is one, and the same without the credentials, which are gone then.
 */

#include "update/apt/parse.h"
#include "update/manager/uri.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_uri(const char *uri)
{
	_cleanup_free_ char *without = uri_without_credentials(uri), *again = NULL;
	const char *authority = strstr(without, "://");
	unsigned int port = uri_port(uri);

	again = uri_without_credentials(without);
	assert(strcmp(without, again) == 0);
	assert(strlen(without) <= strlen(uri));
	assert(!authority || !memchr(authority + 3, '@', strcspn(authority + 3, "/")));
	assert(port <= 65535);
	assert(port == 0 || strstr(uri, "://"));
}

static void check_proxy(void *context, const char *uri)
{
	const char *config = context, *found = strstr(config, uri);

	assert(*uri && !strpbrk(uri, "\"\n") && strcasecmp(uri, "DIRECT") != 0);
	assert(found && strcasestr(config, "Acquire::") && strcasestr(config, "::Proxy"));
	check_uri(uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *config = strndup((const char *)data, size);

	assert(apt_proxies_parse(config, check_proxy, config) == 0);
	check_uri(config);
	return 0;
}
