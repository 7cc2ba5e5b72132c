// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storage in sysfs: an iSCSI connection and an NVMe controller give one TCP port of one address
 * each at most, and a controller whose transport is not tcp gives none.
 *
 * Four texts with NULs between them: address and port of the connection, transport and address of
 * the controller.
 */

#include "facts/storage.h"
#include "scratch.h"
#include "util/cleanup.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct exception *one, const char *transport, const char *address_in)
{
	unsigned char address[sizeof(struct in6_addr)];

	assert(one->protocol == IPPROTO_TCP);
	assert(one->first > 0 && one->first == one->last);
	assert(inet_pton(exception_peer_is_ipv6(one->peer) ? AF_INET6 : AF_INET, one->peer,
		       address) == 1);
	if (strcmp(one->reason, "NVMe/TCP controller") == 0)
		assert(strncmp(transport, "tcp", 3) == 0 && strstr(address_in, "traddr="));
	else
		assert(strcmp(one->reason, "iSCSI session") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(exception_list_clear) struct exception_list storage = {0};
	_cleanup_free_ char *transport = NULL, *address = NULL;
	char *texts[4];

	scratch_cut(data, size, texts, ELEMENTS(texts));
	transport = strdup(texts[2]);
	address = strdup(texts[3]);
	assert(storage_from_iscsi(texts[0], texts[1], "/class/iscsi_connection", &storage) == 0);
	assert(storage.count <= 1);
	assert(storage_from_nvme(texts[2], texts[3], "/class/nvme", &storage) == 0);
	assert(storage.count <= 2);
	for (size_t i = 0; i < storage.count; i++)
		check(&storage.items[i], transport, address);
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
