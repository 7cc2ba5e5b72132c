/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_COUNT_H
#define CORDON_SEAL_COUNT_H

/*
 * What a listing says of what was refused. Private to the room.
 */

#include "seal/seal.h"

/* Two sets of 8192 elements, see ruleset.c. */
#define ATTEMPTS_MAX 16384

/**
 * table_counters_parse() - Read a table's counter and the elements of its sets; pure.
 * @listing: text of `nft list table`, with elements. What is not understood in it is passed over.
 * @witness: packets, attempts and count are set on success; its attempts are the caller's to free.
 *
 * Return: 0 or -ENOMEM.
 */
int table_counters_parse(const char *listing, struct table_counters *witness);

#endif
