/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_DATABASE_H
#define CORDON_UTIL_DATABASE_H

/*
 * SQLite databases of other programs: read, never written, and never where they lie.
 */

#include <stddef.h>
#include <stdint.h>

/* Called for each row with the text of its first column, "" for none. Return: 0: go on; 1: enough;
 * -ENOMEM. */
typedef int database_row(void *context, const char *column);

/**
 * database_read_file() - Read a whole database as it is between two writes.
 * @root: "" for the running system, as for file_read_in().
 * @max: in bytes.
 * @data: malloc'ed content of the file, owned by the caller; untouched on failure.
 * @size: in bytes; may be 0, for a database in which nothing was ever written.
 * @why: set for every error but -ENOENT and -ENOMEM.
 *
 * Nothing is created beside the file, and no lock is taken that its writer would have to wait for.
 * While it is written it is waited for, one second at most.
 *
 * Return: 0; -ENOENT: there is no such file; -EBUSY: it is still being written, or a write was cut
 * off and nothing has repaired it yet; another negative errno.
 */
int database_read_file(
	const char *root, const char *path, size_t max, char **data, size_t *size, char **why);

/**
 * database_query() - Ask a database that lies in memory.
 * @data: @size bytes of a database file, in rollback mode; not changed.
 * @sql: one SELECT; ?1 and ?2 in it stand for @first and @second.
 * @why: set for every error but -ENOMEM.
 *
 * libsqlite3 is loaded by the first call: the programs do not depend on it, because few servers
 * have such files, and what seals must start without. What takes too long is given up.
 *
 * Return: what @row ended with, 0 or 1; -ELIBACC: there is no libsqlite3; -EBADMSG: the file is no
 * database, damaged anywhere, or not of the form that @sql expects; -ETIME: it takes too long;
 * -ENOMEM.
 */
int database_query(const char *data, size_t size, const char *sql, int64_t first, int64_t second,
	database_row *row, void *context, char **why);

#endif
