/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_REMOTE_XRDP_H
#define CORDON_FACTS_REMOTE_XRDP_H

/*
 * Where xrdp will listen. Private to the room; see unattended.h.
 */

#include "facts/systemd/units.h"
#include "util/exception.h"
#include "util/strv.h"

/**
 * xrdp_parse() - Read the text of an xrdp.ini(5).
 * @file: for sources and sentences.
 * @ports, @problems: appended to.
 *
 * Return: 0 or -ENOMEM.
 */
int xrdp_parse(
	const char *file, const char *text, struct exception_list *ports, struct strv *problems);

/** xrdp_find_ports() - The part of remote_find_ports() that is xrdp's. */
int xrdp_find_ports(
	struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems);

#endif
