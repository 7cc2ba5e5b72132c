/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_GROUPPOLICY_H
#define CORDON_POLICY_GROUPPOLICY_GROUPPOLICY_H

/*
 * What an Active Directory says about this server's firewall (clauses P14 and P16), read from where
 * samba-gpupdate and adsys cache it: Registry.pol files (MS-GPREG 2.2.1) with Microsoft's own
 * WindowsFirewall keys.
 */

#include "policy/policy.h"
#include "util/exception.h"
#include "util/sourced.h"
#include "util/strv.h"

#include <stdbool.h>

/* A peer in @allow that stands for the networks which the server has an address in. */
#define PEER_LOCAL_SUBNET "LocalSubnet"

struct group_policy {
	bool decided;		 /* EnableFirewall is present in the profile that applies (P14) */
	struct sourced decision; /* "Group Policy enables the firewall", with its place, if so */
	struct exception_list allow; /* P16; a peer may be PEER_LOCAL_SUBNET */
	struct sourced_list
		files; /* the policies that were read, in the order in which they count */
	/* What was skipped, and what cannot be kept on Linux: each closes a port. */
	struct strv problems;
	/* What could hide a decision or a narrower exception: then nothing of Group Policy counts,
	 * and
	 * @decided and @allow are empty. */
	struct strv damage;
};

/**
 * group_policy_load() - Find and read the cached policies below @root.
 * @folder: NULL: where samba-gpupdate and adsys cache them; else the folder to search.
 * @policy: filled on success; release with group_policy_clear().
 *
 * Return: 0, whatever the files say; -ENOMEM.
 */
int group_policy_load(const char *root, const char *folder, enum group_policy_profile profile,
	struct group_policy *policy);

/** group_policy_clear() - Release what group_policy_load() filled. */
void group_policy_clear(struct group_policy *policy);

#endif
