// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What dnf writes, as recorded from real runs of dnf4 (dnf5's forms are from its sources), and what
 * cordon makes of it.
 */

#include "update/dnf/dnf.h"
#include "update/dnf/parse.h"

#include "tree.h"
#include "update/rpm/rpm.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static char *fixture(const char *name)
{
	_cleanup_free_ char *path = strdup_printf("%s/dnf/%s", FIXTURES, name);
	char *content = NULL;

	assert_int_equal(file_read(path, 1U << 20, &content, NULL), 0);
	return content;
}

static bool has(const struct strv *list, const char *word)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i], word) == 0)
			return true;
	return false;
}

static void sources_are_listed(void **state)
{
	_cleanup_(strv_clear) struct strv ids = {0}, none = {0};
	_cleanup_free_ char *output = fixture("repolist");

	(void)state;
	assert_int_equal(dnf_repos_parse(output, &ids), 0);
	assert_int_equal(ids.count, 2);
	assert_string_equal(ids.items[1], "v2");
	assert_int_equal(dnf_repos_parse("\n", &none), 0);
	assert_int_equal(dnf_repos_parse("v1   v1\n", &none), -EBADMSG);
	assert_int_equal(none.count, 0);
}

static struct update_list pending(void)
{
	_cleanup_free_ char *updates = fixture("updates"), *advisories = fixture("advisories"),
			    *installed = fixture("installed");
	struct update_list list = {0};

	assert_int_equal(dnf_updates_parse(updates, &list), 0);
	assert_int_equal(dnf_advisories_parse(advisories, &list), 0);
	assert_int_equal(rpm_installed_parse(installed, &list), 0);
	return list;
}

static void updates_are_joined_with_advisories(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = pending();
	const struct update_package *foo = update_list_find(&list, "libfoo.noarch");
	const struct update_package *plain = update_list_find(&list, "plainpkg.noarch");

	(void)state;
	assert_int_equal(list.count, 11);
	assert_int_equal(update_list_security(&list), 8);
	assert_int_equal(update_list_withheld(&list), 0);
	assert_string_equal(foo->from, "1.0-1");
	assert_string_equal(foo->to, "1.1-1");
	assert_string_equal(foo->origin, "v2");
	assert_string_equal(foo->severity, "important");
	assert_true(foo->security);
	assert_false(plain->security);
	assert_null(plain->severity);
}

static void the_gravest_advisory_counts(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};

	(void)state;
	assert_int_equal(dnf_updates_parse("a\t2:3-1\tx86_64\tu\n", &list), 0);
	assert_int_equal(dnf_advisories_parse("L-1 Critical/Sec. a-2:2-1.x86_64\n"
					      "L-2 Low/Sec. a-2:3-1.x86_64\n"
					      "L-3 enhancement a-2:3-1.x86_64\n"
					      "L-4 Critical/Sec. a-2:3-1.i686\n",
				 &list),
		0);
	assert_string_equal(list.items[0].severity, "critical");
	/* The advisory for another architecture has nothing on offer. */
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[1].name, "a.i686");
	assert_string_equal(list.items[1].to, "2:3-1");
	assert_true(list.items[1].withheld && list.items[1].security);
	assert_string_equal(list.items[1].severity, "critical");
}

static void advisories_of_dnf5(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};

	(void)state;
	assert_int_equal(dnf_updates_parse("a\t1.1-1\tnoarch\tu\nb\t1.1-1\tnoarch\tu\n", &list), 0);
	assert_int_equal(dnf_advisories_parse(
				 "Name    Type     Severity  Package         Issued\n"
				 "FEDORA-1 security Important a-1.1-1.noarch 2026-01-01 10:00:00\n"
				 "FEDORA-2 bugfix   None      b-1.1-1.noarch 2026-01-01 10:00:00\n",
				 &list),
		0);
	assert_int_equal(update_list_security(&list), 1);
	assert_string_equal(list.items[0].severity, "important");
}

static void what_is_not_understood_is_an_error(void **state)
{
	static const char *const updates[] = {
		"a\t1\tx\n", "a\t1\tx\tr\tz\n", "Error: no\n", "\t\t\t\n", "-a\t1\tx\tr\n"};
	static const char *const advisories[] = {"a\n", "L-1 strange a-1-1.x\n", "L-1 Low/Sec. a\n",
		"L-1 Low/Sec. a-1-1\n", "a b\n"};
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(strv_clear) struct strv names = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(updates); i++)
		assert_int_equal(dnf_updates_parse(updates[i], &list), -EBADMSG);
	for (size_t i = 0; i < ELEMENTS(advisories); i++)
		assert_int_equal(dnf_advisories_parse(advisories[i], &list), -EBADMSG);
	assert_int_equal(list.count, 0);
	assert_int_equal(dnf_transaction_parse("", &names), -EBADMSG);
	assert_int_equal(dnf_transaction_parse("Error: x\n", &names), -EBADMSG);
}

