// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/records: logins and boots by every file that a release of today keeps them in. The schemas
 * are those that wtmpdb 0.73 and util-linux 2.41 create; SQLite itself makes the files.
 */

#include "tree.h"

#include "facts/records.h"
#include "util/fail.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

#define WTMP	 "/var/log/wtmp"
#define WTMPDB	 "/var/log/wtmp.db"
#define LASTLOG2 "/var/lib/lastlog/lastlog2.db"
#define WTMPDB_SCHEMA                                                                              \
	"CREATE TABLE IF NOT EXISTS wtmp(ID INTEGER PRIMARY KEY, Type INTEGER, User TEXT NOT "     \
	"NULL, Login INTEGER, Logout INTEGER, TTY TEXT, RemoteHost TEXT, Service TEXT) STRICT;"
#define LASTLOG2_SCHEMA                                                                            \
	"CREATE TABLE IF NOT EXISTS Lastlog2(Name TEXT PRIMARY KEY, Time INTEGER, TTY TEXT, "      \
	"RemoteHost TEXT, Service TEXT);"
#define WTMPDB_ROWS                                                                                \
	WTMPDB_SCHEMA                                                                              \
	"INSERT INTO wtmp (Type, User, Login, TTY) VALUES "                                        \
	"(1, 'reboot', 1000000000, '~'), (3, 'ann', 1500000000, 'tty1'), "                         \
	"(2, 'runlevel', 1500000000, '~'), (3, 'bob', 1999999999, 'tty1'), "                       \
	"(3, 'late', 2000000000, 'tty1'), (3, 'early', 999999999, 'tty1');"

static void run_sql(const char *root, const char *path, const char *statements)
{
	sqlite3 *database;
	char *error = NULL;

	tree_write(root, path, "");
	assert_int_equal(sqlite3_open(tree_path(root, path), &database), SQLITE_OK);
	if (sqlite3_exec(database, statements, NULL, NULL, &error) != SQLITE_OK)
		fail_msg("%s: %s", statements, error);
	assert_int_equal(sqlite3_close(database), SQLITE_OK);
}

static struct utmpx utmp_of(short type, int when, const char *user)
{
	struct utmpx record = {.ut_type = type};

	record.ut_tv.tv_sec = when;
	memcpy(record.ut_user, user, strlen(user));
	return record;
}

static void write_wtmp(const char *root)
{
	const struct utmpx records[] = {
		utmp_of(BOOT_TIME, 1000, "reboot"),
		utmp_of(USER_PROCESS, 1500, "ann"),
		utmp_of(LOGIN_PROCESS, 1500, "LOGIN"),
		utmp_of(DEAD_PROCESS, 1500, ""),
		utmp_of(RUN_LVL, 1500, "runlevel"),
		/* as long as the field, without a NUL */
		utmp_of(USER_PROCESS, 1999, "nobody-has-such-a-long-name-here"),
		utmp_of(USER_PROCESS, 2000, "late"),
		utmp_of(USER_PROCESS, 999, "early"),
	};

	tree_write_bytes(root, WTMP, records, sizeof(records));
}

struct heard {
	char text[512];
	int answer;
};

static int hear(void *context, const char *source, const char *user)
{
	struct heard *heard = context;

	snprintf(heard->text + strlen(heard->text), sizeof(heard->text) - strlen(heard->text),
		"%s:%s ", strrchr(source, '/') + 1, user);
	return heard->answer;
}

static int look(
	const char *root, enum records_kind kind, struct heard *heard, struct sourced_list *doubts)
{
	const struct records_query query = {kind, 1000, 2000, hear, heard};

	heard->text[0] = '\0';
	return records_find(root, &query, doubts);
}

