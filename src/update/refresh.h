/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_REFRESH_H
#define CORDON_UPDATE_REFRESH_H

/*
 * Fresh metadata, judged, and what they say is pending. Private to the room.
 */

#include "update/backend.h"

#include <time.h>

struct dates;

/**
 * refresh_audience() - @audience, or somebody who does not listen: backends always have one.
 */
struct update_audience refresh_audience(const struct update_audience *audience);

/** refresh_tell() - For a backend: the metadata of source @i of @count are going to be fetched. */
void refresh_tell(const struct update_audience *audience, const char *id, size_t i, size_t count);

/**
 * refresh_sources() - Fetch the metadata, judge each source, keep the newest dates.
 * @audience: may be NULL.
 * @warnings: of sources that bring no security updates.
 *
 * Return: 0 when all security sources are fresh; a negative errno with @why.
 */
int refresh_sources(const struct update_backend *backend, const struct update_settings *settings,
	const struct update_audience *audience, struct strv *warnings, char **why);

/**
 * refresh_pending() - What is pending and counts, by the metadata that are there.
 *
 * Return: 0 or a negative errno with @why.
 */
int refresh_pending(const struct update_backend *backend, const struct update_settings *settings,
	struct update_list *list, char **why);

/**
 * sources_judge() - Is the metadata fresh enough to believe that nothing is missing?
 * @sources: security sources with an older date than @dates has, or a stale one, get a failure.
 * @dates: the newest date of each source so far, see dates.h; raised where a source is newer.
 * @now: of the real-time clock.
 * @warnings: one sentence for each other source that failed is appended.
 *
 * A security source that failed is an error, as is that there is none of this release. Others are
 * warnings. Where there are only sources without advisories, all of them have to be fresh with
 * Updates=all, the newest by its age, too; with Updates=security nobody can know.
 *
 * Return: 0; -EIO or -ENOENT with @why; -ENOMEM.
 */
int sources_judge(const struct update_backend *backend, const struct update_settings *settings,
	struct update_sources *sources, struct dates *dates, time_t now, struct strv *warnings,
	char **why);

#endif
