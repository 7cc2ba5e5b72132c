// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Login records are SQLite databases on newer systems. SQLite itself would open them where they
 * lie: it makes files beside them, takes locks, and finishes writes that were cut off. None of that
 * is a reader's business at boot. So the file is read into memory like any other, and SQLite is
 * given the copy.
 *
 * A copy is whole when the file was the same before and after, and no write was going on: writers
 * in rollback mode keep FILE-journal as long as they write. A database in write-ahead mode, whose
 * newest rows lie in another file, is refused by SQLite itself.
 */

#include "util/database.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/match.h"
#include "util/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define LIBRARY	     "libsqlite3.so.0"
#define TRIES	     20
#define NAP_MS	     50
#define STEPS_A_CALL 10000 /* of SQLite's virtual machine, until it asks whether to go on */
#define CALLS_MAX    5000

/* What is used of the library. */
static struct {
	__typeof__(sqlite3_open_v2) *open_v2;
	__typeof__(sqlite3_deserialize) *deserialize;
	__typeof__(sqlite3_db_config) *db_config;
	__typeof__(sqlite3_progress_handler) *progress_handler;
	__typeof__(sqlite3_prepare_v2) *prepare_v2;
	__typeof__(sqlite3_bind_int64) *bind_int64;
	__typeof__(sqlite3_step) *step;
	__typeof__(sqlite3_column_text) *column_text;
	__typeof__(sqlite3_finalize) *finalize;
	__typeof__(sqlite3_errmsg) *errmsg;
	__typeof__(sqlite3_close_v2) *close_v2;
} sqlite;

static const struct {
	const char *name;
	void *place;
} functions[] = {
	{"sqlite3_open_v2", &sqlite.open_v2},
	{"sqlite3_deserialize", &sqlite.deserialize},
	{"sqlite3_db_config", &sqlite.db_config},
	{"sqlite3_progress_handler", &sqlite.progress_handler},
	{"sqlite3_prepare_v2", &sqlite.prepare_v2},
	{"sqlite3_bind_int64", &sqlite.bind_int64},
	{"sqlite3_step", &sqlite.step},
	{"sqlite3_column_text", &sqlite.column_text},
	{"sqlite3_finalize", &sqlite.finalize},
	{"sqlite3_errmsg", &sqlite.errmsg},
	{"sqlite3_close_v2", &sqlite.close_v2},
};

static int load_library(char **why)
{
	static void *library;
	static bool loaded;

	if (loaded)
		return 0;
	if (!library)
		library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return fail(
			why, ELIBACC, "%s, which reads it, cannot be loaded; install it", LIBRARY);
	for (size_t i = 0; i < ELEMENTS(functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function)
			return fail(why, ELIBACC, "%s, which reads it, is too old: it has no %s",
				LIBRARY, functions[i].name);
		memcpy(functions[i].place, &function, sizeof(function));
	}
	loaded = true;
	return 0;
}

/* By the name that the file has behind all links, as SQLite names it. What cannot be told is in
 * doubt, like a write; so is a file that was replaced meanwhile. */
static bool is_being_written(int fd)
{
	_cleanup_free_ char *link = strdup_printf("/proc/self/fd/%d", fd);
	_cleanup_free_ char *file = link ? process_link(link) : NULL;
	_cleanup_free_ char *journal = file ? strdup_printf("%s-journal", file) : NULL;
	struct stat st;

	if (!journal || ends_with(file, PROCESS_DELETED))
		return true;
	return stat(journal, &st) == 0 && st.st_size > 0;
}

static bool is_unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* 1: it is being written, or was meanwhile. */
static int read_once(const char *root, const char *path, size_t max, char **data, size_t *size)
{
	_cleanup_close_ int fd = file_open_in(root, path, O_PATH);
	_cleanup_free_ char *content = NULL;
	struct stat before, after;
	size_t length;
	int r;

	if (fd < 0)
		return fd;
	if (fstat(fd, &before) < 0)
		return -errno;
	if (is_being_written(fd))
		return 1;
	r = file_read_in(root, path, max, &content, &length);
	if (r < 0)
		return r;
	if (is_being_written(fd) || fstat(fd, &after) < 0 || !is_unchanged(&before, &after))
		return 1;
	*data = TAKE_PTR(content);
	*size = length;
	return 0;
}

