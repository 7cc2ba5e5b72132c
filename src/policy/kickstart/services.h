/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_KICKSTART_SERVICES_H
#define CORDON_POLICY_KICKSTART_SERVICES_H

/*
 * Ports by name. Private to the room.
 */

#include "util/exception.h"
#include "util/must-check.h"

/**
 * services_add() - Open the ports of a service.
 * @services: text in the format of services(5).
 * @name: a service or an alias of one.
 * @protocol: "tcp", "udp", or NULL for both.
 * @exception: what else to say of each port.
 * @list: appended to.
 *
 * Return: how many ports it has; -ENOMEM.
 */
_must_check_ int services_add(const char *services, const char *name, const char *protocol,
	const struct exception *exception, struct exception_list *list);

#endif
