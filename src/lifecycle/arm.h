/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_ARM_H
#define CORDON_LIFECYCLE_ARM_H

/*
 * Cordoning a live machine on purpose: the way back from finished or aside.
 */

#include <stdint.h>

struct arm_request {
	const char *by;		 /* who */
	unsigned int undo_after; /* seconds until it is undone unless confirmed; 0: it is not */
	/* The session that is to stay: arm_parse_connection(); 0 and NULL: none */
	uint16_t port;
	const char *peer;
};

/**
 * arm_run() - Record it, seal, and start what runs while sealed. When sealing fails, everything is
 * as before.
 * @why: says what is wrong, or, with 0, what could not be done besides.
 *
 * Return: 0: sealed; -EALREADY: it is already; another negative errno.
 */
int arm_run(const struct arm_request *request, char **why);

/**
 * arm_confirm() - It stays until finished.
 *
 * Return: 0; -ENOENT: there is nothing to confirm (any more); another negative errno with @why.
 */
int arm_confirm(char **why);

/**
 * arm_parse_connection() - The exception that keeps an SSH session.
 * @connection: $SSH_CONNECTION of sshd(8): "CLIENT PORT SERVER PORT".
 * @peer: the client's address, malloc'ed.
 *
 * Return: the server's port; 0 when it is not understood.
 */
uint16_t arm_parse_connection(const char *connection, char **peer);

#endif
