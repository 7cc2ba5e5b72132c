// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sockets that an administrator would call one service become one line: nginx on 0.0.0.0:80 and
 * [::]:80, or eight workers with a socket each (SO_REUSEPORT).
 *
 * A line says the worst of its sockets: what one of them takes, the service takes.
 */

#include "exposure/merge.h"

#include "seal/seal.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

/* A listener with what it is sorted and merged by. */
struct entry {
	const struct listener *listener;
	char *program;
	const char *unit; /* "" when unknown; borrowed */
};

static void entries_free(struct entry *entries, size_t count)
{
	for (size_t i = 0; entries && i < count; i++)
		free(entries[i].program);
	free(entries);
}

/* "sshd", "python3.11 as web"; several programs that share it, comma separated. */
static char *name_program(const struct listener *listener)
{
	_cleanup_(strv_clear) struct strv names = {0};

	for (size_t i = 0; i < listener->owner_count; i++) {
		const struct socket_owner *owner = &listener->owners[i];

		if (strv_addf(&names, "%s%s%s", owner->program, owner->called ? " as " : "",
			    owner->called ? owner->called : "") < 0)
			return NULL;
	}
	return names.count > 0 ? strv_join(&names) : strdup("unknown");
}

static const char *name_unit(const struct listener *listener)
{
	for (size_t i = 0; i < listener->owner_count; i++)
		if (listener->owners[i].unit)
			return listener->owners[i].unit;
	return "";
}

static int compare_keys(const struct entry *a, const struct entry *b)
{
	int order = (int)a->listener->port - (int)b->listener->port;

	if (order == 0)
		order = (int)a->listener->protocol - (int)b->listener->protocol;
	if (order == 0)
		order = strcmp(a->program, b->program);
	return order ? order : strcmp(a->unit, b->unit);
}

/* Within an item: IPv4 first, so that the text does not depend on the kernel's order. */
static int compare(const void *one, const void *other)
{
	const struct entry *a = one, *b = other;
	int order = compare_keys(a, b);

	if (order == 0)
		order = (int)b->listener->ipv4 - (int)a->listener->ipv4;
	if (order == 0)
		order = strcmp(a->listener->address, b->listener->address);
	return order ? order : strcmp(a->listener->device, b->listener->device);
}

static struct entry *sort(const struct listener_list *listeners)
{
	struct entry *entries = calloc(listeners->count + 1, sizeof(*entries));

	for (size_t i = 0; entries && i < listeners->count; i++) {
		entries[i].listener = &listeners->items[i];
		entries[i].unit = name_unit(&listeners->items[i]);
		entries[i].program = name_program(&listeners->items[i]);
		if (!entries[i].program) {
			entries_free(entries, listeners->count);
			return NULL;
		}
	}
	if (entries)
		qsort(entries, listeners->count, sizeof(*entries), compare);
	return entries;
}

/* By the file's name: what a process calls itself is no way in. */
static bool is_remote_admin(const struct listener *listener, const struct exception_list *remote)
{
	for (size_t i = 0; i < remote->count; i++)
		if (remote->items[i].protocol == listener->protocol &&
			remote->items[i].first <= listener->port &&
			listener->port <= remote->items[i].last)
			return true;
	for (size_t i = 0; i < listener->owner_count; i++)
		if (strcmp(listener->owners[i].program, "sshd") == 0 ||
			strcmp(listener->owners[i].program, "xrdp") == 0)
			return true;
	return false;
}

/* Return: 1: anybody reaches it now; 0: @sources alone; -ENOMEM. */
static int find_sources(
	const struct listener *listener, const struct seal_plan *plan, struct strv *sources)
{
	const struct seal_port port = {
		.protocol = listener->protocol,
		.number = listener->port,
		.ipv4 = listener->ipv4,
		.ipv6 = listener->ipv6,
	};

	if (listener_reach(listener) == LISTENER_SERVER)
		return 0;
	return plan ? seal_plan_allows(plan, &port, sources) : 1;
}

/* Says of the item what its listeners do; @sources of all of them. */
static int judge(const struct entry *entries, size_t count, const struct exception_list *remote,
	const struct seal_plan *plan, struct exposure_item *item)
{
	_cleanup_(strv_clear) struct strv sources = {0};
	bool anybody = false;

	for (size_t i = 0; i < count; i++) {
		int r = find_sources(entries[i].listener, plan, &sources);

		if (r < 0)
			return r;
		anybody |= r > 0;
		item->after |= listener_reach(entries[i].listener) != LISTENER_SERVER;
		item->remote_admin |= is_remote_admin(entries[i].listener, remote);
	}
	item->local = !item->after;
	item->now = anybody || sources.count > 0;
	if (item->now && !anybody)
		item->from = strv_join(&sources);
	return item->now && !anybody && !item->from ? -ENOMEM : 0;
}

static char *join_addresses(const struct entry *entries, size_t count)
{
	_cleanup_free_ const struct listener **listeners = calloc(count, sizeof(*listeners));

	for (size_t i = 0; listeners && i < count; i++)
		listeners[i] = entries[i].listener;
	return listeners ? exposure_addresses(listeners, count) : NULL;
}

static int fill(const struct entry *entries, size_t count, const struct exception_list *remote,
	const struct seal_plan *plan, struct exposure_item *item)
{
	item->protocol = strdup(entries->listener->protocol == IPPROTO_TCP ? "tcp" : "udp");
	item->port = entries->listener->port;
	item->addresses = join_addresses(entries, count);
	item->program = strdup(entries->program);
	item->unit = *entries->unit ? strdup(entries->unit) : NULL;
	if (!item->protocol || !item->addresses || !item->program ||
		(*entries->unit && !item->unit))
		return -ENOMEM;
	return judge(entries, count, remote, plan, item);
}

int exposure_merge(const struct listener_list *listeners, const struct exception_list *remote,
	const struct seal_plan *plan, struct exposure *exposure)
{
	struct entry *entries = sort(listeners);
	size_t length;
	int r = entries ? 0 : -ENOMEM;

	exposure->items = calloc(listeners->count + 1, sizeof(*exposure->items));
	if (!exposure->items)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < listeners->count; i += length) {
		for (length = 1; i + length < listeners->count &&
				 compare_keys(&entries[i], &entries[i + length]) == 0;)
			length++;
		r = fill(&entries[i], length, remote, plan, &exposure->items[exposure->count++]);
	}
	entries_free(entries, listeners->count);
	return r;
}