static void every_file_is_read(void **state)
{
	_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
	struct heard heard = {0};

	write_wtmp(*state);
	run_sql(*state, WTMPDB, WTMPDB_ROWS);
	run_sql(*state, LASTLOG2,
		LASTLOG2_SCHEMA
		"INSERT INTO Lastlog2 VALUES ('ann', 1500, 'tty1', NULL, 'login'), "
		"('late', 2000, 'tty1', NULL, 'sshd'), ('early', 999, '', '', '');");
	assert_int_equal(look(*state, RECORDS_LOGINS, &heard, &doubts), 0);
	assert_string_equal(heard.text,
		"wtmp:ann wtmp:nobody-has-such-a-long-name-here wtmp.db:ann wtmp.db:bob "
		"lastlog2.db:ann ");
	assert_int_equal(look(*state, RECORDS_USE, &heard, &doubts), 0);
	assert_string_equal(heard.text,
		"wtmp:reboot wtmp:ann wtmp:nobody-has-such-a-long-name-here wtmp.db:reboot "
		"wtmp.db:ann wtmp.db:bob lastlog2.db:ann ");
	assert_int_equal(doubts.count, 0);
	heard.answer = 1;
	assert_int_equal(look(*state, RECORDS_LOGINS, &heard, &doubts), 1);
	assert_string_equal(heard.text, "wtmp:ann ");
	/* Nothing was made beside them. */
	assert_int_equal(tree_count(tree_path(*state, "/var/log")), 2);
	assert_int_equal(tree_count(tree_path(*state, "/var/lib/lastlog")), 1);
}

static void wtmpdb_lies_in_one_of_two_places(void **state)
{
	_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
	struct heard heard = {0};

	run_sql(*state, "/var/lib/wtmpdb/wtmp.db", WTMPDB_ROWS);
	assert_int_equal(look(*state, RECORDS_LOGINS, &heard, &doubts), 0);
	assert_string_equal(heard.text, "wtmp.db:ann wtmp.db:bob ");
	assert_int_equal(doubts.count, 0);
}

static void no_file_is_no_login_and_no_doubt(void **state)
{
	_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
	struct heard heard = {0};

	assert_int_equal(look(*state, RECORDS_USE, &heard, &doubts), 0);
	/* As the packages leave them before the first login. */
	tree_write(*state, WTMP, "");
	tree_write(*state, WTMPDB, "");
	tree_write(*state, LASTLOG2, "");
	tree_link(*state, "/var/lib/wtmpdb/wtmp.db", "../../log/gone.db");
	assert_int_equal(look(*state, RECORDS_USE, &heard, &doubts), 0);
	assert_string_equal(heard.text, "");
	assert_int_equal(doubts.count, 0);
}

static void what_cannot_be_read_is_in_doubt(void **state)
{
	static const struct {
		const char *path, *content, *doubt;
	} cases[] = {
		{WTMP, NULL, "Invalid argument"},
		{WTMPDB, NULL, "not a regular file"},
		{LASTLOG2, NULL, "not a regular file"},
		{WTMPDB, "SQLite format 4 or so", "not a database"},
		{LASTLOG2, "x", "not a database"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
		struct heard heard = {0};

		if (cases[i].content)
			tree_write(*state, cases[i].path, cases[i].content);
		else
			tree_fifo(*state, cases[i].path);
		assert_int_equal(look(*state, RECORDS_LOGINS, &heard, &doubts), 0);
		assert_int_equal(doubts.count, 1);
		assert_string_equal(doubts.items[0].source, cases[i].path);
		assert_contains(doubts.items[0].what, cases[i].doubt);
		/* Who does not ask is not told. */
		assert_int_equal(look(*state, RECORDS_LOGINS, &heard, NULL), 0);
		assert_int_equal(unlink(tree_path(*state, cases[i].path)), 0);
	}
}

/* What is in doubt does not hide what is known. */
static void the_others_are_read_all_the_same(void **state)
{
	_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
	struct heard heard = {0};

	tree_fifo(*state, WTMP);
	run_sql(*state, WTMPDB, "CREATE TABLE wtmp(User TEXT);");
	run_sql(*state, LASTLOG2,
		LASTLOG2_SCHEMA "INSERT INTO Lastlog2 VALUES ('ann', 1500, '', '', '');");
	assert_int_equal(look(*state, RECORDS_LOGINS, &heard, &doubts), 0);
	assert_string_equal(heard.text, "lastlog2.db:ann ");
	assert_int_equal(doubts.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(every_file_is_read),
		tree_test(wtmpdb_lies_in_one_of_two_places),
		tree_test(no_file_is_no_login_and_no_doubt),
		tree_test(what_cannot_be_read_is_in_doubt),
		tree_test(the_others_are_read_all_the_same),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
