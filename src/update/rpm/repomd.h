/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UPDATE_RPM_REPOMD_H
#define CORDON_UPDATE_RPM_REPOMD_H

/*
 * repomd.xml, the one file of an rpm repository that is signed and names all others. Private to the
 * room.
 */

#include "update/backend.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* Real ones have some 5 kB. */
#define REPOMD_MAX (1U << 20)

struct repomd {
	/* The newest of <revision>, where that is a time, and of the <timestamp>s; 0: none is. */
	time_t date;
	bool has_advisories; /* there is a <data type="updateinfo"> */
};

/**
 * repomd_parse() - Read a repomd.xml.
 * @xml: need not end with a NUL.
 * @repomd: untouched on failure.
 *
 * A document type declaration, and with it every entity, is an error. A number counts as a time
 * when it lies between 2000 and 2100.
 *
 * Return: 0; -EBADMSG: it is no repomd.xml; -EFBIG: longer than REPOMD_MAX; -ENOMEM.
 */
int repomd_parse(const char *xml, size_t size, struct repomd *repomd);

/**
 * repomd_read() - repomd_parse() of a file that a package manager has fetched and verified.
 * @path: "/var/cache/dnf/updates-0123456789abcdef/repodata/repomd.xml".
 *
 * Return: as repomd_parse(), or as file_read(); -ENOENT: it was never fetched. @why for all but
 * -ENOENT.
 */
int repomd_read(const char *path, struct repomd *repomd, char **why);

/**
 * repomd_judge() - What a source's metadata say of themselves: its role and date. A source that has
 * none counts as security, for it may be the one that matters.
 * @path: as for repomd_read(); NULL: it was never fetched.
 * @missing: the failure of a source that has no metadata though fetching them did not fail.
 * @failure: of fetching them, NULL: it did not; set to @missing then, malloc'ed.
 *
 * Return: 0; -ENOMEM; as repomd_read(), with @why: they cannot be read.
 */
int repomd_judge(const char *path, const char *missing, struct update_source *source,
	char **failure, char **why);

#endif
