/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_FACTS_H
#define CORDON_FACTS_FACTS_H

/*
 * What is true of this machine, whatever anybody wants: who it is, and what it cannot live without.
 */

#include "util/exception.h"

#include <stdbool.h>

/* A machine-id or boot id as 32 hexadecimal digits. */
#define ID_SIZE 33

struct facts {
	/* machine-id(5): set by systemd before the first unit starts; "" while an image has none */
	char machine_id[ID_SIZE];
	/* changes with every boot; "" below another root */
	char boot_id[ID_SIZE];
	/* Storage that this machine had before it was sealed, or is told to mount on the kernel
	 * command line: outbound exceptions. Sealing must never hang a network root. */
	struct exception_list storage;
};

/**
 * facts_gather() - Look at the machine below @root.
 * @root: "" for the running system; below another root nothing that runs is looked at.
 * @facts: filled on success; release with facts_clear().
 *
 * What cannot be read is left empty; an empty machine-id is a fact of its own.
 *
 * Return: 0 or -ENOMEM.
 */
int facts_gather(const char *root, struct facts *facts);

/** facts_clear() - Release what facts_gather() filled. */
void facts_clear(struct facts *facts);

#endif
