/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_BLOCKED_RANKING_H
#define CORDON_BLOCKED_RANKING_H

/*
 * Names with numbers of packets: ports, or sources. Private to the room.
 *
 * What is added lies there as it came; ranking_merge() and ranking_cut() put it in order.
 */

#include "util/must-check.h"

#include <netinet/in.h>
#include <stddef.h>

struct rank {
	char name[INET6_ADDRSTRLEN];
	unsigned long long packets;
};

struct ranking {
	struct rank *items;
	size_t count;
};

/** ranking_sum() - a + b, or LLONG_MAX, the largest number that the record can hold. */
unsigned long long ranking_sum(unsigned long long a, unsigned long long b);

/** ranking_add() - Append one. Return: 0 or -ENOMEM with the list as it was. */
_must_check_ int ranking_add(struct ranking *ranking, const char *name, unsigned long long packets);

/** ranking_add_all() - Append all of @from. Return: 0 or -ENOMEM. */
_must_check_ int ranking_add_all(struct ranking *to, const struct ranking *from);

/** ranking_merge() - Make one of those with the same name; sorted by name. */
void ranking_merge(struct ranking *ranking);

/** ranking_get() - The packets of a name; 0: it is not there. @ranking: merged, not cut since. */
unsigned long long ranking_get(const struct ranking *ranking, const char *name);

/** ranking_cut() - Keep the @max names with most packets; sorted by those, most first. */
void ranking_cut(struct ranking *ranking, size_t max);

/** ranking_total() - All packets in it. */
unsigned long long ranking_total(const struct ranking *ranking);

/** ranking_clear() - Release; empty afterwards. */
void ranking_clear(struct ranking *ranking);

#endif
