/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_SUBNETS_H
#define CORDON_FACTS_SUBNETS_H

/*
 * Private to the room; see facts.h.
 */

#include "util/strv.h"

/**
 * subnets_find() - The networks of this machine's addresses, without those of loopback.
 * @subnets: peers as exception_parse_peer() writes them, sorted; appended to.
 *
 * Return: 0 or -ENOMEM.
 */
int subnets_find(struct strv *subnets);

#endif