int database_read_file(
	const char *root, const char *path, size_t max, char **data, size_t *size, char **why)
{
	const struct timespec nap = {.tv_nsec = NAP_MS * 1000L * 1000L};
	int r = read_once(root, path, max, data, size);

	for (int i = 0; r > 0 && i < TRIES; i++) {
		nanosleep(&nap, NULL);
		r = read_once(root, path, max, data, size);
	}
	if (r > 0)
		return fail(why, EBUSY, "it is being written, or a write to it was cut off");
	if (r == -EFBIG)
		return fail(why, EFBIG, "it is longer than %zu bytes", max);
	if (r == -EINVAL)
		return fail(why, EINVAL, "it is not a regular file");
	if (r < 0 && r != -ENOENT && r != -ENOMEM)
		return fail(why, -r, "%s", strerror(-r));
	return r;
}

DEFINE_CLEANUP(sqlite, sqlite3 *, sqlite.close_v2)
DEFINE_CLEANUP(statement, sqlite3_stmt *, sqlite.finalize)

static int explain(sqlite3 *database, int result, char **why)
{
	if (result == SQLITE_NOMEM)
		return -ENOMEM;
	if (result == SQLITE_INTERRUPT)
		return fail(why, ETIME, "it takes too long to read");
	return fail(why, EBADMSG, "%s", database ? sqlite.errmsg(database) : "SQLite failed");
}

static int count_down(void *calls)
{
	return --*(int *)calls <= 0;
}

/* A database may have code in it, views for example. These have none, and an image may be hostile.
 */
static int open_copy(const char *data, size_t size, sqlite3 **database)
{
	static const int switched_off[] = {SQLITE_DBCONFIG_ENABLE_VIEW,
		SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_TRUSTED_SCHEMA};
	int result = sqlite.open_v2(
		":memory:", database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	for (size_t i = 0; result == SQLITE_OK && i < ELEMENTS(switched_off); i++)
		result = sqlite.db_config(*database, switched_off[i], 0, NULL);
	return result == SQLITE_OK ? sqlite.deserialize(*database, "main", (unsigned char *)data,
					     (sqlite3_int64)size, (sqlite3_int64)size,
					     SQLITE_DESERIALIZE_READONLY)
				   : result;
}

static int walk_rows(
	sqlite3 *database, sqlite3_stmt *statement, database_row *row, void *context, char **why)
{
	int result = SQLITE_DONE, r = 0;

	while (r == 0 && (result = sqlite.step(statement)) == SQLITE_ROW) {
		const char *column = (const char *)sqlite.column_text(statement, 0);

		r = row(context, column ? column : "");
	}
	if (r != 0)
		return r;
	return result == SQLITE_DONE ? 0 : explain(database, result, why);
}

/* @bounds: for ?1 and ?2; NULL: there are none. */
static int select_rows(sqlite3 *database, const char *sql, const int64_t bounds[2],
	database_row *row, void *context, char **why)
{
	_cleanup_(cleanup_statement) sqlite3_stmt *statement = NULL;
	int result = sqlite.prepare_v2(database, sql, -1, &statement, NULL);

	for (int i = 0; bounds && result == SQLITE_OK && i < 2; i++)
		result = sqlite.bind_int64(statement, i + 1, bounds[i]);
	return result == SQLITE_OK ? walk_rows(database, statement, row, context, why)
				   : explain(database, result, why);
}

static int note_damage(void *context, const char *said)
{
	char **damage = context;

	if (strcmp(said, "ok") == 0)
		return 0;
	*damage = strdup(said);
	return *damage ? 1 : -ENOMEM;
}

/* SQLite reads around much damage, and says nothing of a row that it does not see. */
static int check_for_damage(sqlite3 *database, char **why)
{
	_cleanup_free_ char *damage = NULL;
	int r = select_rows(database, "PRAGMA quick_check(1)", NULL, note_damage, &damage, why);

	return r > 0 ? fail(why, EBADMSG, "it is damaged: %s", damage) : r;
}

int database_query(const char *data, size_t size, const char *sql, int64_t first, int64_t second,
	database_row *row, void *context, char **why)
{
	_cleanup_(cleanup_sqlite) sqlite3 *database = NULL;
	const int64_t bounds[] = {first, second};
	int calls = CALLS_MAX, result, r;

	if (size == 0)
		return 0;
	r = load_library(why);
	if (r < 0)
		return r;
	result = open_copy(data, size, &database);
	if (result != SQLITE_OK)
		return explain(database, result, why);
	sqlite.progress_handler(database, STEPS_A_CALL, count_down, &calls);
	r = check_for_damage(database, why);
	return r < 0 ? r : select_rows(database, sql, bounds, row, context, why);
}
