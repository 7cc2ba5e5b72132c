// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zypper writes, as recorded from real runs (hosts renamed), and what cordon makes of it.
 */

#include "update/zypper/zypper.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#ifndef FIXTURES
#define FIXTURES "tests/fixtures"
#endif

static char *fixture(const char *name)
{
	_cleanup_free_ char *path = strdup_printf("%s/zypper/%s", FIXTURES, name);
	char *content = NULL;

	assert_int_equal(file_read(path, 1U << 20, &content, NULL), 0);
	return content;
}

static void updates_are_read(void **state)
{
	_cleanup_(update_list_clear) struct update_list all = {0}, now = {0};
	_cleanup_free_ char *all_xml = fixture("list-updates.all");
	_cleanup_free_ char *now_xml = fixture("list-updates");

	(void)state;
	assert_int_equal(zypper_updates_parse(all_xml, &all), 0);
	assert_int_equal(zypper_updates_parse(now_xml, &now), 0);
	assert_int_equal(all.count, 10);
	assert_int_equal(now.count, 9);
	assert_non_null(update_list_find(&all, "needsnew"));
	assert_null(update_list_find(&now, "needsnew"));
	assert_string_equal(all.items[3].name, "kernel");
	assert_string_equal(all.items[3].from, "5.10.0-1");
	assert_string_equal(all.items[3].to, "5.10.0-2");
	assert_string_equal(all.items[3].origin, "v2");
}

/* Cut off anywhere, an answer is none. */
static void half_an_answer_is_none(void **state)
{
	static const char *const answers[] = {"list-updates", "list-patches", "locks"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(answers); i++) {
		_cleanup_free_ char *xml = fixture(answers[i]);
		const size_t end = strlen(xml) - strlen("</stream>\n");

		for (size_t length = 0; length < end; length += 7) {
			_cleanup_(update_list_clear) struct update_list list = {0};
			_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
			_cleanup_(strv_clear) struct strv names = {0};
			_cleanup_free_ char *half = strndup(xml, length);

			assert_int_equal(zypper_updates_parse(half, &list), -EBADMSG);
			assert_int_equal(zypper_patches_parse(half, &patches), -EBADMSG);
			assert_int_equal(zypper_locks_parse(half, &names), -EBADMSG);
		}
	}
}

static void strange_answers_are_refused(void **state)
{
	static const char *const answers[] = {
		"",
		"<stream/>",
		"<stream><update-status/></stream>",
		"<other><update-list/></other>",
		"<stream><update-list><update/></update-list></stream>",
		"<stream><update-list><update kind=\"package\" name=\"x\"/></update-list></stream>",
		"<stream><update-list><update kind=\"package\" name=\"x\" edition=\"1\"/>"
		"</update-list></stream>",
		"<stream><update-list><update kind=\"patch\" name=\"x\" edition=\"1\" "
		"category=\"security\" status=\"strange\"><source alias=\"v\"/></update>"
		"</update-list></stream>",
		"<stream><message type=\"error\">no</message><update-list/></stream>",
		"<!DOCTYPE x [<!ENTITY e \"e\">]><stream><update-list/></stream>",
	};
	_cleanup_free_ char *untrusted = fixture("list-updates.untrusted");
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(answers); i++) {
		assert_int_equal(zypper_updates_parse(answers[i], &list), -EBADMSG);
		assert_int_equal(zypper_patches_parse(answers[i], &patches), -EBADMSG);
	}
	assert_int_equal(zypper_updates_parse(untrusted, &list), -EBADMSG);
}

/* All but one wait for the patch of zypper itself. */
static void blocked_patches_are_patches(void **state)
{
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0}, none = {0};
	_cleanup_free_ char *xml = fixture("list-patches");
	_cleanup_free_ char *without = fixture("list-patches.none");

	(void)state;
	assert_int_equal(zypper_patches_parse(xml, &patches), 0);
	assert_int_equal(patches.count, 7);
	assert_string_equal(patches.items[0].name, "LAB-2026-6");
	assert_true(patches.items[0].pkgmanager);
	assert_string_equal(patches.items[2].severity, "critical");
	assert_true(patches.items[2].restart);
	assert_null(patches.items[3].severity);
	assert_string_equal(patches.items[3].category, "bugfix");
	assert_string_equal(patches.items[3].alias, "v2");
	assert_int_equal(zypper_patches_parse(without, &none), 0);
	assert_int_equal(none.count, 0);
}

