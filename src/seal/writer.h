/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_WRITER_H
#define CORDON_SEAL_WRITER_H

/*
 * Writes chains and rules as nft(8) reads them. Private to the room.
 */

#include "util/must-check.h"
#include "util/stream.h"

/* Being written: each rule is one line. Starts as {0}. */
struct writer {
	struct stream stream;
	FILE *out; /* that of @stream */
	unsigned int rules;
	int error; /* 0, or -ENOMEM: what was written is not whole */
};

/**
 * writer_open() - Begin.
 *
 * Return: 0; or -ENOMEM, and there is nothing to close.
 */
_must_check_ int writer_open(struct writer *writer);

/**
 * writer_close() - End, whole or not at all.
 * @text: what was written, malloc'ed and owned by the caller; untouched on failure.
 * @rules: how many rules that are; untouched on failure.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int writer_close(struct writer *writer, char **text, unsigned int *rules);

/**
 * chain_begin() - Write the first lines of a chain.
 * @hook: with @priority and @policy; NULL: other chains jump there, and the two are not read.
 */
void chain_begin(struct writer *writer, const char *name, const char *hook, const char *priority,
	const char *policy);

/** chain_end() - Write its last line. */
void chain_end(struct writer *writer);

/** rule() - Write a rule. */
void rule(struct writer *writer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** rule_begin() - Begin a rule that is written to @writer->out in several steps, up to rule_end().
 */
void rule_begin(struct writer *writer);

/** rule_end() - The last step. */
void rule_end(struct writer *writer);

#endif
