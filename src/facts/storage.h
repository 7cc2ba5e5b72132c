/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_STORAGE_H
#define CORDON_FACTS_STORAGE_H

/*
 * Network storage that the machine lives on. Private to the room; see facts.h.
 */

#include "util/exception.h"

/**
 * storage_from_mounts() - Servers of mounted network file systems.
 * @mounts: text of /proc/mounts: nfs, nfs4, cifs, smb3; the kernel writes the server's
 *          address as the option addr=.
 * @storage: appended to.
 *
 * Return: 0 or -ENOMEM.
 */
int storage_from_mounts(const char *mounts, struct exception_list *storage);

/**
 * storage_from_cmdline() - Servers that the kernel command line names: nfsroot=, root= (nfs:,
 * host:/path) and netroot= (iscsi:, nfs:), see dracut.cmdline(7) and the kernel's nfsroot
 * documentation. Only numeric addresses count.
 *
 * Return: 0 or -ENOMEM.
 */
int storage_from_cmdline(const char *cmdline, struct exception_list *storage);

/**
 * storage_from_sessions() - Targets of iSCSI sessions and NVMe/TCP controllers in sysfs.
 * @sys: "/sys", or a fixture.
 *
 * Return: 0 or -ENOMEM.
 */
int storage_from_sessions(const char *sys, struct exception_list *storage);

/**
 * storage_from_iscsi() - The part of storage_from_sessions() that reads the attributes of one iSCSI
 * connection, persistent_address and persistent_port; pure.
 * @address: cut up in place, as those below; NULL for any of them: there is no such attribute.
 * @source: where they are from.
 *
 * Return: 0 or -ENOMEM.
 */
int storage_from_iscsi(
	char *address, const char *port, const char *source, struct exception_list *storage);

/** storage_from_nvme() - The same for transport and address of an NVMe controller. */
int storage_from_nvme(
	char *transport, char *address, const char *source, struct exception_list *storage);

#endif
