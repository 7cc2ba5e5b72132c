/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_LAYERS_H
#define CORDON_POLICY_LAYERS_H

/*
 * Which configuration files there are, in the order in which they count.
 */

#include "util/strv.h"

/**
 * layers_find() - List the files of cordon.conf(5) below @root that exist.
 * @files: paths without @root, the earliest first; appended to.
 *
 * Return: 0; -ENOMEM; another negative errno when a folder cannot be listed.
 */
int layers_find(const char *root, struct strv *files);

#endif
