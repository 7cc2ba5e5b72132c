// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A listing of what was refused: whatever it is, no more is noted than fits, and nothing but
 * addresses, ports and numbers; no less was refused than was noted; and one element more in front
 * of it is one attempt more.
 */

#include "seal/count.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct seal_attempt *attempt, uint64_t packets)
{
	struct in6_addr binary;
	char again[INET6_ADDRSTRLEN];
	const int family = strchr(attempt->address, ':') ? AF_INET6 : AF_INET;

	assert(inet_pton(family, attempt->address, &binary) == 1);
	assert(inet_ntop(family, &binary, again, sizeof(again)));
	assert(strcmp(again, attempt->address) == 0);
	assert(attempt->protocol == IPPROTO_TCP || attempt->protocol == IPPROTO_UDP);
	assert(attempt->port <= UINT16_MAX && attempt->packets <= packets);
}

static size_t parse(const char *listing)
{
	struct table_counters witness = {.count = 0};
	size_t count;

	assert(table_counters_parse(listing, &witness) == 0);
	for (size_t i = 0; i < witness.count; i++)
		check(&witness.attempts[i], witness.packets);
	count = witness.count;
	free(witness.attempts);
	assert(count <= ATTEMPTS_MAX);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *listing = strndup((const char *)data, size);
	_cleanup_free_ char *more = strdup_printf(
		"\telements = { ::1 . 6 . 22 counter packets 1 bytes 60 }\n%s", listing);

	assert(parse(more) == parse(listing) + 1);
	return 0;
}
