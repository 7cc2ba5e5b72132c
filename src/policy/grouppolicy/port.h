/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_GROUPPOLICY_PORT_H
#define CORDON_POLICY_GROUPPOLICY_PORT_H

/*
 * One line of GloballyOpenPorts\List: port:TCP|UDP:scope:enabled|disabled:name. Private to the
 * room.
 */

#include "util/exception.h"
#include "util/strv.h"

#include <stdbool.h>

struct gpo_port {
	struct exception port; /* protocol, first and last; one port */
	bool enabled;
	struct strv peers; /* the scope, sorted; may be empty */
	struct strv bad;   /* what of the scope is not understood */
};

/**
 * gpo_port_parse() - Read such a line.
 * @port: filled on success; release with gpo_port_clear().
 * @why: for -EINVAL what is missing.
 *
 * Return: 0; -EINVAL; -ENOMEM.
 */
int gpo_port_parse(const char *text, struct gpo_port *port, char **why);

/** gpo_port_clear() - Release what gpo_port_parse() filled. */
void gpo_port_clear(struct gpo_port *port);

#endif
