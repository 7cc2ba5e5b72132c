/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_GROUPING_H
#define CORDON_SEAL_GROUPING_H

/*
 * Exceptions as few rules. Private to the room.
 */

#include "seal/writer.h"
#include "util/exception.h"

/* Where the peer stands in a packet, and where the port; and what is asked first. */
struct rule_direction {
	const char *peer, *port, *echo, *first;
	uint8_t only; /* IPPROTO_*: other packets do not come here; 0: all do */
};

/**
 * grouping_write() - Write rules that accept what these exceptions name, and nothing else.
 *
 * A packet costs the same whether they are ten or 100,000, unless they differ in both: in ports
 * and in networks that are no single address.
 */
void grouping_write(struct writer *writer, const struct exception_list *list,
	const struct rule_direction *direction);

#endif
