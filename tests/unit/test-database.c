// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/database: read whole or not at all, and nothing is left beside the file. The databases are
 * made by SQLite itself.
 */

#include "tree.h"

#include "util/database.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX    (1U << 20)
#define PATH   "/var/log/some.db"
#define SELECT "SELECT Name FROM people WHERE Time >= ?1 AND Time < ?2 ORDER BY Name"
#define TABLE  "CREATE TABLE people(Name TEXT, Time INTEGER);"
#define PEOPLE                                                                                     \
	TABLE "INSERT INTO people VALUES('ann', 10), ('bob', 20), ('cy', 30), (NULL, 20), "        \
	      "('dee', NULL);"

/* A new database below @root, by these statements. Return: it, still open. */
static sqlite3 *make(const char *root, const char *statements)
{
	sqlite3 *database;
	char *error = NULL;

	tree_write(root, PATH, "");
	assert_int_equal(sqlite3_open(tree_path(root, PATH), &database), SQLITE_OK);
	if (sqlite3_exec(database, statements, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", statements, error);
	return database;
}

static void make_closed(const char *root, const char *statements)
{
	assert_int_equal(sqlite3_close(make(root, statements)), SQLITE_OK);
}

static int add_to(void *context, const char *column)
{
	char *all = context;

	strcat(all, column);
	strcat(all, ".");
	return 0;
}

static int read_names(const char *root, int64_t first, int64_t second, char *names, char **why)
{
	_cleanup_free_ char *data = NULL;
	size_t size;
	int r = database_read_file(root, PATH, MAX, &data, &size, why);

	names[0] = '\0';
	return r < 0 ? r : database_query(data, size, SELECT, first, second, add_to, names, why);
}

static void rows_of_the_span_are_handed_over(void **state)
{
	static const struct {
		int64_t first, second;
		const char *names;
	} cases[] = {
		{0, INT64_MAX, ".ann.bob.cy."},
		{10, 30, ".ann.bob."},
		{INT64_MIN, 10, ""},
		{30, 31, "cy."},
		{31, INT64_MAX, ""},
	};
	char names[128];

	make_closed(*state, PEOPLE);
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		assert_int_equal(
			read_names(*state, cases[i].first, cases[i].second, names, NULL), 0);
		assert_string_equal(names, cases[i].names);
	}
	assert_int_equal(tree_count(tree_path(*state, "/var/log")), 1);
}

static int stop(void *context, const char *column)
{
	(void)column;
	return *(int *)context;
}

static void the_caller_ends_it(void **state)
{
	static const int answers[] = {1, -ENOMEM};
	_cleanup_free_ char *data = NULL;
	size_t size;

	make_closed(*state, PEOPLE);
	assert_int_equal(database_read_file(*state, PATH, MAX, &data, &size, NULL), 0);
	for (size_t i = 0; i < ELEMENTS(answers); i++) {
		int answer = answers[i];

		assert_int_equal(
			database_query(data, size, SELECT, 0, 100, stop, &answer, NULL), answer);
	}
}

static void an_empty_file_has_no_rows(void **state)
{
	char names[128];

	tree_write(*state, PATH, "");
	assert_int_equal(read_names(*state, 0, 100, names, NULL), 0);
	assert_string_equal(names, "");
}

static void what_is_no_such_database_is_said(void **state)
{
	static const struct {
		const char *statements;
		int error;
		const char *why;
	} cases[] = {
		{"CREATE TABLE other(Name TEXT);", -EBADMSG, "no such table: people"},
		{"CREATE TABLE people(Name TEXT);", -EBADMSG, "no such column: Time"},
		{"PRAGMA journal_mode=WAL;" PEOPLE, -EBADMSG, "unable to open database file"},
		{"CREATE TABLE real(N TEXT, T INTEGER);"
		 "CREATE VIEW people AS SELECT N AS Name, T AS Time FROM real;",
			-EBADMSG, "access to view"},
	};
	char names[128];

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *why = NULL;

		unlink(tree_path(*state, PATH));
		make_closed(*state, cases[i].statements);
		assert_int_equal(read_names(*state, 0, 100, names, &why), cases[i].error);
		assert_contains(why, cases[i].why);
	}
}

static void what_is_no_database_is_said(void **state)
{
	_cleanup_free_ char *why = NULL;
	char names[128];

	tree_write(*state, PATH, "This is not a database, however long one looks at it.");
	assert_int_equal(read_names(*state, 0, 100, names, &why), -EBADMSG);
	assert_contains(why, "file is not a database");
	unlink(tree_path(*state, PATH));
	assert_int_equal(read_names(*state, 0, 100, names, &why), -ENOENT);
	tree_fifo(*state, PATH);
	assert_int_equal(read_names(*state, 0, 100, names, &why), -EINVAL);
	assert_contains(why, "not a regular file");
	unlink(tree_path(*state, PATH));
	tree_write(*state, PATH, "");
	assert_int_equal(truncate(tree_path(*state, PATH), MAX + 1), 0);
	assert_int_equal(read_names(*state, 0, 100, names, &why), -EFBIG);
}

