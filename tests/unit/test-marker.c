// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update/marker: what an update that was cut off was about.
 */

#include "tree.h"

#include "update/marker.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

static struct update_package openssl = {.name = (char *)"openssl",
	.from = (char *)"1",
	.to = (char *)"2",
	.origin = (char *)"Debian-Security:12/stable-security",
	.severity = (char *)"important",
	.security = true};
static struct update_package fresh = {
	.name = (char *)"linux-image-6.1.0-56", .to = (char *)"6.1.2", .origin = (char *)""};
static struct update_package held = {.name = (char *)"held",
	.from = (char *)"1",
	.to = (char *)"2",
	.origin = (char *)"",
	.withheld = true};

static void what_is_written_is_read(void **state)
{
	const char *path = tree_path(*state, "/update-begun");
	_cleanup_(update_list_clear) struct update_list list = {0}, read = {0};
	_cleanup_free_ char *why = NULL;

	assert_int_equal(marker_read(path, &read), 0);
	assert_int_equal(read.count, 0);
	assert_int_equal(update_list_add(&list, &openssl), 0);
	assert_int_equal(update_list_add(&list, &held), 0);
	assert_int_equal(update_list_add(&list, &fresh), 0);
	assert_int_equal(marker_write(path, "2026-01-31T23:59:59Z", &list, &why), 0);
	assert_int_equal(marker_read(path, &read), 0);
	/* What would not be installed is none of it. */
	assert_int_equal(read.count, 2);
	assert_string_equal(read.items[0].name, "openssl");
	assert_string_equal(read.items[0].from, "1");
	assert_string_equal(read.items[0].severity, "important");
	assert_true(read.items[0].security);
	assert_null(read.items[1].from);
	/* Once is enough. */
	assert_int_equal(marker_read(path, &read), 0);
	assert_int_equal(read.count, 2);
	assert_int_equal(marker_remove(path, &why), 0);
	assert_int_equal(marker_remove(path, &why), -ENOENT);
	assert_contains(why, "update-begun");
}

static void one_that_is_not_understood_still_marks(void **state)
{
	static const char *const contents[] = {"", "2026-01-31T23:59:59Z\n", "{", "[]",
		"{\"schema\": 1}", "{\"schema\": 2, \"packages\": []}",
		"{\"schema\": 1, \"packages\": {}}", "{\"schema\": 1, \"packages\": [1, {}]}"};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		const char *path = tree_write(*state, "/update-begun", contents[i]);
		_cleanup_(update_list_clear) struct update_list read = {0};

		assert_int_equal(marker_read(path, &read), 0);
		assert_int_equal(read.count, 0);
		assert_int_equal(access(path, F_OK), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(what_is_written_is_read),
		tree_test(one_that_is_not_understood_still_marks),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
