// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storage: what is opened is one address, written in the text, and of a word or mount that names
 * network storage; a port comes with TCP alone. A netmask or a name opens nothing.
 *
 * The same text is read as /proc/mounts and as the kernel command line.
 */

#include "facts/storage.h"
#include "util/cleanup.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_peer(const char *peer)
{
	unsigned char address[sizeof(struct in6_addr)];
	_cleanup_free_ char *again = NULL;

	/* One address, not a network or a range. */
	assert(inet_pton(exception_peer_is_ipv6(peer) ? AF_INET6 : AF_INET, peer, address) == 1);
	assert(exception_parse_peer(peer, &again, NULL) == 0);
	assert(strcmp(peer, again) == 0);
}

static void check(const struct exception_list *storage, const char *source)
{
	for (size_t i = 0; i < storage->count; i++) {
		const struct exception *one = &storage->items[i];

		assert(one->protocol == IPPROTO_TCP || one->protocol == 0);
		assert(one->first == one->last && (one->first > 0) == (one->protocol != 0));
		assert(one->peer && one->reason && strcmp(one->source, source) == 0);
		check_peer(one->peer);
		for (size_t k = 0; k < i; k++)
			assert(strcmp(storage->items[k].peer, one->peer) != 0 ||
				storage->items[k].first != one->first);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(exception_list_clear) struct exception_list mounts = {0}, words = {0};
	_cleanup_free_ char *content = strndup((const char *)data, size);

	assert(storage_from_mounts(content, &mounts) == 0);
	check(&mounts, "/proc/mounts");
	if (mounts.count > 0) {
		assert(strstr(content, "addr="));
		assert(strstr(content, " nfs ") || strstr(content, " nfs4 ") ||
			strstr(content, " cifs ") || strstr(content, " smb3 "));
	}
	for (size_t i = 0; i < mounts.count; i++)
		assert(mounts.items[i].protocol == 0);
	assert(storage_from_cmdline(content, &words) == 0);
	check(&words, "kernel command line");
	for (size_t i = 0; i < words.count; i++)
		assert(strstr(content, "root=") &&
			(words.items[i].first == 0 || strstr(content, "root=iscsi:")));
	return 0;
}
