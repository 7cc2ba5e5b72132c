// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who writes what:
 *
 *   file                            written by                              on
 *   /var/log/wtmp                   systemd (boots), login(1), sshd         Debian 12 and older
 *                                   sshd, agetty; no boots any more         Debian 13
 *   /var/log/wtmp.db                pam_wtmpdb, wtmpdb(8) (boots)           Debian, where installed
 *   /var/lib/wtmpdb/wtmp.db         the same                                elsewhere
 *   /var/lib/lastlog/lastlog2.db    pam_lastlog2: each user's last login    where installed
 *
 * The databases' schemas are those of wtmpdb 0.73 and of util-linux 2.41.
 */

#include "facts/records.h"

#include "util/cleanup.h"
#include "util/database.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <utmpx.h>

#define WTMP	    "/var/log/wtmp"
#define RECORDS_MAX (16U << 20)

/* wtmpdb: Type 1 is a boot, 3 a user's login; microseconds. */
#define WTMPDB                                                                                     \
	{                                                                                          \
		[RECORDS_LOGINS] = "SELECT User FROM wtmp WHERE Type = 3 AND Login >= ?1 "         \
				   "AND Login < ?2",                                               \
		[RECORDS_USE] = "SELECT User FROM wtmp WHERE Type IN (1, 3) AND Login >= ?1 "      \
				"AND Login < ?2",                                                  \
	}
#define LASTLOG2 "SELECT Name FROM Lastlog2 WHERE Time >= ?1 AND Time < ?2"

static const struct {
	const char *path;
	int64_t unit; /* of its times, a second */
	const char *sql[2];
} databases[] = {
	{"/var/log/wtmp.db", 1000000, WTMPDB},
	{"/var/lib/wtmpdb/wtmp.db", 1000000, WTMPDB},
	{"/var/lib/lastlog/lastlog2.db", 1, {LASTLOG2, LASTLOG2}},
};

static bool is_asked_for(const struct utmpx *record, const struct records_query *query)
{
	const bool is_kind = record->ut_type == USER_PROCESS ||
			     (query->kind == RECORDS_USE && record->ut_type == BOOT_TIME);

	return is_kind && record->ut_tv.tv_sec >= query->first && record->ut_tv.tv_sec < query->end;
}

int records_in_wtmp(const char *content, size_t size, const struct records_query *query)
{
	struct utmpx record;
	int r = 0;

	for (size_t at = 0; r == 0 && at + sizeof(record) <= size; at += sizeof(record)) {
		char user[sizeof(record.ut_user) + 1] = "";

		memcpy(&record, content + at, sizeof(record));
		memcpy(user, record.ut_user, sizeof(record.ut_user));
		if (is_asked_for(&record, query))
			r = query->found(query->context, WTMP, user);
	}
	return r;
}

/* Return: 0 or -ENOMEM. */
static int doubt(struct sourced_list *doubts, const char *path, const char *why)
{
	return doubts ? sourced_add(doubts, path, "its logins cannot be read: %s", why) : 0;
}

static int look_in_wtmp(
	const char *root, const struct records_query *query, struct sourced_list *doubts)
{
	_cleanup_free_ char *content = NULL;
	size_t size;
	int r = file_read_in(root, WTMP, RECORDS_MAX, &content, &size);

	if (r == -ENOENT || r == -ENOTDIR || r == -ENOMEM)
		return r == -ENOMEM ? r : 0;
	return r < 0 ? doubt(doubts, WTMP, strerror(-r)) : records_in_wtmp(content, size, query);
}

struct row_context {
	const struct records_query *query;
	const char *source;
};

static int hand_over_row(void *context, const char *user)
{
	const struct row_context *row = context;

	return row->query->found(row->query->context, row->source, user);
}

/* As the database counts time; what is too far away for that is at its end. */
static int64_t in_units(time_t when, int64_t unit)
{
	if (when > INT64_MAX / unit)
		return INT64_MAX;
	return when < INT64_MIN / unit ? INT64_MIN : when * unit;
}

static int look_in_database(
	const char *root, size_t i, const struct records_query *query, struct sourced_list *doubts)
{
	struct row_context context = {query, databases[i].path};
	_cleanup_free_ char *content = NULL, *why = NULL;
	size_t size;
	int r = database_read_file(root, databases[i].path, RECORDS_MAX, &content, &size, &why);

	if (r == -ENOENT || r == -ENOTDIR)
		return 0;
	if (r == 0)
		r = database_query(content, size, databases[i].sql[query->kind],
			in_units(query->first, databases[i].unit),
			in_units(query->end, databases[i].unit), hand_over_row, &context, &why);
	if (r >= 0 || r == -ENOMEM)
		return r;
	return doubt(doubts, databases[i].path, why ? why : strerror(-r));
}

int records_find(const char *root, const struct records_query *query, struct sourced_list *doubts)
{
	int r = look_in_wtmp(root, query, doubts);

	for (size_t i = 0; r == 0 && i < ELEMENTS(databases); i++)
		r = look_in_database(root, i, query, doubts);
	return r;
}
