/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_FINISH_H
#define CORDON_LIFECYCLE_FINISH_H

/*
 * The release: verify, hand over, record durably, lift the seal. In that order and no other.
 */

#include "decision/situation.h"
#include "handover/handover.h"
#include "update/update.h"
#include "util/strv.h"

struct finish_request {
	const char *by; /* who asks, for the record */
	/* Reason for finishing unverified, without asking the mirrors; NULL: only when verified */
	const char *forced;
	const struct handover *handover; /* who takes over, from handover_choose() */
	struct update_settings settings;
	struct update_audience audience; /* hears what is waited for; its listener may be NULL */
};

/**
 * finish_run() - Finish the quarantine of the running system (P9, P10), verified or forced (P19).
 * @missing: what is not done yet, when 1 is returned; when forced, what was not done.
 * @warnings: what was found besides and keeps nobody: sources that bring no security updates, a
 *            firewall of an earlier handover that stays.
 *
 * Return: 0: released, or it was already (@why may then say that the history could not be written);
 * 1: refused because something is missing; a negative errno with @why, in which it says whether the
 * record is written already.
 */
int finish_run(const struct finish_request *request, struct strv *missing, struct strv *warnings,
	char **why);

#endif