static void what_would_be_installed(void **state)
{
	_cleanup_(strv_clear) struct strv names = {0}, none = {0}, wrapped = {0};
	_cleanup_free_ char *output = fixture("transaction");

	(void)state;
	assert_int_equal(dnf_transaction_parse(output, &names), 0);
	assert_int_equal(names.count, 8);
	assert_true(has(&names, "kernel.noarch") && has(&names, "plainpkg.noarch"));
	assert_false(has(&names, "needsnew.noarch") || has(&names, "webd.noarch"));
	assert_int_equal(
		dnf_transaction_parse("Dependencies resolved.\nNothing to do.\nComplete!\n", &none),
		0);
	assert_int_equal(none.count, 0);
	assert_int_equal(dnf_transaction_parse(" Package  Arch\nUpgrading:\n a-long-name\n"
					       "      x86_64  1.1-1  u  5 k\n b noarch 1 u 5 k\n"
					       "   replacing b noarch 0 u 5 k\n"
					       "Removing dependent packages:\n c noarch 1 u 5 k\n"
					       "Transaction Summary\n d noarch\n",
				 &wrapped),
		0);
	assert_int_equal(wrapped.count, 2);
	assert_true(has(&wrapped, "a-long-name.x86_64") && has(&wrapped, "b.noarch"));
}

static void why_it_would_not(void **state)
{
	_cleanup_free_ char *error = fixture("transaction.error");
	_cleanup_free_ char *needs = dnf_problem_find(error, "needsnew.noarch");
	_cleanup_free_ char *webd = dnf_problem_find(error, "webd.noarch");
	_cleanup_free_ char *none = dnf_problem_find(error, "foo.noarch");

	(void)state;
	assert_string_equal(needs,
		"cannot install the best update candidate for package needsnew-1.0-1.noarch; "
		"nothing provides not-there-at-all needed by needsnew-1.1-1.noarch");
	assert_non_null(strstr(webd, "requires libfoo >= 1.1"));
	assert_null(strstr(webd, "not-there-at-all"));
	assert_null(none);
}

static void steps(void **state)
{
	struct dnf_step step;

	(void)state;
	assert_true(dnf_step_parse("  Upgrading        : libfoo-1.1-1.noarch    5/17 ", &step));
	assert_int_equal(step.kind, DNF_STEP_INSTALL);
	assert_string_equal(step.package, "libfoo-1.1-1.noarch");
	assert_string_equal(step.verb, "Upgrading");
	assert_int_equal(step.percent, 29);
	assert_true(dnf_step_parse("  Running scriptlet: a-1-1.x86_64   17/17 ", &step));
	assert_int_equal(step.kind, DNF_STEP_OTHER);
	assert_true(dnf_step_parse(
		"(2/4): libfoo-1.1-1.noarch.rpm   1.2 MB/s | 6.1 kB     00:00", &step));
	assert_int_equal(step.kind, DNF_STEP_DOWNLOAD);
	assert_int_equal(step.percent, 50);
	assert_true(
		dnf_step_parse("[ 3/17] Upgrading libfoo-0:1.1-1.noarch  100% | 1.0 MiB/s", &step));
	assert_int_equal(step.kind, DNF_STEP_INSTALL);
	assert_string_equal(step.package, "libfoo-0:1.1-1.noarch");
	assert_false(dnf_step_parse("  Upgrading        : libfoo   5/0 ", &step));
	assert_false(dnf_step_parse("  Upgrading        : libfoo", &step));
	assert_false(dnf_step_parse("Complete!", &step));
	assert_false(dnf_step_parse("(9/4): x", &step));
	assert_false(dnf_step_parse("", &step));
}

/* As an installation tells it: which packages went in, and which of them are not as they should. */
static void an_installation(void **state)
{
	_cleanup_free_ char *output = fixture("install");
	unsigned int installed = 0, failed = 0, kept = 0;
	char *rest = output, *line;

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		_cleanup_free_ char *subject = NULL;
		struct dnf_step step;
		int notice = rpm_notice_parse(line, &subject);

		installed += dnf_step_parse(line, &step) && step.kind == DNF_STEP_INSTALL;
		failed += notice == RPM_NOTICE_FAILED;
		kept += notice == RPM_NOTICE_KEPT;
	}
	assert_int_equal(installed, 9);
	assert_int_equal(failed, 2);
	assert_int_equal(kept, 1);
}