static void the_packages_of_patches(void **state)
{
	_cleanup_(zypper_fixes_clear) struct zypper_fixes fixes = {0};
	_cleanup_free_ char *xml = fixture("info");
	const struct zypper_fix arch = {(char *)"P", (char *)"libfoo.x86_64"};

	(void)state;
	assert_int_equal(zypper_fixes_parse(xml, &fixes), 0);
	assert_int_equal(fixes.count, 8);
	assert_string_equal(fixes.items[0].patch, "LAB-2026-1");
	assert_string_equal(fixes.items[0].package, "libfoo");
	assert_string_equal(fixes.items[1].package, "webd");
	assert_string_equal(fixes.items[2].patch, "LAB-2026-2");
	assert_string_equal(fixes.items[2].package, "kernel");
	assert_true(zypper_fix_is_of(&fixes.items[0], "libfoo"));
	assert_false(zypper_fix_is_of(&fixes.items[0], "lib"));
	assert_true(zypper_fix_is_of(&arch, "libfoo"));
	assert_false(zypper_fix_is_of(&arch, "libfoo.x86"));
}

static void join(const char *patches_name, const char *locks_name, struct update_list *list)
{
	_cleanup_(update_list_clear) struct update_list all = {0}, now = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
	_cleanup_(zypper_fixes_clear) struct zypper_fixes fixes = {0};
	_cleanup_(strv_clear) struct strv locks = {0};
	_cleanup_free_ char *all_xml = fixture("list-updates.all");
	_cleanup_free_ char *now_xml = fixture("list-updates");
	_cleanup_free_ char *patches_xml = fixture(patches_name);
	_cleanup_free_ char *info_xml = fixture("info"), *locks_xml = fixture(locks_name);

	assert_int_equal(zypper_updates_parse(all_xml, &all), 0);
	assert_int_equal(zypper_updates_parse(now_xml, &now), 0);
	assert_int_equal(zypper_patches_parse(patches_xml, &patches), 0);
	assert_int_equal(zypper_fixes_parse(info_xml, &fixes), 0);
	assert_int_equal(zypper_locks_parse(locks_xml, &locks), 0);
	assert_int_equal(zypper_join(&all, &now, &patches, &fixes, &locks, false, list), 0);
}

static void updates_get_their_severity(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	const struct update_package *package;

	(void)state;
	join("list-patches", "locks.none", &list);
	assert_int_equal(list.count, 10);
	assert_int_equal(update_list_security(&list), 7);
	assert_int_equal(update_list_withheld(&list), 1);
	package = update_list_find(&list, "kernel");
	assert_true(package->security);
	assert_string_equal(package->severity, "critical");
	package = update_list_find(&list, "plainpkg");
	assert_false(package->security);
	assert_null(package->severity);
	package = update_list_find(&list, "needsnew");
	assert_true(package->withheld);
	assert_non_null(strstr(package->because, "dependencies"));
}

static void a_locked_patch_is_withheld(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	const struct update_package *package;

	(void)state;
	join("list-patches.locked", "locks", &list);
	package = update_list_find(&list, "libfoo");
	assert_true(package->withheld && package->security);
	assert_non_null(strstr(package->because, "removelock -t patch LAB-2026-1"));
}

/* A patch that names no package on offer: it must not be lost. */
static void a_patch_without_packages_is_withheld(void **state)
{
	_cleanup_(update_list_clear) struct update_list none = {0}, list = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
	_cleanup_free_ char *xml = fixture("list-patches");
	const struct zypper_fixes fixes = {0};
	const struct strv locks = {0};

	(void)state;
	assert_int_equal(zypper_patches_parse(xml, &patches), 0);
	assert_int_equal(zypper_join(&none, &none, &patches, &fixes, &locks, false, &list), 0);
	assert_int_equal(list.count, 6);
	assert_int_equal(update_list_withheld(&list), 6);
	assert_string_equal(list.items[0].name, "patch:LAB-2026-6");
}

static void locks_are_read(void **state)
{
	_cleanup_(strv_clear) struct strv names = {0}, none = {0};
	_cleanup_free_ char *xml = fixture("locks"), *without = fixture("locks.none");

	(void)state;
	assert_int_equal(zypper_locks_parse(xml, &names), 0);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.items[1], "lib*");
	assert_int_equal(zypper_locks_parse(without, &none), 0);
	assert_int_equal(none.count, 0);
}

