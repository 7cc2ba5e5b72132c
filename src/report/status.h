/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_REPORT_STATUS_H
#define CORDON_REPORT_STATUS_H

/*
 * Where this server stands, in one struct: for `cordon status` and for the assistant.
 *
 * What the record says and what the kernel has are two things; both are looked at, each time.
 */

#include "blocked/blocked.h"
#include "decision/plan.h"
#include "update/update.h"

#include <stdbool.h>

struct status {
	struct situation situation;
	bool sealed; /* the verdict, not the health */
	struct seal_plan plan;
	bool inspected; /* could the kernel be asked? */
	struct seal_health health;
	struct seal_counts counts;
	bool tallied; /* could it be found out what was blocked? */
	struct blocked blocked;
	bool counted; /* is it known how many updates there are? */
	struct update_figures figures;
	bool listed; /* was the package manager asked, and did it answer? */
	struct update_list pending;
	struct strv missing;  /* before finish */
	struct strv reboot;   /* why a reboot is missing as well */
	struct strv problems; /* what of the configuration and of others was left out */
	struct strv notes;    /* what could not be found out */
};

/**
 * status_gather() - Look at the record, at the kernel and at the updates.
 * @root: "" for the running system. Below another root, or for a user who may not ask the kernel,
 *        only the record is looked at, and a note says so.
 * @max_age: in seconds: for whom the numbers of a look at updates will do that is not older; then
 *           the package manager is not asked, its sources are not in the plan, and no updates
 *           listed. 0: it is asked.
 * @status: to be zeroed before; released with status_clear(), on failure as well.
 *
 * To ask the package manager takes a second or two; nobody is asked over the network.
 *
 * Return: 0 or -ENOMEM.
 */
int status_gather(const char *root, unsigned int max_age, struct status *status);

/**
 * status_look_at_kernel() - Look at the tables anew, and at what they have refused, which is quick;
 * nothing else. What cannot be found out stays as it was.
 */
void status_look_at_kernel(struct status *status);

/** status_seal() - What is true of the seal: "intact", "degraded", "none", or "unknown". */
const char *status_seal(const struct status *status);

/** status_clear() - Release what status_gather() filled. */
void status_clear(struct status *status);

#endif
