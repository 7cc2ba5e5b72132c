/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_TABLES_H
#define CORDON_SEAL_TABLES_H

/*
 * The kernel's own word on which tables of cordon exist and which socket owns them. Private to the
 * room.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TABLE_BASE   "cordon"
#define TABLE_HOLD_A "cordon_hold_a"
#define TABLE_HOLD_B "cordon_hold_b"
/* Not among those that are listed: see initrd.c. */
#define TABLE_INITRD "cordon_initrd"

struct table {
	char name[32];
	uint32_t flags;	 /* NFT_TABLE_F_* */
	uint32_t owner;	 /* netlink port of the owning socket; 0 without one */
	uint64_t handle; /* the kernel's number for it, given to no other table until the next boot
			  */
};

#define TABLES_MAX 8

struct tables {
	struct table items[TABLES_MAX];
	size_t count;
};

/**
 * tables_read() - List the tables of family inet whose names are cordon's.
 *
 * Asked over netlink directly, because libnftables 1.0.6 does not tell a table's owner.
 *
 * Return: 0 or a negative errno with @why: -EPERM without CAP_NET_ADMIN, -EOPNOTSUPP or the like
 * without nf_tables.
 */
int tables_read(struct tables *tables, char **why);

/** tables_cannot_be() - Does this error of tables_read() say that there is no nftables here? */
bool tables_cannot_be(int error);

/** tables_have_hold() - Is the hold @name among them; with NULL, any hold? */
bool tables_have_hold(const struct tables *tables, const char *name);

/**
 * tables_await_gone() - Wait until a hold has gone, at most 5 seconds.
 * @name: the hold's table, or NULL for both.
 *
 * systemd closes what it keeps in a thread of its own, so that a table may outlive the answer that
 * its socket was dropped by some milliseconds.
 *
 * Return: 0; -ETIMEDOUT, or another negative errno, with @why.
 */
int tables_await_gone(const char *name, char **why);

/** tables_find() - The table of that name, or NULL. */
const struct table *tables_find(const struct tables *tables, const char *name);

#endif
