// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress file: what is written is read back, and what somebody else wrote does no harm.
 */

#include "update/progress.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char folder[] = "/tmp/cordon-progress.XXXXXX";
static char *path;

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	path = strdup_printf("%s/run/update.json", folder);
	return path ? 0 : -1;
}

static int tear_down(void **state)
{
	_cleanup_free_ char *inner = strdup_printf("%s/run", folder);

	(void)state;
	unlink(path);
	rmdir(inner);
	free(path);
	return rmdir(folder);
}

static void no_update_has_run(void **state)
{
	struct update_progress progress;

	(void)state;
	assert_int_equal(progress_read(path, &progress), -ENOENT);
}

static void what_is_written_is_read(void **state)
{
	const struct update_step step = {
		.state = "install", .message = "Unpacking \"\xc3\xa9\" (amd64)", .percent = 42};
	_cleanup_(progress_clear) struct update_progress progress = {0};

	(void)state;
	assert_int_equal(progress_write(path, &step, "2026-01-31T23:59:59Z"), 0);
	assert_int_equal(progress_read(path, &progress), 0);
	assert_string_equal(progress.state, "install");
	assert_string_equal(progress.message, "Unpacking \"\xc3\xa9\" (amd64)");
	assert_int_equal(progress.percent, 42);
	assert_int_equal(progress.pid, getpid());
	assert_string_equal(progress.since, "2026-01-31T23:59:59Z");
}

static void a_message_that_is_not_utf8_costs_the_message_only(void **state)
{
	const struct update_step step = {.state = "install", .message = "\xff\xfe", .percent = 7};
	_cleanup_(progress_clear) struct update_progress progress = {0};

	(void)state;
	assert_int_equal(progress_write(path, &step, "2026-01-31T23:59:59Z"), 0);
	assert_int_equal(progress_read(path, &progress), 0);
	assert_string_equal(progress.message, "");
	assert_int_equal(progress.percent, 7);
}

static void a_file_without_a_process_is_read(void **state)
{
	static const char content[] = "{\"schema\":1,\"state\":\"done\",\"percent\":100,"
				      "\"message\":\"\",\"since\":\"x\",\"more\":[]}";
	_cleanup_(progress_clear) struct update_progress progress = {0};

	(void)state;
	assert_int_equal(file_write_atomic(path, content, strlen(content), 0644), 0);
	assert_int_equal(progress_read(path, &progress), 0);
	assert_int_equal(progress.pid, 0);
}

static void damaged_files_are_refused(void **state)
{
	static const char *const contents[] = {
		"",
		"{",
		"[]",
		"null",
		"{\"schema\":1}",
		"{\"schema\":2,\"state\":\"done\",\"percent\":1,\"message\":\"\",\"since\":\"x\"}",
		"{\"schema\":1,\"state\":\"done\",\"percent\":101,\"message\":\"\",\"since\":"
		"\"x\"}",
		"{\"schema\":1,\"state\":\"done\",\"percent\":-1,\"message\":\"\",\"since\":\"x\"}",
		"{\"schema\":1,\"state\":[],\"percent\":1,\"message\":\"\",\"since\":\"x\"}",
	};
	struct update_progress progress = {.percent = 3};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		assert_int_equal(
			file_write_atomic(path, contents[i], strlen(contents[i]), 0644), 0);
		assert_int_equal(progress_read(path, &progress), -EBADMSG);
	}
	assert_null(progress.state);
	assert_int_equal(progress.percent, 3);
}

static void an_endless_file_is_refused(void **state)
{
	static char content[1U << 20];
	struct update_progress progress;

	(void)state;
	memset(content, ' ', sizeof(content));
	assert_int_equal(file_write_atomic(path, content, sizeof(content), 0644), 0);
	assert_int_equal(progress_read(path, &progress), -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_update_has_run),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_message_that_is_not_utf8_costs_the_message_only),
		cmocka_unit_test(a_file_without_a_process_is_read),
		cmocka_unit_test(damaged_files_are_refused),
		cmocka_unit_test(an_endless_file_is_refused),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
