/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_EXPOSURE_EXPOSURE_H
#define CORDON_EXPOSURE_EXPOSURE_H

/*
 * Exposure: which programs of this server can be reached from outside, now and once it is finished.
 *
 * It is about who may begin to talk; what is connected already goes on. It knows the sockets, their
 * addresses and cordon's own rules. It does not know, and says so in its notes:
 *
 * - other firewalls, on this server or in front of it: finish lifts cordon's tables alone, so what
 *   is reachable then may still be refused by somebody else's;
 * - other network namespaces (containers, guests), and ports that are forwarded to them.
 */

#include "decision/plan.h"
#include "decision/situation.h"
#include "util/strv.h"

#include <stdbool.h>
#include <stddef.h>

/* Listeners of the same protocol, port, program and unit are one. Text is fit for a terminal. */
struct exposure_item {
	char *protocol; /* "tcp", "udp" */
	unsigned int port;
	/* For people: "any address", "192.0.2.1, 2001:db8::1", "any address on eth0" */
	char *addresses;
	/* The file's name, and what it calls itself: "sshd", "python3.11 as web"; several, comma
	 * separated, when they share the socket; "unknown" */
	char *program;
	char *unit;	   /* of systemd; NULL when unknown */
	bool local;	   /* on loopback alone: reachable from this server only */
	bool now;	   /* reachable now, sealed or not */
	char *from;	   /* now, narrowed: the sources, comma-separated; NULL: anyone */
	bool after;	   /* reachable after finish */
	bool remote_admin; /* a way in for administrators: sshd, xrdp, or a port of theirs */
};

struct exposure {
	struct exposure_item *items; /* by port, then protocol */
	size_t count;
	struct strv notes;   /* what is not covered, or was found in the way */
	bool other_firewall; /* other rules have a say, too; the notes name them */
};

/**
 * exposure_gather() - Look at the running system. Needs root.
 * @situation: of the running system, gathered as a whole, or ports of remote administration on a
 *             machine that is finished are known by their programs alone.
 * @plan: of that situation. It counts while a seal stands, whatever the decision is.
 * @exposure: filled on success; release with exposure_clear().
 *
 * Return: 0 or a negative errno with @why.
 */
int exposure_gather(const struct situation *situation, const struct seal_plan *plan,
	struct exposure *exposure, char **why);

/** exposure_clear() - Release all; it is empty afterwards. */
void exposure_clear(struct exposure *exposure);

#endif
