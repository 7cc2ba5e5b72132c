/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_POLICY_POLICY_H
#define CORDON_POLICY_POLICY_H

/*
 * What the administrator wants: the values of cordon.conf(5), each with the place that said it.
 *
 * Defaults are the closed ones. A value that cannot be understood is left out, the rest is kept,
 * and a sentence says which. Leaving a value out can only close: after one that may have been meant
 * to narrow ports, the ports of the same file stay closed.
 */

#include "util/exception.h"
#include "util/sentences.h"

/* What the sealed server itself may reach; [Cordon] Egress= */
enum egress {
	EGRESS_UPDATES, /* only what updating needs */
	EGRESS_OPEN,	/* everything: only inbound traffic is sealed (clause P17) */
};

struct policy {
	enum egress egress;
	char *egress_source;		    /* "default" or "FILE:LINE" */
	struct exception_list allow;	    /* [Allow] Port= and From=: inbound, by default none */
	struct exception_list egress_allow; /* [Egress] Allow=: outbound, by default none */
	/* What could not be read or understood: "FILE:LINE: what: what is allowed". */
	struct sentences problems;
};

/** egress_name() - "updates" or "open". */
const char *egress_name(enum egress egress);

/**
 * policy_load() - Read cordon.conf and its drop-ins below @root.
 * @root: "" for the running system.
 * @policy: filled on success; release with policy_clear().
 *
 * Files, later ones win: /usr/lib/cordon/cordon.conf, then /etc/cordon/cordon.conf, then the
 * drop-ins "*.conf" of /usr/lib/cordon/cordon.conf.d, /run/cordon.conf.d and
 * /etc/cordon/cordon.conf.d in the order of their names; of equal names the one of /etc, then /run
 * counts, and a link to /dev/null switches it off. Lists add up; an empty value begins anew.
 *
 * A file that is not owned by root or that others may write is not read.
 *
 * Return: 0, whatever the files say (see @policy->problems); -ENOMEM.
 */
int policy_load(const char *root, struct policy *policy);

/** policy_clear() - Release what policy_load() filled. */
void policy_clear(struct policy *policy);

#endif