static void steps_are_found(void **state)
{
	_cleanup_free_ char *output = fixture("install");
	char *rest = output, *line;
	unsigned int fetched = 0, done = 0, percent = 0;
	unsigned long long bytes = 0;
	struct zypper_step step;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		if (bytes == 0)
			bytes = zypper_bytes_needed(line);
		if (!zypper_step_parse(line, &step))
			continue;
		fetched += step.kind == ZYPPER_STEP_FETCH;
		done += step.done;
		percent = step.percent;
		if (step.done)
			assert_string_equal(step.package,
				done == 1 ? "kernel-5.10.0-2.noarch" : "shfail-1.1-1.noarch");
	}
	assert_int_equal(bytes, 12445);
	assert_int_equal(fetched, 2);
	assert_int_equal(done, 2);
	assert_int_equal(percent, 100);
}

static void other_lines_are_no_steps(void **state)
{
	static const char *const lines[] = {
		"",
		"<progress id=\"fileconflict-check\" name=\"Checking for file conflicts:\" "
		"value=\"0\"/>",
		"<progress id=\"install-resolvable\" name=\"(3/2) Installing: x\" value=\"5\"/>",
		"<progress id=\"install-resolvable\" name=\"(0/0) Installing: x\" value=\"5\"/>",
		"<progress id=\"install-resolvable\" name=\"(1/2) Installing: x\" value=\"500\"/>",
		">Retrieving package ",
	};
	struct zypper_step step = {.percent = 4711};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		assert_false(zypper_step_parse(lines[i], &step));
	assert_int_equal(step.percent, 4711);
}

static void the_telling_reason_is_found(void **state)
{
	static const char *const names[][2] = {
		{"refresh.key", "a key that this machine does not trust: Evil"},
		{"refresh.unsigned", "not signed"},
		{"refresh.unsigned-1.14.89", "not signed"},
		{"refresh.down", "Failed to connect to mirror.example"},
	};
	_cleanup_free_ char *unsolvable = fixture("install.unsolvable");
	_cleanup_free_ char *problem = zypper_reason_find(unsolvable, NULL);
	/* A warning of what was taken unsigned, as it was told to, is not why the rest failed. */
	_cleanup_free_ char *accepted =
		zypper_reason_find("Warning: File 'repomd.xml' from repository 'v2' is unsigned.\n",
			"History:\n - Valid metadata not found\n");

	(void)state;
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		_cleanup_free_ char *out_name = strdup_printf("%s.out", names[i][0]);
		_cleanup_free_ char *error_name = strdup_printf("%s.err", names[i][0]);
		_cleanup_free_ char *out = fixture(out_name), *error = fixture(error_name);
		_cleanup_free_ char *reason = zypper_reason_find(out, error);

		assert_non_null(strstr(reason, names[i][1]));
	}
	assert_string_equal(
		problem, "nothing provides not-there-at-all needed by needsnew-1.1-1.noarch");
	assert_null(zypper_reason_find("", NULL));
	assert_string_equal(accepted, "Valid metadata not found");
}

static void append(void *context, const char *uri)
{
	char *all = context;

	strcat(all, uri);
	strcat(all, "\n");
}

static void proxies_are_found(void **state)
{
	char all[256] = "", none[256] = "";

	(void)state;
	assert_int_equal(zypper_proxies_parse("# x\nHTTP_PROXY=\"http://proxy.example:3128/\"\n"
					      "HTTPS_PROXY='http://[2001:db8::1]:8080'\n"
					      "FTP_PROXY=\"\"\nPROXY_ENABLED=\"yes\"\n",
				 append, all),
		0);
	assert_string_equal(all, "http://proxy.example:3128/\nhttp://[2001:db8::1]:8080\n");
	assert_int_equal(zypper_proxies_parse(
				 "PROXY_ENABLED=\"no\"\nHTTP_PROXY=\"http://p:1\"\n", append, none),
		0);
	assert_string_equal(none, "");
}

static void entities_are_replaced(void **state)
{
	char line[] = "&apos;a&quot; &lt;b&gt; &amp;lt; &x; &";

	(void)state;
	zypper_unescape(line);
	assert_string_equal(line, "'a\" <b> &lt; &x; &");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(updates_are_read),
		cmocka_unit_test(half_an_answer_is_none),
		cmocka_unit_test(strange_answers_are_refused),
		cmocka_unit_test(blocked_patches_are_patches),
		cmocka_unit_test(the_packages_of_patches),
		cmocka_unit_test(updates_get_their_severity),
		cmocka_unit_test(a_locked_patch_is_withheld),
		cmocka_unit_test(a_patch_without_packages_is_withheld),
		cmocka_unit_test(locks_are_read),
		cmocka_unit_test(steps_are_found),
		cmocka_unit_test(other_lines_are_no_steps),
		cmocka_unit_test(the_telling_reason_is_found),
		cmocka_unit_test(proxies_are_found),
		cmocka_unit_test(entities_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
