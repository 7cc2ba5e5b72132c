// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Arrays and qsort(3): the lists are short, or made anew for one look.
 */

#include "blocked/ranking.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned long long ranking_sum(unsigned long long a, unsigned long long b)
{
	return a > LLONG_MAX - b || b > LLONG_MAX ? LLONG_MAX : a + b;
}

/* There is room for a power of two, at least 16. */
static int make_room(struct ranking *ranking)
{
	const size_t count = ranking->count;
	struct rank *larger;

	if (count > 0 && (count < 16 || (count & (count - 1)) != 0))
		return 0;
	larger = reallocarray(ranking->items, count < 16 ? 16 : 2 * count, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	ranking->items = larger;
	return 0;
}

int ranking_add(struct ranking *ranking, const char *name, unsigned long long packets)
{
	struct rank *rank;
	int r = make_room(ranking);

	if (r < 0)
		return r;
	rank = &ranking->items[ranking->count++];
	snprintf(rank->name, sizeof(rank->name), "%s", name);
	rank->packets = ranking_sum(packets, 0);
	return 0;
}

int ranking_add_all(struct ranking *to, const struct ranking *from)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < from->count; i++)
		r = ranking_add(to, from->items[i].name, from->items[i].packets);
	return r;
}

static int by_name(const void *a, const void *b)
{
	const struct rank *one = a, *other = b;

	return strcmp(one->name, other->name);
}

static int by_packets(const void *a, const void *b)
{
	const struct rank *one = a, *other = b;

	if (one->packets != other->packets)
		return one->packets > other->packets ? -1 : 1;
	return by_name(a, b);
}

static void sort(struct ranking *ranking, int (*order)(const void *, const void *))
{
	if (ranking->count > 0)
		qsort(ranking->items, ranking->count, sizeof(*ranking->items), order);
}

void ranking_merge(struct ranking *ranking)
{
	struct rank *items = ranking->items;
	size_t last = 0;

	sort(ranking, by_name);
	for (size_t i = 1; i < ranking->count; i++) {
		if (strcmp(items[last].name, items[i].name) == 0)
			items[last].packets = ranking_sum(items[last].packets, items[i].packets);
		else
			items[++last] = items[i];
	}
	if (ranking->count > 0)
		ranking->count = last + 1;
}

unsigned long long ranking_get(const struct ranking *ranking, const char *name)
{
	struct rank key = {.packets = 0};
	const struct rank *found;

	snprintf(key.name, sizeof(key.name), "%s", name);
	if (ranking->count == 0)
		return 0;
	found = bsearch(&key, ranking->items, ranking->count, sizeof(key), by_name);
	return found ? found->packets : 0;
}

void ranking_cut(struct ranking *ranking, size_t max)
{
	sort(ranking, by_packets);
	if (ranking->count > max)
		ranking->count = max;
}

unsigned long long ranking_total(const struct ranking *ranking)
{
	unsigned long long total = 0;

	for (size_t i = 0; i < ranking->count; i++)
		total = ranking_sum(total, ranking->items[i].packets);
	return total;
}

void ranking_clear(struct ranking *ranking)
{
	free(ranking->items);
	*ranking = (struct ranking){0};
}
