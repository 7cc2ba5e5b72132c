// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy/grouppolicy: from files on a disk to a decision (P14).
 *
 * What must not happen: that a file which somebody else could write decides, that one which cannot
 * be read hides a decision without a word, or that a tree of rubbish hangs the boot.
 */

#include "tree.h"

#include "pol.h"
#include "policy/grouppolicy/grouppolicy.h"
#include "util/fail.h"
#include "util/file.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SAMBA  "/var/cache/samba/gpo_cache/EXAMPLE.ORG/POLICIES"
#define FILE_1 SAMBA "/{1}/MACHINE/REGISTRY.POL"
#define FILE_2 SAMBA "/{2}/MACHINE/REGISTRY.POL"

static const char *put(const char *root, const char *path, struct pol *pol)
{
	const char *full = tree_write_bytes(root, path, pol->data, pol->size);

	pol_clear(pol);
	return full;
}

/* A policy that enables (1) or disables (0) the firewall of a profile and opens a port. */
static const char *put_policy(
	const char *root, const char *path, const char *profile, uint32_t enable, const char *port)
{
	_cleanup_free_ char *key = strdup_printf(POL_FIREWALL "\\%s", profile);
	_cleanup_free_ char *list = strdup_printf("%s\\GloballyOpenPorts\\List", key);
	_cleanup_free_ char *line = strdup_printf("%s:TCP:*:enabled:x", port);
	struct pol pol = pol_begin();

	pol_number(&pol, key, "EnableFirewall", enable);
	pol_text(&pol, list, port, line);
	return put(root, path, &pol);
}

static void load(const char *root, const char *folder, enum group_policy_profile profile,
	struct group_policy *policy)
{
	deadline_set();
	assert_int_equal(group_policy_load(root, folder, profile, policy), 0);
	deadline_clear();
}

static void expect_damage(const char *root, const char *reason)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	load(root, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_listed(&policy.damage, reason);
	assert_listed(&policy.damage, "samba-gpupdate --force");
	assert_listed(&policy.damage, "GroupPolicy=no");
	assert_false(policy.decided);
	assert_null(policy.decision.what);
	assert_int_equal(policy.allow.count, 0);
}

static void expect_nothing(const char *root, const char *folder)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	load(root, folder, GROUP_POLICY_DOMAIN, &policy);
	assert_false(policy.decided);
	assert_int_equal(policy.allow.count + policy.files.count, 0);
	assert_int_equal(policy.problems.count + policy.damage.count, 0);
}

static void no_cache_is_no_problem(void **state)
{
	expect_nothing(*state, NULL);
	expect_nothing(*state, "/srv/policies");
	tree_folder(*state, SAMBA);
	expect_nothing(*state, NULL);
}

static void caches_are_found(void **state)
{
	static const struct {
		const char *path, *folder;
	} cases[] = {
		{FILE_1, NULL},
		{"/var/lib/samba/gpo_cache/EXAMPLE.ORG/POLICIES/{1}/MACHINE/REGISTRY.POL", NULL},
		{"/var/cache/adsys/sysvol/Policies/{1}/Machine/Registry.pol", NULL},
		{"/var/cache/adsys/gpo_cache/{1}/machine/registry.pol", NULL},
		{"/srv/gpo/Registry.pol", "/srv/gpo"},
		{"/srv/gpo/a/b/Machine/Registry.pol", "/srv/gpo"},
		{"/srv/gpo/a/b/Machine/Registry.pol", "/srv/gpo/a/b/Machine"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		_cleanup_free_ char *source =
			strdup_printf("%s: DomainProfile\\EnableFirewall", cases[i].path);
		const char *full = put_policy(*state, cases[i].path, "DomainProfile", 1, "22");

		load(*state, cases[i].folder, GROUP_POLICY_DOMAIN, &policy);
		assert_true(policy.decided);
		assert_string_equal(policy.decision.what, "Group Policy enables the firewall");
		assert_string_equal(policy.decision.source, source);
		assert_int_equal(policy.allow.count, 1);
		assert_int_equal(policy.files.count, 1);
		assert_string_equal(policy.files.items[0].source, cases[i].path);
		assert_int_equal(unlink(full), 0);
	}
}

static void only_policies_of_the_machine_count(void **state)
{
	static const char *const paths[] = {
		SAMBA "/{1}/USER/REGISTRY.POL",
		SAMBA "/{1}/User/Machine/Registry.pol",
		SAMBA "/{1}/REGISTRY.POL",
		SAMBA "/{1}/MACHINE/SCRIPTS/REGISTRY.POL",
		SAMBA "/{1}/MACHINE/REGISTRY.POL.OLD",
		SAMBA "/{1}/MACHINE/tmpabcdef",
		"/var/cache/samba/other/POLICIES/{1}/MACHINE/REGISTRY.POL",
		"/var/lib/samba/sysvol/example.org/Policies/{1}/Machine/Registry.pol",
		"/var/cache/adsys/sysvol/assets/Machine/Registry.pol",
		"/var/cache/adsys/Registry.pol",
	};

	for (size_t i = 0; i < ELEMENTS(paths); i++)
		put_policy(*state, paths[i], "DomainProfile", 1, "22");
	expect_nothing(*state, NULL);
}

static void each_profile_has_its_own_decision(void **state)
{
	static const struct {
		enum group_policy_profile profile;
		const char *what, *place;
	} cases[] = {
		{GROUP_POLICY_DOMAIN, "Group Policy enables the firewall", "DomainProfile\\"},
		{GROUP_POLICY_STANDARD, "Group Policy disables the firewall", "StandardProfile\\"},
		{GROUP_POLICY_PRIVATE, "Group Policy enables the firewall", "PrivateProfile\\"},
		/* It has no keys. */
		{GROUP_POLICY_PUBLIC, "Group Policy disables the firewall", "StandardProfile\\"},
	};

	put_policy(*state, FILE_1, "DomainProfile", 1, "22");
	put_policy(*state, FILE_2, "StandardProfile", 0, "22");
	put_policy(*state, SAMBA "/{3}/MACHINE/REGISTRY.POL", "PrivateProfile", 1, "22");
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};

		load(*state, NULL, cases[i].profile, &policy);
		assert_true(policy.decided);
		assert_string_equal(policy.decision.what, cases[i].what);
		assert_contains(policy.decision.source, cases[i].place);
		assert_int_equal(policy.allow.count, 1);
	}
}

