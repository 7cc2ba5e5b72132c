// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses for people. A service that listens on 0.0.0.0 and on [::] does what one does that is
 * dual stack, and both say the same to whoever reads it: any address.
 *
 * What a wildcard covers is left out, unless it is bound to another interface.
 */

#include "exposure/merge.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <string.h>

struct cover {
	bool ipv4, ipv6;
};

static const char *wildcard(const struct cover *cover)
{
	if (cover->ipv4 && cover->ipv6)
		return _("any address");
	return cover->ipv4 ? _("any IPv4 address") : _("any IPv6 address");
}

/* What is taken on any address of the device, or with "" of the whole server. */
static struct cover cover_of(
	const struct listener *const *listeners, size_t count, const char *device)
{
	struct cover cover = {0};

	for (size_t i = 0; i < count; i++) {
		if (listeners[i]->address[0] || strcmp(listeners[i]->device, device) != 0)
			continue;
		cover.ipv4 |= listeners[i]->ipv4;
		cover.ipv6 |= listeners[i]->ipv6;
	}
	return cover;
}

static bool is_covered(const struct listener *listener, const struct cover *cover)
{
	return (!listener->ipv4 || cover->ipv4) && (!listener->ipv6 || cover->ipv6);
}

/* A scope belongs to the address (RFC 4007), so it is written as one. */
static char *describe(
	const struct listener *const *listeners, size_t count, const struct listener *listener)
{
	struct cover cover;

	if (listener->address[0])
		return strdup_printf("%s%s%s%s", listener->address, listener->device[0] ? "%" : "",
			listener->device,
			listener_reach(listener) == LISTENER_LINK ? _(" (this link only)") : "");
	cover = cover_of(listeners, count, listener->device);
	if (!listener->device[0])
		return strdup(wildcard(&cover));
	return strdup_printf(_("%s on %s"), wildcard(&cover), listener->device);
}

char *exposure_addresses(const struct listener *const *listeners, size_t count)
{
	_cleanup_(strv_clear) struct strv list = {0};
	struct cover whole = cover_of(listeners, count, "");

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *one = NULL;
		bool is_whole = !listeners[i]->address[0] && !listeners[i]->device[0];

		if (!is_whole && is_covered(listeners[i], &whole))
			continue;
		one = describe(listeners, count, listeners[i]);
		if (!one || strv_add_once(&list, one) < 0)
			return NULL;
	}
	return strv_join(&list);
}