static void bytes(void **state)
{
	(void)state;
	assert_int_equal(dnf_bytes_needed("Total download size: 6.0 k"), 6144);
	assert_int_equal(dnf_bytes_needed("Total download size: 1.5 M"), 1572864);
	assert_int_equal(dnf_bytes_needed("Total download size: 12"), 12);
	assert_int_equal(dnf_bytes_needed("Total size: 6.0 k"), 0);
	assert_int_equal(dnf_bytes_needed("Total download size: x"), 0);
}

static void reasons(void **state)
{
	_cleanup_free_ char *unavailable = fixture("unavailable.error");
	_cleanup_free_ char *reason = dnf_reason_find(unavailable);
	_cleanup_free_ char *unsigned_one =
		dnf_reason_find("Importing GPG key 0x5F28744F:\n Userid     : \"Lab\"\n"
				"Package unsigned-1.1-1.noarch.rpm is not signed\n"
				"Error: GPG check FAILED\n");
	_cleanup_free_ char *nothing = dnf_reason_find("\n \n");

	(void)state;
	assert_non_null(strstr(reason, "Failed to download metadata for repo 'v2'"));
	assert_string_equal(unsigned_one, "Package unsigned-1.1-1.noarch.rpm is not signed; Error: "
					  "GPG check FAILED");
	assert_null(nothing);
}

static void obstacles(void **state)
{
	static const char bad[] = "repomd.xml GPG signature verification error: Bad GPG signature";

	(void)state;
	assert_int_equal(dnf_retry_reason_find(200, "metadata already locked", false), RETRY_LOCK);
	assert_int_equal(dnf_retry_reason_find(1, bad, false), RETRY_NONE);
	assert_int_equal(dnf_retry_reason_find(1, bad, true), RETRY_CLOCK);
	assert_int_equal(dnf_retry_reason_find(
				 1, "SSL certificate problem: certificate is not yet valid", false),
		RETRY_CLOCK);
	assert_int_equal(dnf_retry_reason_find(1, "certificate has expired", false), RETRY_STALE);
	assert_int_equal(dnf_retry_reason_find(1, NULL, true), RETRY_NONE);
}

static void touch(const char *folder, const char *name, time_t when)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s/repodata/repomd.xml", folder, name);
	const struct timespec times[2] = {{.tv_sec = when}, {.tv_sec = when}};
	char *end;

	for (char *at = path + 1; (end = strchr(at, '/')); at = end + 1) {
		*end = '\0';
		mkdir(path, 0755);
		*end = '/';
	}
	assert_int_equal(file_write_atomic(path, "x", 1, 0644), 0);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void metadata_are_found_in_the_cache(void **state)
{
	_cleanup_free_ char *found = NULL, *none = dnf_repomd_find(*state, "updates");

	assert_null(none);
	touch(*state, "updates-0123456789abcdef", 1000);
	touch(*state, "updates-fedcba9876543210", 2000);
	touch(*state, "updates-testing-0123456789abcdef", 3000);
	touch(*state, "updates-0123456789abcde", 4000);
	found = dnf_repomd_find(*state, "updates");
	assert_non_null(strstr(found, "/updates-fedcba9876543210/repodata/repomd.xml"));
}

static void automatic_updates_are_applied(void **state)
{
	(void)state;
	assert_true(dnf_applies("[commands]\napply_updates = yes\n"));
	assert_true(dnf_applies("[commands]\n#apply_updates = no\napply_updates=True"));
	assert_false(dnf_applies("[commands]\napply_updates = no\n"));
	assert_false(dnf_applies("[commands]\n# apply_updates = yes\n"));
	assert_false(dnf_applies("apply_updates_x = yes\n"));
	assert_false(dnf_applies(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_listed),
		cmocka_unit_test(updates_are_joined_with_advisories),
		cmocka_unit_test(the_gravest_advisory_counts),
		cmocka_unit_test(advisories_of_dnf5),
		cmocka_unit_test(what_is_not_understood_is_an_error),
		cmocka_unit_test(what_would_be_installed),
		cmocka_unit_test(why_it_would_not),
		cmocka_unit_test(steps),
		cmocka_unit_test(an_installation),
		cmocka_unit_test(bytes),
		cmocka_unit_test(reasons),
		cmocka_unit_test(obstacles),
		cmocka_unit_test_setup_teardown(
			metadata_are_found_in_the_cache, tree_setup, tree_teardown),
		cmocka_unit_test(automatic_updates_are_applied),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
