/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPS_H
#define CORDON_POLICY_GROUPS_H

/*
 * Named groups of outbound ports for [Egress] Allow=. Private to the room.
 */

/**
 * group_ports() - The ports of a group, for exception_parse_port().
 *
 * Return: static text, separated by blanks; NULL when there is no such group.
 */
const char *group_ports(const char *name);

/** group_names() - "domain, storage ..." for messages. */
const char *group_names(void);

#endif
