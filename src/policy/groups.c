// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a server may have to reach before it is updated, by the names that administrators use. The
 * list is documented in cordon.conf(5).
 *
 * Ports are IANA's, but for what is said beside them.
 */

#include "policy/groups.h"

#include "util/cleanup.h"

#include <string.h>

static const struct {
	const char *name, *ports;
} groups[] = {
	/* Joining Active Directory or FreeIPA: Kerberos and its password change, RPC's endpoint
	 * mapper, LDAP, SMB, the global catalogue, and, for the calls behind the mapper, the
	 * dynamic ports of Windows since 2008. DNS and NTP are open anyway. */
	{"domain", "88/tcp 88/udp 464/tcp 464/udp 135/tcp 389/tcp 389/udp 636/tcp 445/tcp 3268/tcp "
		   "3269/tcp 49152-65535/tcp"},
	/* iSCSI; NFS with the port mapper; NVMe/TCP and its discovery; Ceph's monitors (both
	 * protocols) and its daemons' default range. */
	{"storage", "3260/tcp 2049/tcp 2049/udp 111/tcp 111/udp 4420/tcp 8009/tcp 3300/tcp "
		    "6789/tcp 6800-7300/tcp"},
	/* RFC 5426, RFC 6587, RFC 5425 (over TLS). */
	{"syslog", "514/udp 514/tcp 6514/tcp"},
	/* Puppet, Salt. */
	{"management", "8140/tcp 4505-4506/tcp"},
};

const char *group_ports(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(groups); i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].ports;
	return NULL;
}

const char *group_names(void)
{
	return "domain, storage, syslog, management";
}
