// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/packaged: is a configuration file what its package shipped?
 *
 * "Changed" has cordon stand aside, so whatever cannot be told must be "unknown".
 */

#include "tree.h"

#include "facts/firewall/packaged.h"
#include "util/fail.h"

#include <errno.h>
#include <md5.h>
#include <string.h>
#include <time.h>

#define PATH	"/etc/nftables.conf"
#define MD5	"0123456789abcdef0123456789abcdef"
#define STATUS	"/var/lib/dpkg/status"
#define SHIPPED "#!/usr/sbin/nft -f\n\nflush ruleset\n\ntable inet filter {\n}\n"
#define EDITED	SHIPPED "table inet mine {\n}\n"

#define BASE                                                                                       \
	"Package: base-files\nStatus: install ok installed\nConffiles:\n"                          \
	" /etc/debian_version 8dde9a3b1a4f2cbdc4d2b8e0f1a9c7d5\n\n"
#define NFTABLES(status, conffile)                                                                 \
	"Package: nftables\nStatus: " status "\nPriority: important\nConffiles:\n" conffile        \
	"\nDescription: rules\n and more\n\n"

struct status_case {
	const char *status;
	int expected;
};

static void expect_found(const struct status_case *cases, size_t count)
{
	unsigned int failures = 0;

	for (size_t i = 0; i < count; i++) {
		char md5[33] = "untouched";
		int r = packaged_find_conffile(cases[i].status, PATH, md5);

		if (r == cases[i].expected && strcmp(md5, r == 1 ? MD5 : "untouched") == 0)
			continue;
		failures++;
		print_error("%s\n  gave     %d \"%s\"\n  in place of %d\n", cases[i].status, r, md5,
			cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

static void conffiles_are_found(void **state)
{
	static const struct status_case cases[] = {
		{NFTABLES("install ok installed", " " PATH " " MD5), 1},
		{BASE NFTABLES("install ok installed", " " PATH " " MD5) BASE, 1},
		{NFTABLES("install ok installed", " /etc/a " MD5 "\n " PATH " " MD5), 1},
		{NFTABLES("install ok installed", " " PATH " " MD5 " obsolete"), 1},
		{"Package: a\nStatus: install ok installed\nConffiles:\n " PATH " " MD5, 1},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

static void other_files_are_not(void **state)
{
	static const struct status_case cases[] = {
		{"", 0},
		{"\n\n\n", 0},
		{PATH, 0},
		{" " PATH, 0},
		{BASE, 0},
		{NFTABLES("install ok installed", " " PATH ".d " MD5), 0},
		{NFTABLES("install ok installed", " /usr" PATH " " MD5), 0},
		{NFTABLES("install ok installed", " /etc/nftables " MD5), 0},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

static void what_is_no_conffile_names_none(void **state)
{
	static const struct status_case cases[] = {
		{NFTABLES("install ok installed", " /etc/a " PATH " " MD5), 0},
		{"Package: a\nStatus: install ok installed\nDescription: see " PATH " " MD5 "\n",
			0},
		{"Package: a\nStatus: install ok installed\nDescription: see\n " PATH " " MD5 "\n",
			0},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

static void half_installed_packages_are_told(void **state)
{
	static const struct status_case cases[] = {
		{NFTABLES("install ok half-configured", " " PATH " " MD5), -EAGAIN},
		{NFTABLES("install ok unpacked", " " PATH " " MD5), -EAGAIN},
		{NFTABLES("install reinstreq half-installed", " " PATH " " MD5), -EAGAIN},
		{NFTABLES("install ok triggers-pending", " " PATH " " MD5), -EAGAIN},
		{NFTABLES("deinstall ok config-files", " " PATH " " MD5), -EAGAIN},
		/* Another package's state does not count. */
		{BASE NFTABLES("install ok unpacked", " " PATH " " MD5) BASE, -EAGAIN},
		{"Package: a\nConffiles:\n " PATH " " MD5 "\n\n" BASE, -EAGAIN},
		{"Package: a\nStatus: install ok installed too\nConffiles:\n " PATH " " MD5 "\n",
			-EAGAIN},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

/* What dpkg notes of a conffile until its package is configured, or a record that is damaged: there
 * is a package, so nobody can say that a person wrote the file. */
static void a_conffile_without_its_sum_is_half_installed(void **state)
{
	static const struct status_case cases[] = {
		{NFTABLES("install ok unpacked", " " PATH " newconffile"), -EAGAIN},
		{NFTABLES("install ok installed", " " PATH " newconffile"), -EAGAIN},
		{NFTABLES("install ok installed", " " PATH " 0123456789abcdef"), -EAGAIN},
		{NFTABLES("install ok installed", " " PATH " " MD5 "0"), -EAGAIN},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

/* apt-mark hold: installed as well as any. */
static void packages_on_hold_are_installed(void **state)
{
	static const struct status_case cases[] = {
		{NFTABLES("hold ok installed", " " PATH " " MD5), 1},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

static void the_order_of_fields_does_not_count(void **state)
{
	static const struct status_case cases[] = {
		{"Status: install ok installed\nPackage: a\nConffiles:\n " PATH " " MD5 "\n", 1},
		{"Package: a\nConffiles:\n " PATH " " MD5 "\nStatus: install ok installed\n\n" BASE,
			1},
		{"Package: a\nConffiles:\n " PATH " " MD5 "\nStatus: install ok installed", 1},
	};

	(void)state;
	expect_found(cases, ELEMENTS(cases));
}

/* The path on each of a hundred thousand lines, none of them a conffile's. */
static void the_time_grows_with_the_size(void **state)
{
	static char status[2U << 20];
	static const char line[] = " " PATH "\n";
	char md5[33];
	clock_t begin;

	(void)state;
	for (size_t at = 0; at + sizeof(line) < sizeof(status); at += sizeof(line) - 1)
		memcpy(status + at, line, sizeof(line));
	begin = clock();
	assert_int_not_equal(packaged_find_conffile(status, PATH, md5), 1);
	assert_true(clock() - begin < 2 * CLOCKS_PER_SEC);
}

static void only_comments(void **state)
{
	static const char *const yes[] = {"", "\n", "#", "# a", "# a\n",
		"#!/usr/sbin/nft -f\n\n# b\n", " \t# a\n\t\n", "# a\r\n\r\n", "\n\n\n#\n#"};
	static const char *const no[] = {"a", "a\n", "# a\nflush ruleset\n", "# a\n b", "\n;\n",
		"// a", "a # b", "\r\na\r\n", "\xef\xbb\xbf# a", "\\# a"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(yes); i++)
		if (!packaged_is_only_comments(yes[i]))
			fail_msg("\"%s\" is only comments", yes[i]);
	for (size_t i = 0; i < ELEMENTS(no); i++)
		if (packaged_is_only_comments(no[i]))
			fail_msg("\"%s\" is not only comments", no[i]);
}

/* dpkg's record, of SHIPPED. */
static void install(const char *root, const char *state)
{
	char sum[MD5_DIGEST_STRING_LENGTH];
	_cleanup_free_ char *status = NULL;

	MD5Data((const uint8_t *)SHIPPED, strlen(SHIPPED), sum);
	status = strdup_printf(
		BASE "Package: nftables\nStatus: %s\nConffiles:\n " PATH " %s\n", state, sum);
	tree_write(root, STATUS, status);
	tree_folder(root, "/var/lib/dpkg/updates");
	tree_write(root, "/usr/bin/dpkg", "");
}

static int look(const char *root, const char *content)
{
	return packaged_look(root, PATH, content, strlen(content));
}

static void dpkg_tells_edited_from_shipped(void **state)
{
	install(*state, "install ok installed");
	assert_int_equal(look(*state, SHIPPED), PACKAGED_AS_SHIPPED);
	assert_int_equal(look(*state, EDITED), PACKAGED_CHANGED);
	assert_int_equal(look(*state, SHIPPED "\n"), PACKAGED_CHANGED);
	assert_int_equal(look(*state, ""), PACKAGED_CHANGED);
	/* All bytes count. */
	assert_int_equal(packaged_look(*state, PATH, SHIPPED, sizeof(SHIPPED)), PACKAGED_CHANGED);
}

static void what_no_package_has_was_written(void **state)
{
	install(*state, "install ok installed");
	assert_int_equal(packaged_look(*state, "/etc/ferm/ferm.conf", "x", 1), PACKAGED_CHANGED);
}

static void half_configured_is_unknown(void **state)
{
	install(*state, "install ok half-configured");
	assert_int_equal(look(*state, SHIPPED), PACKAGED_UNKNOWN);
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void dpkg_at_work_is_unknown(void **state)
{
	install(*state, "install ok installed");
	tree_write(*state, "/var/lib/dpkg/updates/0001", "Package: nftables\n");
	assert_int_equal(look(*state, SHIPPED), PACKAGED_UNKNOWN);
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void a_folder_of_updates_that_is_none_is_unknown(void **state)
{
	install(*state, "install ok installed");
	assert_int_equal(rmdir(tree_path(*state, "/var/lib/dpkg/updates")), 0);
	assert_int_equal(look(*state, EDITED), PACKAGED_CHANGED);
	tree_write(*state, "/var/lib/dpkg/updates", "");
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void a_record_that_is_no_file_is_unknown(void **state)
{
	tree_fifo(*state, STATUS);
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void an_endless_record_is_unknown(void **state)
{
	install(*state, "install ok installed");
	assert_int_equal(truncate(tree_path(*state, STATUS), 100 << 20), 0);
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

/* /var is not mounted yet, or its file is lost: that is not a system without dpkg. */
static void a_record_that_is_gone_is_unknown(void **state)
{
	install(*state, "install ok installed");
	unlink(tree_path(*state, STATUS));
	assert_int_equal(look(*state, SHIPPED), PACKAGED_UNKNOWN);
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void a_record_that_is_empty_is_unknown(void **state)
{
	install(*state, "install ok installed");
	tree_write(*state, STATUS, "");
	assert_int_equal(look(*state, EDITED), PACKAGED_UNKNOWN);
}

static void without_dpkg_comments_are_as_shipped(void **state)
{
	assert_int_equal(look(*state, "# include \"x\"\n"), PACKAGED_AS_SHIPPED);
	assert_int_equal(look(*state, ""), PACKAGED_AS_SHIPPED);
	assert_int_equal(look(*state, EDITED), PACKAGED_CHANGED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conffiles_are_found),
		cmocka_unit_test(other_files_are_not),
		cmocka_unit_test(what_is_no_conffile_names_none),
		cmocka_unit_test(half_installed_packages_are_told),
		cmocka_unit_test(a_conffile_without_its_sum_is_half_installed),
		cmocka_unit_test(packages_on_hold_are_installed),
		cmocka_unit_test(the_order_of_fields_does_not_count),
		cmocka_unit_test(the_time_grows_with_the_size),
		cmocka_unit_test(only_comments),
		tree_test(dpkg_tells_edited_from_shipped),
		tree_test(what_no_package_has_was_written),
		tree_test(half_configured_is_unknown),
		tree_test(dpkg_at_work_is_unknown),
		tree_test(a_folder_of_updates_that_is_none_is_unknown),
		tree_test(a_record_that_is_no_file_is_unknown),
		tree_test(an_endless_record_is_unknown),
		tree_test(a_record_that_is_gone_is_unknown),
		tree_test(a_record_that_is_empty_is_unknown),
		tree_test(without_dpkg_comments_are_as_shipped),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
