/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_RULESET_PARTS_H
#define CORDON_SEAL_RULESET_PARTS_H

/*
 * What the files that write rules share. Private to ruleset.c and grouping.c.
 */

#include "util/exception.h"
#include "util/stream.h"

/* Being written: each rule is one line. */
struct writer {
	struct stream stream;
	FILE *out; /* that of @stream */
	unsigned int rules;
	int error; /* 0, or -ENOMEM: what was written is not whole */
};

/** rule() - Write one. */
void rule(struct writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** rule_begin() - One that is written to @writer->out in several steps, up to rule_end(). */
void rule_begin(struct writer *writer);

/** rule_end() - The last step. */
void rule_end(struct writer *writer);

/* Where the peer stands in a packet, and where the port; and what is asked first. */
struct sides {
	const char *peer, *port, *echo, *first;
	uint8_t only; /* IPPROTO_*: other packets do not come here; 0: all do */
};

/**
 * grouping_write() - Write rules that accept what these exceptions name, and nothing else.
 *
 * A packet costs the same whether they are ten or 100,000, unless they differ in both: in ports
 * and in networks that are no single address.
 */
void grouping_write(
	struct writer *writer, const struct exception_list *list, const struct sides *sides);

#endif