static void a_policy_about_something_else_decides_nothing(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	put_policy(*state, FILE_1, "StandardProfile", 1, "22");
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_false(policy.decided);
	assert_int_equal(policy.allow.count, 0);
	assert_int_equal(policy.files.count, 1);
	assert_string_equal(policy.files.items[0].what, "Group Policy");
}

static void later_paths_win(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	put_policy(*state, FILE_2, "DomainProfile", 0, "23");
	put_policy(*state, FILE_1, "DomainProfile", 1, "22");
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_string_equal(policy.decision.what, "Group Policy disables the firewall");
	assert_contains(policy.decision.source, FILE_2);
	assert_int_equal(policy.allow.count, 2);
	assert_int_equal(policy.files.count, 2);
	assert_string_equal(policy.files.items[0].source, FILE_1);
	assert_string_equal(policy.files.items[1].source, FILE_2);
	assert_contains(policy.files.items[1].what, "2 of 2 in the order of their paths");
}

/* Not the order in which the caches, or their folders, are searched. */
static void paths_are_ordered_as_text(void **state)
{
	static const char *const paths[] = {
		"/var/cache/adsys/a-b/Machine/Registry.pol",
		"/var/cache/adsys/a/Machine/Registry.pol",
		FILE_1,
		"/var/lib/samba/gpo_cache/X/MACHINE/REGISTRY.POL",
	};
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	for (size_t i = 0; i < ELEMENTS(paths); i++)
		put_policy(*state, paths[i], "DomainProfile", i % 2, "22");
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_int_equal(policy.files.count, ELEMENTS(paths));
	for (size_t i = 0; i < ELEMENTS(paths); i++)
		assert_string_equal(policy.files.items[i].source, paths[i]);
	assert_contains(policy.decision.source, paths[3]);
}

static void a_decision_that_is_not_understood_is_damage(void **state)
{
	struct pol number = pol_begin(), type = pol_begin();

	put_policy(*state, FILE_1, "DomainProfile", 1, "22");
	pol_number(&number, POL_DOMAIN, "EnableFirewall", 2);
	put(*state, FILE_2, &number);
	expect_damage(*state, FILE_2 ": DomainProfile\\EnableFirewall: neither 0 nor 1");
	pol_text(&type, POL_DOMAIN, "EnableFirewall", "1");
	put(*state, FILE_2, &type);
	expect_damage(*state, FILE_2 ": DomainProfile\\EnableFirewall: neither 0 nor 1");
}

