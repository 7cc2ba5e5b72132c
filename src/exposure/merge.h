/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_EXPOSURE_MERGE_H
#define CORDON_EXPOSURE_MERGE_H

/*
 * From sockets to what an administrator reads. Private to the room.
 */

#include "exposure/exposure.h"
#include "exposure/sockets.h"
#include "util/must-check.h"

/**
 * exposure_merge() - Fill the items. Pure.
 * @remote: ports of remote administration.
 * @plan: of the seal that stands; NULL: none does.
 * @exposure: its items are set, also on failure.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int exposure_merge(const struct listener_list *listeners,
	const struct exception_list *remote, const struct seal_plan *plan,
	struct exposure *exposure);

/**
 * exposure_addresses() - Where the listeners of one item listen, for people.
 * @listeners: one at least.
 *
 * Return: malloc'ed text; NULL when memory is short.
 */
char *exposure_addresses(const struct listener *const *listeners, size_t count);

#endif
