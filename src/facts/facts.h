/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_FACTS_H
#define CORDON_FACTS_FACTS_H

/*
 * What is true of this machine, whatever anybody wants: who it is, how it came to be, who manages
 * its firewall, and what it cannot live without.
 */

#include "util/exception.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <stdbool.h>

/* A machine-id or boot id as 32 hexadecimal digits. */
#define ID_SIZE 33

struct facts {
	/* machine-id(5): set by systemd before the first unit starts; "" while an image has none */
	char machine_id[ID_SIZE];
	/* changes with every boot; "" below another root */
	char boot_id[ID_SIZE];
	/* Boots of this installation in which cordon had no part (P12). */
	struct sourced_list earlier_boots;
	/* A root file system that forgets; decides nothing, explains much. */
	struct sourced_list stateless;
	/* Somebody manages the firewall on purpose (P13), or it is as it was shipped. */
	struct sourced_list managed, as_shipped;
	/* Traces of an unattended installation, and where sshd and xrdp listen (P15). */
	struct sourced_list unattended;
	struct exception_list remote;
	/* Logins of administrators since this machine was sealed (P14). */
	struct sourced_list administrators;
	/* Where such a login may be on record, and cannot be read. */
	struct sourced_list unread_logins;
	/* The networks that this machine has an address in, sorted: "192.0.2.0/24". */
	struct strv subnets;
	/* Storage that this machine had before it was sealed, or is told to mount on the kernel
	 * command line: outbound exceptions. Sealing must never hang a network root. */
	struct exception_list storage;
	/* What could not be read or believed; none of it opens anything. */
	struct strv problems;
};

/**
 * facts_identify() - Who is this machine: machine_id and boot_id alone.
 * @root: "" for the running system; below another root nothing that runs is looked at.
 * @facts: to be zeroed before.
 *
 * What cannot be read is left empty; an empty machine-id is a fact of its own.
 */
void facts_identify(const char *root, struct facts *facts);

/**
 * facts_gather() - Look at everything else.
 * @facts: identified; filled on success; release with facts_clear() in any case.
 * @since: when this machine was sealed, RFC 3339, as the record has it: logins before do not
 *         count; NULL: not on record, so those of this boot do.
 * @admin_groups: whose members are administrators (P14): names, as findings.
 * @boots: look for earlier boots, too, which may mean to read a large journal.
 *
 * Return: 0 or -ENOMEM.
 */
int facts_gather(const char *root, const char *since, const struct sourced_list *admin_groups,
	bool boots, struct facts *facts);

/** facts_clear() - Release what facts_gather() filled. */
void facts_clear(struct facts *facts);

#endif
