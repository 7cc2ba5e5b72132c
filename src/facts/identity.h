/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_IDENTITY_H
#define CORDON_FACTS_IDENTITY_H

/*
 * Who is this machine? Private to the room; see facts.h.
 */

#include "facts/facts.h"

/**
 * install_read_machine_id() - Read /etc/machine-id below @root.
 * @id: 32 lower-case hexadecimal digits, or "" when the file is missing, empty, "uninitialized" or
 *      not an id (machine-id(5)).
 */
void install_read_machine_id(const char *root, char id[static ID_SIZE]);

/** install_read_boot_id() - The kernel's boot id, without its dashes; "" when unknown. */
void install_read_boot_id(char id[static ID_SIZE]);

#endif
