/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_MANAGER_DRIP_H
#define CORDON_UPDATE_MANAGER_DRIP_H

/*
 * Is a download still worth waiting for? Private to the room.
 */

#include <stdbool.h>
#include <sys/types.h>

/* Bytes in a second below which it is not, over DRIP_WINDOW seconds: as dnf's minrate. */
#define DRIP_RATE   1000
#define DRIP_WINDOW 60

struct drip {
	const char *const *folders; /* what is fetched grows in or below one; ends with NULL */
	unsigned long long bytes;   /* how much was there when the window began */
	long long looked;	    /* when it was looked at last, by boottime_ms(); 0: never */
	long long waited; /* milliseconds of the window in which the mirror was waited for */
	bool dried_up;	  /* it has come too slowly for a whole window */
};

/**
 * drip_is_worth_it() - Look again, about once a second.
 * @is_fetching: whether the package manager is fetching at all just now; while it computes, nothing
 *               is held against it.
 * @fetcher: the package manager. While it, or what it started, works, it does not wait for a mirror
 *           but for this machine: apt goes on saying that it fetches while it verifies a signature,
 *           which takes a minute where everything is slow.
 *
 * Return: false, once, for all: it came too slowly for DRIP_WINDOW seconds.
 */
bool drip_is_worth_it(struct drip *drip, bool is_fetching, pid_t fetcher);

#endif
