/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_HANDOVER_HANDOVER_H
#define CORDON_HANDOVER_HANDOVER_H

/*
 * Handing over: a firewall of the administrator's choice (ufw, firewalld, nftables) takes the place
 * of the seal, and admits what was chosen, and nothing else. Written by its own tool, in its own
 * idioms, so that whoever knows it can go on from there.
 *
 * Make before break: it is up, and verified, while the seal still stands. Rules that somebody else
 * wrote are never touched; where there are any, there is nothing to hand over to.
 */

#include "decision/situation.h"

struct handover {
	enum on_finish to; /* ON_FINISH_OPEN: nobody, the server is open */
	struct exception_list allow;
};

/**
 * handover_choose() - What is wanted: by the command line, else by the policy.
 * @to: "open", "ufw", "firewalld" or "nftables"; NULL: [Cordon] OnFinish=.
 * @allow: words as of [Finish] Allow=; NULL: what that says.
 * @handover: filled on success; release with handover_clear().
 *
 * Return: 0; -EINVAL with @why: not understood, or a policy that cannot be read may have said more
 * than to open; -ENOMEM.
 */
int handover_choose(const struct situation *situation, const char *to, const char *allow,
	struct handover *handover, char **why);

/** handover_name() - "open", "ufw" ... */
const char *handover_name(enum on_finish to);

/** handover_is_possible() - Is this firewall installed on the running system? */
bool handover_is_possible(enum on_finish to);

/**
 * handover_check() - Can it be done on the running system? Nothing is changed.
 *
 * Return: 0; -ENOENT: it is not installed; -EEXIST: somebody else has rules, or another firewall,
 * there; each with @why.
 */
int handover_check(const struct handover *handover, char **why);

/**
 * handover_prepare() - What has to be on record before anything is changed.
 * @handed: empty; filled on success.
 *
 * Return: 0 or a negative errno with @why.
 */
int handover_prepare(const struct handover *handover, struct handed *handed, char **why);

/**
 * handover_apply() - Bring it up, for this boot and for all others, and verify it.
 * @handed: prepared; its files are added.
 *
 * Return: 0; a negative errno with @why, which names the step, and all of it undone as far as
 * possible.
 */
int handover_apply(const struct handover *handover, struct handed *handed, char **why);

/**
 * handover_undo() - Take back what handover_apply() did. What was changed since is somebody's by
 * now, and stays.
 *
 * Return: 0; 1 with @why: it stays; a negative errno with @why.
 */
int handover_undo(const struct handed *handed, char **why);

/** handover_clear() - Release. */
void handover_clear(struct handover *handover);

#endif
