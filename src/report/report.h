/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_REPORT_REPORT_H
#define CORDON_REPORT_REPORT_H

/*
 * The evidence: one record of the whole quarantine, from the first sealed boot to its end.
 *
 * It is put together from what is on record (state, history, blocked) and, while sealed, from what
 * stands in the kernel. A server may have been cordoned off several times (cordon arm); this is
 * about the last time.
 */

#include "report/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Which system this is. Fit for a terminal; NULL: not known. */
struct report_machine {
	char *hostname;
	char *architecture; /* as uname(2) has it; NULL below another root */
	/* Of os-release(5) */
	char *name, *id, *version_id, *variant_id, *build_id, *image_id, *image_version;
};

/* Times are RFC 3339. Texts that are NULL are not on record. They come from files: UTF-8, but not
 * fit for a terminal. */
struct report_boot {
	unsigned int number; /* 1: the first that was sealed */
	char *time, *reason; /* reason: a code, see cordon(7) */
	char *damage;	     /* what was wrong with the record */
};

struct report_reboot { /* by cordon itself (Reboot=auto) */
	char *time;
	struct strv reasons;
};

struct report_update {
	char *time;
	struct update_list packages;
	struct strv failed; /* scripts of packages */
};

/* How the quarantine ended. */
struct report_end {
	char *event; /* "finished", "stood-aside", "disarmed"; NULL: it has not, or is not on record
		      */
	char *time, *by;
	char *reason; /* why it was forced, or decided */
	bool verified, forced;
	struct strv missing;			/* by then */
	char *handed_to;			/* the firewall that took over; NULL: none */
	struct strv handed_allow, handed_files; /* what it admits; what was changed for it */
};

struct report {
	struct status status; /* what is true now */
	struct report_machine machine;
	char *sealed_since, *sealed_reason; /* NULL: it never was */
	struct report_boot *boots;
	size_t boots_count;
	struct report_reboot *reboots;
	size_t reboots_count;
	struct report_update *updates; /* one a run */
	size_t updates_count;
	struct report_end end;
	struct strv notes; /* what could not be read, or be found out */
};

/**
 * report_gather() - Read all of it.
 * @root, @max_age: as status_gather() has them.
 * @report: to be zeroed before; released with report_clear(), on failure as well.
 *
 * Return: 0 or -ENOMEM.
 */
int report_gather(const char *root, unsigned int max_age, struct report *report);

/** report_boots() - How many boots were sealed: by the record, or by the history, if that has more.
 */
size_t report_boots(const struct report *report);

/** report_packages() - How many packages the updates brought in, each run by itself. */
size_t report_packages(const struct report *report);

/** report_clear() - Release what report_gather() filled. */
void report_clear(struct report *report);

#endif
