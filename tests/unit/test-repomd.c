// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How new an rpm repository says it is, and whether it has advisories.
 */

#include "update/rpm/repomd.h"

#include "tree.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

static int parse(const char *xml, struct repomd *repomd)
{
	return repomd_parse(xml, strlen(xml), repomd);
}

static void a_real_one(void **state)
{
	struct repomd repomd;

	(void)state;
	assert_int_equal(repomd_read(FIXTURES "/dnf/repomd.xml", &repomd, NULL), 0);
	assert_int_equal(repomd.date, 1795595461);
	assert_true(repomd.has_advisories);
}

static void the_newest_time_counts(void **state)
{
	struct repomd repomd;

	(void)state;
	assert_int_equal(parse("<repomd><revision>1700000000</revision>"
			       "<data type='primary'><timestamp>1700000009.25</timestamp></data>"
			       "<data type='other'><timestamp> 1700000003\n</timestamp></data>"
			       "</repomd>",
				 &repomd),
		0);
	assert_int_equal(repomd.date, 1700000009);
	assert_false(repomd.has_advisories);
}

static void what_is_no_time_is_no_date(void **state)
{
	static const char *const revisions[] = {"42", "", "tip", "-1700000000", "99999999999",
		"123456789012345678901234567890", "1700000000x", "17000<x/>00000"};
	struct repomd repomd;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(revisions); i++) {
		_cleanup_free_ char *xml =
			strdup_printf("<repomd><revision>%s</revision></repomd>", revisions[i]);

		assert_int_equal(parse(xml, &repomd), 0);
		assert_int_equal(repomd.date, 0);
	}
}

static void only_its_own_elements_count(void **state)
{
	struct repomd repomd;

	(void)state;
	assert_int_equal(parse("<repomd><x><data type='updateinfo'/><revision>1700000000</revision>"
			       "</x><data type='updateinfo_db'/></repomd>",
				 &repomd),
		0);
	assert_int_equal(repomd.date, 0);
	assert_false(repomd.has_advisories);
}

static void what_is_none_is_an_error(void **state)
{
	static const char *const wrong[] = {"", "<html/>", "<repomd>", "repomd",
		"<repomd/><repomd/>", "<!DOCTYPE repomd><repomd/>",
		"<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><repomd>&e;</repomd>",
		"<repomd>&e;</repomd>"};
	struct repomd repomd = {.date = 7};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(wrong); i++)
		assert_int_equal(parse(wrong[i], &repomd), -EBADMSG);
	assert_int_equal(repomd.date, 7);
}

static void depth_and_length_are_bounded(void **state)
{
	_cleanup_free_ char *deep = calloc(1, 3 * 40 + 9), *xml = NULL;
	_cleanup_free_ char *large = calloc(1, REPOMD_MAX + 2);
	struct repomd repomd;

	(void)state;
	for (int i = 0; i < 40; i++)
		strcat(deep, "<a>");
	xml = strdup_printf("<repomd>%s", deep);
	assert_int_equal(parse(xml, &repomd), -EBADMSG);
	assert_int_equal(repomd_parse(large, REPOMD_MAX + 1, &repomd), -EFBIG);
}

static void one_that_is_not_there(void **state)
{
	_cleanup_free_ char *why = NULL, *path = strdup_printf("%s/repomd.xml", (char *)*state);
	struct repomd repomd;

	assert_int_equal(repomd_read(path, &repomd, &why), -ENOENT);
	assert_null(why);
	assert_int_equal(file_write_atomic(path, "<html>", 6, 0644), 0);
	assert_int_equal(repomd_read(path, &repomd, &why), -EBADMSG);
	assert_non_null(strstr(why, path));
}

static void a_source_is_judged_by_it(void **state)
{
	static const char plain[] = "<repomd><revision>1700000000</revision></repomd>";
	_cleanup_free_ char *path = strdup_printf("%s/repomd.xml", (char *)*state), *failure = NULL;
	struct update_source source = {.role = SOURCE_OTHER};

	assert_int_equal(file_write_atomic(path, plain, strlen(plain), 0644), 0);
	assert_int_equal(repomd_judge(path, "missing", &source, &failure, NULL), 0);
	assert_int_equal(source.role, SOURCE_UNADVISED);
	assert_int_equal(source.date, 1700000000);
	assert_int_equal(
		repomd_judge(FIXTURES "/dnf/repomd.xml", "missing", &source, &failure, NULL), 0);
	assert_int_equal(source.role, SOURCE_SECURITY);
	assert_null(failure);
}

static void a_source_without_one_matters(void **state)
{
	_cleanup_free_ char *failure = NULL;
	struct update_source source = {.role = SOURCE_OTHER};

	(void)state;
	assert_int_equal(repomd_judge(NULL, "missing", &source, &failure, NULL), 0);
	assert_int_equal(source.role, SOURCE_SECURITY);
	assert_int_equal(source.date, 0);
	assert_string_equal(failure, "missing");
	/* Why it could not be fetched says more. */
	assert_int_equal(repomd_judge("/nonexistent", "another", &source, &failure, NULL), 0);
	assert_string_equal(failure, "missing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_one),
		cmocka_unit_test(the_newest_time_counts),
		cmocka_unit_test(what_is_no_time_is_no_date),
		cmocka_unit_test(only_its_own_elements_count),
		cmocka_unit_test(what_is_none_is_an_error),
		cmocka_unit_test(depth_and_length_are_bounded),
		cmocka_unit_test_setup_teardown(one_that_is_not_there, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(
			a_source_is_judged_by_it, tree_setup, tree_teardown),
		cmocka_unit_test(a_source_without_one_matters),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
