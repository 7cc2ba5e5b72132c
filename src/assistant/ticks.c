// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Ticks of ports. All are ticked at first, for finishing opens everything (P10); but doubt closes:
 * once somebody has chosen, what comes up later is not part of the choice.
 */

#include "assistant/ticks.h"

#include "util/stream.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REMOTE_ADMIN "remote-admin" /* a word of --allow= */

struct tick *ticks_find(const struct ticks *ticks, unsigned int port, const char *protocol)
{
	for (size_t i = 0; i < ticks->count; i++)
		if (ticks->items[i].port == port && strcmp(ticks->items[i].protocol, protocol) == 0)
			return &ticks->items[i];
	return NULL;
}

static bool policy_admits(const struct policy *policy, const struct exposure_item *item)
{
	const int protocol = strcmp(item->protocol, "tcp") == 0 ? IPPROTO_TCP : IPPROTO_UDP;

	if (policy->finish_remote && item->remote_admin)
		return true;
	for (size_t i = 0; i < policy->finish_allow.count; i++) {
		const struct exception *one = &policy->finish_allow.items[i];

		if (one->protocol == protocol && one->first <= item->port &&
			one->last >= item->port)
			return true;
	}
	return false;
}

static struct tick *add(struct ticks *ticks, const struct exposure_item *item, bool ticked)
{
	struct tick *items = reallocarray(ticks->items, ticks->count + 1, sizeof(*items));
	struct tick *tick;

	if (!items)
		return NULL;
	ticks->items = items;
	tick = &items[ticks->count++];
	*tick = (struct tick){.port = item->port, .ticked = ticked};
	snprintf(tick->protocol, sizeof(tick->protocol), "%s", item->protocol);
	return tick;
}

int ticks_merge(struct ticks *ticks, const struct exposure *exposure, const struct policy *policy)
{
	const bool handed = policy->on_finish.value != ON_FINISH_OPEN;
	const bool first = ticks->count == 0;

	for (size_t i = 0; i < ticks->count; i++)
		ticks->items[i].present = false;
	for (size_t i = 0; i < exposure->count; i++) {
		const struct exposure_item *item = &exposure->items[i];
		struct tick *tick = ticks_find(ticks, item->port, item->protocol);

		if (!item->after || item->local)
			continue;
		if (!tick)
			tick = add(ticks, item,
				handed ? first && policy_admits(policy, item) : !ticks->narrowed);
		if (!tick)
			return -ENOMEM;
		tick->remote_admin = (tick->present && tick->remote_admin) || item->remote_admin;
		tick->narrowed =
			(tick->present && tick->narrowed) || (item->remote_admin && item->from);
		tick->present = true;
	}
	ticks->narrowed |= handed;
	return 0;
}

/* "remote-admin" is one word, for all of them. */
static bool is_grouped(const struct ticks *ticks)
{
	for (size_t i = 0; i < ticks->count; i++)
		if (ticks->items[i].present && ticks->items[i].narrowed)
			return true;
	return false;
}

void ticks_toggle(struct ticks *ticks, struct tick *tick)
{
	const bool ticked = !tick->ticked;

	tick->ticked = ticked;
	ticks->narrowed |= !ticked;
	for (size_t i = 0; tick->remote_admin && is_grouped(ticks) && i < ticks->count; i++)
		if (ticks->items[i].remote_admin)
			ticks->items[i].ticked = ticked;
}

size_t ticks_count(const struct ticks *ticks, bool ticked)
{
	size_t count = 0;

	for (size_t i = 0; i < ticks->count; i++)
		count += ticks->items[i].present && ticks->items[i].ticked == ticked;
	return count;
}

bool ticks_locks_out(const struct ticks *ticks)
{
	bool any = false;

	for (size_t i = 0; i < ticks->count; i++) {
		if (!ticks->items[i].present || !ticks->items[i].remote_admin)
			continue;
		if (ticks->items[i].ticked)
			return false;
		any = true;
	}
	return any;
}

static char *join(const struct ticks *ticks, bool ticked, const char *between, bool words)
{
	const bool grouped = words && is_grouped(ticks);
	bool remote = false;
	const char *before = "";
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	for (size_t i = 0; i < ticks->count; i++) {
		const struct tick *tick = &ticks->items[i];

		if (!tick->present || tick->ticked != ticked)
			continue;
		if (grouped && tick->remote_admin) {
			remote = true;
			continue;
		}
		fprintf(out, "%s%u/%s", before, tick->port, tick->protocol);
		before = between;
	}
	if (remote)
		fprintf(out, "%s%s", before, REMOTE_ADMIN);
	return stream_close(&stream);
}

char *ticks_list(const struct ticks *ticks, bool ticked)
{
	return join(ticks, ticked, ", ", false);
}

char *ticks_allow(const struct ticks *ticks)
{
	return join(ticks, true, ",", true);
}

void ticks_clear(struct ticks *ticks)
{
	free(ticks->items);
	*ticks = (struct ticks){0};
}
