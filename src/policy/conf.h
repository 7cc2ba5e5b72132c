/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_CONF_H
#define CORDON_POLICY_CONF_H

/*
 * One file in the format of cordon.conf(5). Private to the room.
 */

#include "policy/policy.h"

#include <stddef.h>

/**
 * conf_read() - Read a file below @root into @policy.
 * @path: without @root, as it is to be named.
 *
 * What cannot be read or believed is left out as a whole and named.
 *
 * Return: 0 or -ENOMEM.
 */
int conf_read(const char *root, const char *path, struct policy *policy);

/**
 * conf_parse() - The same for a text.
 * @name: names it in sources and messages.
 *
 * A line that is not understood is left out and named, closes the ports of the text and makes the
 * decision unclear; the rest is kept.
 *
 * Return: 0 or -ENOMEM.
 */
int conf_parse(const char *text, size_t size, const char *name, struct policy *policy);

#endif