static void shields_up_means_no_exceptions(void **state)
{
	static const struct {
		uint32_t shields;
		size_t expected;
		const char *problem;
	} cases[] = {
		{0, 2, NULL},
		{1, 0, "DoNotAllowExceptions: no exceptions are allowed, so the 2 of"},
		{5, 0, "DoNotAllowExceptions: neither 0 nor 1; it counts as 1"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(group_policy_clear) struct group_policy policy = {0};
		struct pol pol = pol_begin();

		pol_number(&pol, POL_DOMAIN, "DoNotAllowExceptions", cases[i].shields);
		pol_text(&pol, POL_LIST, "x", "22:TCP:*:enabled:x");
		pol_text(&pol, POL_RULES, "x",
			"v2.29|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=443|");
		put(*state, FILE_1, &pol);
		load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
		assert_int_equal(policy.allow.count, cases[i].expected);
		assert_int_equal(policy.damage.count, 0);
		if (cases[i].problem)
			assert_listed(&policy.problems, cases[i].problem);
		else
			assert_int_equal(policy.problems.count, 0);
	}
}

static void what_others_may_write_is_damage(void **state)
{
	static const char *const folders[] = {
		"/var/cache/samba", "/var/cache/samba/gpo_cache", SAMBA, SAMBA "/{1}/MACHINE"};
	const char *path = put_policy(*state, FILE_1, "DomainProfile", 1, "22");

	assert_int_equal(chmod(path, 0664), 0);
	expect_damage(*state, FILE_1 ": users other than root may write it");
	assert_int_equal(chmod(path, 0600), 0);
	for (size_t i = 0; i < ELEMENTS(folders); i++) {
		_cleanup_free_ char *reason = strdup_printf(
			"%s: users other than root may write this folder", folders[i]);
		const char *folder = tree_path(*state, folders[i]);

		assert_int_equal(chmod(folder, 0775), 0);
		expect_damage(*state, reason);
		assert_int_equal(chmod(folder, 0777 | S_ISVTX), 0);
		expect_damage(*state, reason);
		assert_int_equal(chmod(folder, 0755), 0);
	}
}

static void what_others_own_is_damage(void **state)
{
	const char *path = put_policy(*state, FILE_1, "DomainProfile", 1, "22");
	const char *folder = tree_path(*state, SAMBA "/{1}");

	tree_need_other_users();
	assert_int_equal(chown(path, 4711, 0), 0);
	expect_damage(*state, "owned by user 4711");
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(chown(folder, 4711, 0), 0);
	expect_damage(*state, SAMBA "/{1}: users other than root may write this folder");
}

static void what_is_no_file_is_damage(void **state)
{
	const char *path;

	put_policy(*state, FILE_2, "DomainProfile", 1, "22");
	path = tree_fifo(*state, FILE_1);
	expect_damage(*state, FILE_1 ": not a regular file");
	assert_int_equal(unlink(path), 0);
	path = tree_link(*state, FILE_1, "../../{2}/MACHINE/REGISTRY.POL");
	expect_damage(*state, FILE_1 ": not a regular file");
	assert_int_equal(unlink(path), 0);
	path = tree_link(*state, FILE_1, "/dev/zero");
	expect_damage(*state, FILE_1 ": not a regular file");
	assert_int_equal(unlink(path), 0);
	tree_folder(*state, FILE_1);
	expect_damage(*state, FILE_1 ": not a regular file");
}

static void a_cache_that_is_no_folder_is_damage(void **state)
{
	tree_write(*state, "/var/cache/samba/gpo_cache", "x");
	expect_damage(*state, "/var/cache/samba/gpo_cache: not a folder");
}

/* A link to another tree could lead anywhere, also in a circle. */
static void links_to_folders_are_not_followed(void **state)
{
	put_policy(*state, "/srv/{1}/MACHINE/REGISTRY.POL", "DomainProfile", 1, "22");
	tree_folder(*state, SAMBA);
	tree_link(*state, SAMBA "/{1}", "/srv/{1}");
	tree_link(*state, SAMBA "/{2}", "..");
	expect_nothing(*state, NULL);
}

/* The cache itself may lie elsewhere, but inside of the root. */
static void links_lead_not_out_of_the_root(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	put_policy(*state, "/srv/gpo_cache/X/POLICIES/{1}/MACHINE/REGISTRY.POL", "DomainProfile", 1,
		"22");
	tree_folder(*state, "/var/cache");
	tree_link(*state, "/var/cache/samba", "/srv");
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_true(policy.decided);
}

static void a_damaged_file_spoils_all(void **state)
{
	struct pol torn = pol_begin(), unknown = pol_begin();

	put_policy(*state, FILE_1, "DomainProfile", 1, "22");
	pol_number(&torn, "k", "v", 1);
	torn.size--;
	put(*state, FILE_2, &torn);
	expect_damage(*state, FILE_2 ": byte 39: it ends within a record");
	tree_write(*state, FILE_2, "");
	expect_damage(*state, FILE_2 ": byte 0: it ends within its header");
	tree_write(*state, FILE_2, "[Unicode]\r\nUnicode=yes\r\n");
	expect_damage(*state, FILE_2 ": byte 0: not a Registry.pol");
	pol_text(&unknown, POL_DOMAIN, "**Soft.EnableFirewall", "1");
	put(*state, FILE_2, &unknown);
	expect_damage(*state, FILE_2 ": the instruction \"**Soft.EnableFirewall\"");
}

static void a_huge_file_is_refused(void **state)
{
	const char *path = put_policy(*state, FILE_1, "DomainProfile", 1, "22");

	assert_int_equal(truncate(path, 100L << 20), 0);
	expect_damage(*state, FILE_1 ": longer than 16777216 bytes");
}

static void huge_files_are_refused_together(void **state)
{
	static uint8_t data[65535];

	for (int i = 0; i < 5; i++) {
		_cleanup_free_ char *path = strdup_printf(SAMBA "/{%d}/MACHINE/REGISTRY.POL", i);
		struct pol pol = pol_begin();

		if (i == 0)
			for (int k = 0; k < 240; k++)
				pol_add(&pol, "k", "v", 3, data, sizeof(data));
		put(*state, path, &pol);
		if (i > 0) {
			_cleanup_free_ char *first = strdup_printf(
				"%s" SAMBA "/{0}/MACHINE/REGISTRY.POL", (const char *)*state);

			assert_int_equal(unlink(tree_path(*state, path)), 0);
			assert_int_equal(link(first, tree_path(*state, path)), 0);
		}
	}
	expect_damage(*state, "with it all policies are longer than");
}

static void a_tree_beyond_all_bounds_is_damage(void **state)
{
	tree_folder(*state, SAMBA "/3/4/5/6/7/8");
	expect_nothing(*state, NULL);
	tree_folder(*state, SAMBA "/3/4/5/6/7/8/9");
	expect_damage(*state, "/8/9: deeper than can be meant");
}

static void too_many_policies_are_damage(void **state)
{
	for (int i = 0; i < 257; i++) {
		_cleanup_free_ char *path = strdup_printf(SAMBA "/{%d}/MACHINE/REGISTRY.POL", i);
		struct pol pol = pol_begin();

		put(*state, path, &pol);
	}
	expect_damage(*state, "more policies than can be meant");
}

static void too_many_entries_are_damage(void **state)
{
	for (int i = 0; i < 4097; i++) {
		_cleanup_free_ char *path = strdup_printf(SAMBA "/{1}/%d", i);

		tree_write(*state, path, "");
	}
	expect_damage(*state, SAMBA "/{1}: more entries than can be meant");
}

static void paths_are_made_printable(void **state)
{
	const char *path = SAMBA "/{\x1b]0;\n}/MACHINE/REGISTRY.POL";
	_cleanup_(group_policy_clear) struct group_policy policy = {0};

	put_policy(*state, path, "DomainProfile", 1, "22");
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_contains(policy.decision.source, "/{?]0;?}/");
	assert_contains(policy.files.items[0].source, "/{?]0;?}/");
	tree_write(*state, path, "x");
	expect_damage(*state, "/{?]0;?}/MACHINE/REGISTRY.POL: byte 1");
}

static void sambas_own_file_is_understood(void **state)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_free_ char *data = NULL, *all = NULL;
	size_t size;

	assert_int_equal(file_read(FIXTURES "/registrypol/firewall.pol", 65536, &data, &size), 0);
	tree_write_bytes(*state, FILE_1, data, size);
	load(*state, NULL, GROUP_POLICY_DOMAIN, &policy);
	assert_true(policy.decided);
	assert_int_equal(policy.problems.count + policy.damage.count, 0);
	for (size_t i = 0; i < policy.allow.count; i++) {
		_cleanup_free_ char *one = exception_describe(&policy.allow.items[i], true);
		char *longer = strdup_printf("%s%s; ", all ? all : "", one);

		free(all);
		all = longer;
	}
	assert_string_equal(all, "22/tcp from 10.0.0.0/8; 22/tcp from LocalSubnet; "
				 "3389/tcp from 192.0.2.0/24; 443/tcp from 10.0.0.0/8; ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(no_cache_is_no_problem),
		tree_test(caches_are_found),
		tree_test(only_policies_of_the_machine_count),
		tree_test(each_profile_has_its_own_decision),
		tree_test(a_policy_about_something_else_decides_nothing),
		tree_test(later_paths_win),
		tree_test(paths_are_ordered_as_text),
		tree_test(a_decision_that_is_not_understood_is_damage),
		tree_test(shields_up_means_no_exceptions),
		tree_test(what_others_may_write_is_damage),
		tree_test(what_others_own_is_damage),
		tree_test(what_is_no_file_is_damage),
		tree_test(a_cache_that_is_no_folder_is_damage),
		tree_test(links_to_folders_are_not_followed),
		tree_test(links_lead_not_out_of_the_root),
		tree_test(a_damaged_file_spoils_all),
		tree_test(a_huge_file_is_refused),
		tree_test(huge_files_are_refused_together),
		tree_test(a_tree_beyond_all_bounds_is_damage),
		tree_test(too_many_policies_are_damage),
		tree_test(too_many_entries_are_damage),
		tree_test(paths_are_made_printable),
		tree_test(sambas_own_file_is_understood),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
