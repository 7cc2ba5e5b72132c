/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_REPORT_TEXTFILE_H
#define CORDON_REPORT_TEXTFILE_H

/*
 * The report's numbers in a file, where node_exporter's textfile collector reads them: while
 * sealed, and once more when that has ended, so that what stands there stays true although nothing
 * of cordon runs any more.
 */

#include <stdbool.h>

/* In the folder that [Report] Textfile= names. */
#define TEXTFILE_NAME "cordon.prom"
/* The folder of Debian's prometheus-node-exporter. */
#define TEXTFILE_DEBIAN "/var/lib/prometheus/node-exporter"

/**
 * textfile_publish() - Gather the report of the running system and write its numbers, unless the
 * phase has changed meanwhile: whoever changed it writes them. Nothing is written either after
 * cordon reset, with Textfile=no, and with Textfile=auto where there is no such folder.
 * @locked: does the caller hold the lock (util/lock.h)? Otherwise it is taken, for writing alone.
 *
 * Return: 0; a negative errno with @why, and the old file intact.
 */
int textfile_publish(bool locked, char **why);

/**
 * textfile_write() - The part of textfile_publish() that writes.
 * @root: "" for the running system.
 * @folder: absolute; may belong to anybody.
 *
 * Return: as there; -ENOENT: there is no such folder; -ELOOP: a symbolic link leads to it.
 */
int textfile_write(const char *root, const char *folder, const char *metrics, char **why);

/**
 * textfile_remove() - Remove the file below @root, for cordon reset.
 *
 * Return: 0, also where there is none; a negative errno with @why.
 */
int textfile_remove(const char *root, char **why);

#endif
