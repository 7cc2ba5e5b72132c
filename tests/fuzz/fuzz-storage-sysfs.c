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

static const char *const paths[] = {
	"/class/iscsi_connection/connection1:0/persistent_address",
	"/class/iscsi_connection/connection1:0/persistent_port",
	"/class/nvme/nvme0/transport",
	"/class/nvme/nvme0/address",
};

static void check(const struct exception *one, char *const texts[static 4])
{
	unsigned char address[sizeof(struct in6_addr)];

	assert(one->protocol == IPPROTO_TCP);
	assert(one->first > 0 && one->first == one->last);
	assert(inet_pton(exception_peer_is_ipv6(one->peer) ? AF_INET6 : AF_INET, one->peer,
		       address) == 1);
	if (strcmp(one->reason, "NVMe/TCP controller") == 0)
		assert(strncmp(texts[2], "tcp", 3) == 0 && strstr(texts[3], "traddr="));
	else
		assert(strcmp(one->reason, "iSCSI session") == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(exception_list_clear) struct exception_list storage = {0};
	char *texts[ELEMENTS(paths)];

	scratch_cut(data, size, texts, ELEMENTS(texts));
	for (size_t i = 0; i < ELEMENTS(paths); i++)
		scratch_write(paths[i], texts[i], strlen(texts[i]));
	assert(storage_from_sessions(scratch_root(), &storage) == 0);
	assert(storage.count <= 2);
	for (size_t i = 0; i < storage.count; i++)
		check(&storage.items[i], texts);
	scratch_free(texts, ELEMENTS(texts));
	return 0;
}
