// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * state/journal: what journald is sent, and that nobody waits for one that does not read.
 */

#include "tree.h"

#include "state/journal.h"
#include "util/json.h"
#include "util/limits.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static char *format(const char *event, json_t *details, size_t *size)
{
	_cleanup_(cleanup_json) json_t *entry =
		json_pack("{s:s, s:s}", "time", "2026-01-01T00:00:00Z", "event", event);
	char *data;

	json_object_update(entry, details);
	json_decref(details);
	data = journal_format(history_event_find(event), entry, size);
	assert_non_null(data);
	return data;
}

/* The value of a field, as journald takes a datagram apart; NULL: it has none of this name. */
static char *field(const char *data, size_t size, const char *name)
{
	char *value = NULL;
	size_t at = 0;

	while (at < size) {
		const char *end = memchr(data + at, '\n', size - at);
		uint64_t length;

		assert_non_null(end);
		memcpy(&length, end + 1, sizeof(length));
		length = le64toh(length);
		if (strncmp(data + at, name, (size_t)(end - data) - at) == 0 &&
			strlen(name) == (size_t)(end - data) - at) {
			assert_null(value);
			value = strndup(end + 9, length);
		}
		at = (size_t)(end - data) + 9 + length;
		assert_true(at < size);
		assert_int_equal(data[at++], '\n');
	}
	return value;
}

#define assert_field(data, size, name, expected)                                                   \
	do {                                                                                       \
		_cleanup_free_ char *value_ = field(data, size, name);                             \
		assert_non_null(value_);                                                           \
		assert_string_equal(value_, expected);                                             \
	} while (0)

static void details_are_fields(void **state)
{
	size_t size;
	_cleanup_free_ char *data = format("finished",
		json_pack("{s:s, s:b, s:[s,s], s:i}", "by", "root", "verified", 1, "missing", "a b",
			"c", "undo-after", 7),
		&size);

	(void)state;
	assert_field(data, size, "MESSAGE", "this server was finished: root");
	assert_field(data, size, "MESSAGE_ID", history_event_find("finished")->message_id);
	assert_field(data, size, "PRIORITY", "5");
	assert_field(data, size, "SYSLOG_IDENTIFIER", "cordon");
	assert_field(data, size, "CORDON_EVENT", "finished");
	assert_field(data, size, "CORDON_BY", "root");
	assert_field(data, size, "CORDON_VERIFIED", "true");
	assert_field(data, size, "CORDON_MISSING", "[\"a b\",\"c\"]");
	assert_field(data, size, "CORDON_UNDO_AFTER", "7");
	assert_null(field(data, size, "CORDON_TIME"));
	assert_null(field(data, size, "CORDON_LEFT_OUT"));
}

static void newlines_forge_no_fields(void **state)
{
	static const char reason[] = "x\nMESSAGE_ID=00000000000000000000000000000000\n_UID=0\n";
	size_t size;
	_cleanup_free_ char *data = format(
		"update-failed", json_pack("{s:s, s:s}", "why", reason, "a\nb=", "c"), &size);

	(void)state;
	assert_field(data, size, "CORDON_WHY", reason);
	assert_field(data, size, "CORDON_A_B_", "c");
	assert_field(data, size, "MESSAGE_ID", history_event_find("update-failed")->message_id);
	assert_field(data, size, "MESSAGE",
		"not everything could be updated: x "
		"MESSAGE_ID=00000000000000000000000000000000 _UID=0 ");
}

static char *filled(size_t length)
{
	char *long_text = malloc(length + 1);

	memset(long_text, 'x', length);
	long_text[length] = '\0';
	return long_text;
}

static void what_is_too_long_is_named_only(void **state)
{
	_cleanup_free_ char *huge = filled(JOURNAL_VALUE_MAX + 1), *large = filled(40000);
	size_t size;
	_cleanup_free_ char *data = format("update-failed",
		json_pack("{s:s, s:s, s:s, s:s}", "why", huge, "one", large, "two", large, "three",
			"3"),
		&size);

	(void)state;
	assert_true(size <= JOURNAL_TOTAL_MAX);
	assert_field(data, size, "CORDON_LEFT_OUT", "why two");
	assert_field(data, size, "CORDON_ONE", large);
	assert_field(data, size, "CORDON_THREE", "3");
	assert_field(data, size, "MESSAGE", "not everything could be updated");
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void the_longest_goes_through(void **state)
{
	const char *path = tree_path(*state, "/socket");
	_cleanup_close_ int fd = listen_at(path);
	_cleanup_free_ char *longest = filled(JOURNAL_TOTAL_MAX);
	char received[16];

	assert_int_equal(journal_send(path, longest, JOURNAL_TOTAL_MAX), 0);
	assert_int_equal(recv(fd, received, sizeof(received), MSG_TRUNC), JOURNAL_TOTAL_MAX);
}

static void nobody_listens(void **state)
{
	const char *path = tree_path(*state, "/socket");

	assert_int_equal(journal_send(path, "x", 1), -ENOENT);
	close(listen_at(path));
	assert_int_equal(journal_send(path, "x", 1), -ECONNREFUSED);
}

/* A journald that hangs: its queue fills up, and then senders wait. */
static void one_that_does_not_read_is_not_waited_for(void **state)
{
	const char *path = tree_path(*state, "/socket");
	_cleanup_close_ int fd = listen_at(path);
	int r = 0;

	deadline_set();
	for (int i = 0; i < 100000 && r == 0; i++)
		r = journal_send(path, "x", 1);
	/* That is known by now, and not waited for again. */
	for (int i = 0; i < 2 * DEADLINE / LIMIT_JOURNAL && r == -EAGAIN; i++)
		r = journal_send(path, "x", 1);
	deadline_clear();
	assert_int_equal(r, -EAGAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(details_are_fields),
		cmocka_unit_test(newlines_forge_no_fields),
		cmocka_unit_test(what_is_too_long_is_named_only),
		tree_test(the_longest_goes_through),
		tree_test(nobody_listens),
		tree_test(one_that_does_not_read_is_not_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
