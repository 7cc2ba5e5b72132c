/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_SOURCED_H
#define CORDON_UTIL_SOURCED_H

/*
 * A finding: something that is true of this machine, and the place that says so. What a decision is
 * made of, and what `cordon explain` shows of it.
 */

#include "util/must-check.h"

#include <stdbool.h>
#include <stddef.h>

struct sourced {
	char *what;   /* for people, no full stop: "ufw is enabled" */
	char *source; /* "/etc/ufw/ufw.conf:5"; without the root that it was read below */
};

struct sourced_list {
	struct sourced *items;
	size_t count;
};

/**
 * sourced_add() - Append a finding.
 * @source: copied.
 * @format: printf format of what was found; English, and translated here.
 *
 * Return: 0, or -ENOMEM with the list as it was.
 */
_must_check_ int sourced_add(struct sourced_list *list, const char *source, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** sourced_list_has() - Is there a finding with exactly this @what? */
bool sourced_list_has(const struct sourced_list *list, const char *what);

/** sourced_list_clear() - Release all; the list is empty afterwards. */
void sourced_list_clear(struct sourced_list *list);

#endif
