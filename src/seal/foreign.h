/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_FOREIGN_H
#define CORDON_SEAL_FOREIGN_H

/*
 * Firewalls beside cordon's. Private to the room.
 */

#include "util/strv.h"

/**
 * others_parse() - Find tables that have a say about what comes in; pure.
 * @listing: text of `nft list chains`.
 * @tables: appended to: "inet filter" ..., each once, without those of cordon.
 *
 * Return: 0 or -ENOMEM.
 */
int others_parse(const char *listing, struct strv *tables);

#endif
