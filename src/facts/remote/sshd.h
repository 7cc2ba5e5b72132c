/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_REMOTE_SSHD_H
#define CORDON_FACTS_REMOTE_SSHD_H

/*
 * Where sshd will listen. Private to the room; see unattended.h.
 */

#include "facts/systemd/units.h"
#include "util/exception.h"
#include "util/must-check.h"
#include "util/strv.h"

#include <stdbool.h>

#define SSHD_CONFIG "/etc/ssh/sshd_config"

/* What its configuration and options have said so far. Begin with zeros and the last three. */
struct sshd {
	struct exception_list ports; /* Port, -p: where every address without a port listens */
	struct exception_list bound; /* ListenAddress with a port, unless loopback */
	bool has_port;		     /* a port was named, understood or not: not the default one */
	bool fixed_ports;	     /* by -p: the Port of files does not count */
	bool has_address;	     /* there is a ListenAddress, understood or not */
	bool has_open_address;	     /* one without a port that is no loopback address */
	bool unknown;		     /* it cannot be told where sshd listens: nothing is opened */
	size_t steps, size;	     /* files and Include lines, and bytes, that were read */

	const char *root;
	struct strv *problems;
	/* Reads the files of an Include with sshd_parse(), at @depth. Return: 0 or -ENOMEM. */
	int (*include)(
		struct sshd *sshd, const char *pattern, const char *source, unsigned int depth);
};

/**
 * sshd_parse() - Read the text of an sshd_config(5).
 * @file: for sources and sentences: "FILE:LINE".
 * @depth: 0, or of the Include.
 *
 * Return: 0 or -ENOMEM.
 */
int sshd_parse(struct sshd *sshd, const char *file, const char *text, unsigned int depth);

/**
 * sshd_parse_option() - Read a line that is in no file.
 * @source: for sources and sentences.
 *
 * Return: 0 or -ENOMEM.
 */
int sshd_parse_option(struct sshd *sshd, const char *line, const char *source);

/**
 * sshd_parse_options() - Read the options of sshd(8).
 * @words: of its command line, that of the program first.
 * @source: for sources and sentences.
 *
 * Return: 0 or -ENOMEM.
 */
int sshd_parse_options(struct sshd *sshd, const struct strv *words, const char *source);

/** sshd_fail() - Say why it cannot be told where sshd listens. Return: 0 or -ENOMEM. */
int sshd_fail(struct sshd *sshd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * sshd_add_ports() - Where sshd listens, after all was read.
 * @ports: appended to.
 *
 * Return: 0 or -ENOMEM.
 */
_must_check_ int sshd_add_ports(const struct sshd *sshd, struct exception_list *ports);

/** sshd_clear() - Release what was read. */
void sshd_clear(struct sshd *sshd);

/** sshd_find_ports() - The part of remote_find_ports() that is sshd's. */
int sshd_find_ports(
	struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems);

#endif
