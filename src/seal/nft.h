/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_NFT_H
#define CORDON_SEAL_NFT_H

/*
 * libnftables, and its netlink socket. Private to the room; nft.c is the only file that includes
 * the library.
 */

#include "util/cleanup.h"

struct nft;

/**
 * nft_open() - Open a context with a netlink socket of its own.
 *
 * Return: 0 or a negative errno with @why.
 */
int nft_open(struct nft **nft, char **why);

/** nft_close() - Close it; a table owned by its socket goes with the socket's last descriptor. */
void nft_close(struct nft *nft);

DEFINE_CLEANUP(nft, struct nft *, nft_close)

/** nft_socket() - The descriptor of the context's netlink socket; borrowed. */
int nft_socket(const struct nft *nft);

/**
 * nft_run() - Commit commands in nftables' language as one transaction.
 *
 * Return: 0 or -EIO with @why, in nft's own words.
 */
int nft_run(struct nft *nft, const char *commands, char **why);

/** nft_run_once() - nft_run() with a context of its own. */
int nft_run_once(const char *commands, char **why);

/**
 * nft_list() - Run a listing command.
 * @listing: its output as text, owned by the caller. Counters' values are in it, the elements of
 *           sets are not.
 *
 * Return: 0 or a negative errno with @why.
 */
int nft_list(struct nft *nft, const char *command, char **listing, char **why);

/** nft_list_elements() - nft_list() with the elements of sets; protocols are numbers. */
int nft_list_elements(struct nft *nft, const char *command, char **listing, char **why);

#endif