/* Torn in the middle: the first page speaks of others that are not there. */
static void a_torn_database_is_said(void **state)
{
	_cleanup_free_ char *why = NULL;
	char names[128];
	struct stat st;

	make_closed(*state, "PRAGMA page_size=512;" TABLE
			    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
			    "WHERE i < 99) INSERT INTO people SELECT 'somebody', i + 1000 FROM n;");
	assert_int_equal(stat(tree_path(*state, PATH), &st), 0);
	assert_int_equal(truncate(tree_path(*state, PATH), st.st_size - 1024), 0);
	assert_int_equal(read_names(*state, 0, 100, names, &why), -EBADMSG);
	assert_non_null(why);
}

/* A page of rows in the place of another, whose rows are gone: what SQLite does not notice as it
 * reads must not be taken for all. */
static void a_damaged_database_is_said(void **state)
{
	_cleanup_free_ char *why = NULL;
	char names[128], page[512];
	FILE *file;

	make_closed(*state, "PRAGMA page_size=512;" TABLE
			    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
			    "WHERE i < 199) INSERT INTO people SELECT '', i FROM n;");
	file = fopen(tree_path(*state, PATH), "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 3 * 512, SEEK_SET), 0);
	assert_int_equal(fread(page, sizeof(page), 1, file), 1);
	assert_int_equal(fseek(file, 4 * 512, SEEK_SET), 0);
	assert_int_equal(fwrite(page, sizeof(page), 1, file), 1);
	fclose(file);
	assert_int_equal(read_names(*state, 0, 10, names, &why), -EBADMSG);
	assert_contains(why, "damaged");
}

/* As it is when the power fails in the middle, or a writer hangs. */
static void a_write_that_does_not_end_is_said(void **state)
{
	_cleanup_free_ char *why = NULL;
	sqlite3 *writer = make(*state, PEOPLE);
	char names[128];

	assert_int_equal(
		sqlite3_exec(writer, "BEGIN; UPDATE people SET Time = 50;", NULL, NULL, NULL),
		SQLITE_OK);
	assert_true(access(tree_path(*state, PATH "-journal"), F_OK) == 0);
	assert_int_equal(read_names(*state, 0, 100, names, &why), -EBUSY);
	assert_contains(why, "cut off");
	/* Behind a link it is the same file. */
	rename(tree_path(*state, PATH), tree_path(*state, "/var/log/real.db"));
	rename(tree_path(*state, PATH "-journal"), tree_path(*state, "/var/log/real.db-journal"));
	tree_link(*state, PATH, "real.db");
	assert_int_equal(read_names(*state, 0, 100, names, NULL), -EBUSY);
	/* A journal that was emptied is one that has done its work. */
	assert_int_equal(truncate(tree_path(*state, "/var/log/real.db-journal"), 0), 0);
	assert_int_equal(read_names(*state, 0, 100, names, NULL), 0);
	sqlite3_close(writer);
}

/* That was replaced while it was read: the kernel names the older one so. */
static void a_file_that_is_gone_is_not_believed(void **state)
{
	char names[128];

	make_closed(*state, PEOPLE);
	rename(tree_path(*state, PATH), tree_path(*state, "/var/log/real.db (deleted)"));
	tree_link(*state, PATH, "real.db (deleted)");
	assert_int_equal(read_names(*state, 0, 100, names, NULL), -EBUSY);
	rename(tree_path(*state, "/var/log/real.db (deleted)"),
		tree_path(*state, "/var/log/a (deleted) file"));
	unlink(tree_path(*state, PATH));
	tree_link(*state, PATH, "a (deleted) file");
	assert_int_equal(read_names(*state, 0, 100, names, NULL), 0);
}

/* The work of a hundred thousand rows, each with all the others. */
static void what_takes_too_long_is_given_up(void **state)
{
	_cleanup_free_ char *data = NULL, *why = NULL;
	char names[128] = "";
	size_t size;

	make_closed(*state, TABLE "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
				  "WHERE i < 9999) INSERT INTO people SELECT '', i FROM n;");
	assert_int_equal(database_read_file(*state, PATH, MAX, &data, &size, NULL), 0);
	assert_int_equal(
		database_query(data, size,
			"SELECT count(*) FROM people a, people b WHERE a.Time - b.Time > ?1 + ?2",
			0, 0, add_to, names, &why),
		-ETIME);
	assert_contains(why, "too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(rows_of_the_span_are_handed_over),
		tree_test(the_caller_ends_it),
		tree_test(an_empty_file_has_no_rows),
		tree_test(what_is_no_such_database_is_said),
		tree_test(what_is_no_database_is_said),
		tree_test(a_torn_database_is_said),
		tree_test(a_damaged_database_is_said),
		tree_test(a_write_that_does_not_end_is_said),
		tree_test(a_file_that_is_gone_is_not_believed),
		tree_test(what_takes_too_long_is_given_up),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
