/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_INSPECT_H
#define CORDON_SEAL_INSPECT_H

/*
 * Reading back what the kernel has. Private to the room.
 */

#include "seal/nft.h"

#include <stdint.h>

/* A table as the kernel lists it, reduced to what two tables with the same rules share. */
struct fingerprint {
	uint64_t value;	     /* of chains and rules, without names, handles and priorities */
	unsigned int rules;  /* how many rules */
	unsigned int closed; /* base chains with policy drop */
};

/**
 * fingerprint_read() - Read back one table.
 *
 * Return: 0 or a negative errno with @why.
 */
int fingerprint_read(struct nft *nft, const char *table, struct fingerprint *print, char **why);

/**
 * fingerprint_of() - The same from a listing; pure.
 * @listing: text of `nft list table`.
 */
struct fingerprint fingerprint_of(const char *listing);

#endif
