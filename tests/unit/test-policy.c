// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy: cordon.conf(5) as administrators write it, and as they get it wrong.
 *
 * Two things are held throughout: a mistake is named with file and line and what would be right,
 * and a mistake never opens more than the same file without it would.
 */

#include "tree.h"

#include "policy/layers.h"
#include "policy/policy.h"
#include "util/fail.h"
#include "util/ini.h"

#include <string.h>
#include <sys/stat.h>

#define VENDOR	      "/usr/lib/cordon/cordon.conf"
#define ADMIN	      "/etc/cordon/cordon.conf"
#define DROPIN_LIB(n) "/usr/lib/cordon/cordon.conf.d/" n
#define DROPIN_RUN(n) "/run/cordon.conf.d/" n
#define DROPIN_ETC(n) "/etc/cordon/cordon.conf.d/" n

static struct policy load(const char *root)
{
	struct policy policy;

	assert_int_equal(policy_load(root, &policy), 0);
	return policy;
}

static struct policy load_one(const char *root, const char *content)
{
	tree_write(root, ADMIN, content);
	return load(root);
}

/* "22/tcp from 192.0.2.1; 80/tcp" of a whole list. */
static char *describe(const struct exception_list *list)
{
	char *all = strdup("");

	for (size_t i = 0; i < list->count; i++) {
		_cleanup_free_ char *one = exception_describe(&list->items[i], true);
		char *longer = strdup_printf("%s%s%s", all, i ? "; " : "", one);

		free(all);
		all = longer;
	}
	return all;
}

static void assert_list(const struct exception_list *list, const char *expected)
{
	_cleanup_free_ char *found = describe(list);

	assert_string_equal(found, expected);
}

/* One problem, and it reads FILE:LINE: REST (or FILE: REST for line 0). */
static void assert_problem(
	const struct policy *policy, const char *path, int line, const char *rest)
{
	_cleanup_free_ char *expected = line ? strdup_printf("%s:%d: %s", path, line, rest)
					     : strdup_printf("%s: %s", path, rest);

	assert_listed(&policy->problems, expected);
}

static void without_files_all_is_closed(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load(*state);

	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	assert_string_equal(policy.egress.source, "default");
	assert_int_equal(policy.allow.count, 0);
	assert_int_equal(policy.egress_allow.count, 0);
	assert_int_equal(policy.finish_allow.count, 0);
	assert_int_equal(policy.on_finish.value, ON_FINISH_OPEN);
	assert_int_equal(policy.problems.count, 0);
}

static void every_setting_is_read_with_its_source(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state,
		"# a comment\n[Cordon]\nEgress=open\nOnFinish=ufw\n\n[Allow]\nPort=22/tcp, "
		"8000-8010/udp\n"
		"From=192.0.2.0/24 2001:db8::/32\n[Egress]\nAllow=8140/tcp\n"
		"[Finish]\nAllow=443/tcp remote-admin\n");
	static const char source[] = ADMIN ":";

	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.egress.value, EGRESS_OPEN);
	assert_string_equal(policy.egress.name, "open");
	assert_contains(policy.egress.source, source);
	assert_contains(policy.egress.source, ":3");
	assert_list(&policy.allow,
		"22/tcp from 192.0.2.0/24; 22/tcp from 2001:db8::/32; "
		"8000-8010/udp from 192.0.2.0/24; 8000-8010/udp from 2001:db8::/32");
	assert_contains(policy.allow.items[0].source, source);
	assert_contains(policy.allow.items[0].source, ":7");
	assert_string_equal(policy.allow.items[0].reason, "configured");
	assert_list(&policy.egress_allow, "8140/tcp");
	assert_contains(policy.egress_allow.items[0].source, ":10");
	assert_list(&policy.finish_allow, "443/tcp");
	assert_true(policy.finish_remote);
	assert_int_equal(policy.on_finish.value, ON_FINISH_UFW);
}

static void equal_keys_of_sections_side_by_side_are_two(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state,
		"[Finish]\nAllow=443/tcp\n[Egress]\nAllow=8140/tcp\n[Finsh]\nAllow=1/tcp\n");

	assert_list(&policy.finish_allow, "443/tcp");
	assert_list(&policy.egress_allow, "8140/tcp");
	assert_contains(policy.egress_allow.items[0].source, ":4");
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 6, "[Finsh] Allow=: no such setting; there are");
}

static void the_shipped_file_has_no_problem(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	_cleanup_free_ char *content = tree_read(SOURCE_ROOT "/data/cordon.conf");

	policy = load_one(*state, content);
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.allow.count + policy.egress_allow.count, 0);
	assert_string_equal(policy.egress.source, "default");
}

static void an_unknown_section_is_named(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state, "[Cordn]\nEgress=open\n");

	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 2, "[Cordn] Egress=: no such setting; there are");
	assert_listed(&policy.problems, "there are [Cordon] Egress=, [Cordon] Mode=");
}

static void an_unknown_key_is_named(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Cordon]\n\negress=open\nEgress=open\n");

	assert_int_equal(policy.egress.value, EGRESS_OPEN);
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 3, "[Cordon] egress=: no such setting");
}

static void a_key_above_all_sections_is_named(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "Egress=open\n[Allow]\nPort=22/tcp\n");

	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	/* It may have been a From=, so the ports of the same file stay closed. */
	assert_list(&policy.allow, "");
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 1, "a setting in front of the first section; the line is");
}

static void a_bad_value_is_named_and_the_rest_kept(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state,
		"[Cordon]\nEgress=updtes\n[Allow]\nPort=22 80/tcp\n[Egress]\nAllow=0/udp 53/udp\n");

	assert_int_equal(policy.problems.count, 3);
	assert_problem(&policy, ADMIN, 2, "Egress=updtes: not one of updates, updater, open");
	assert_problem(&policy, ADMIN, 4, "Port=22: the protocol is missing, say 22/tcp or 22/udp");
	assert_problem(
		&policy, ADMIN, 6, "Allow=0/udp: not a port such as 22/tcp or 8000-8010/udp");
	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	assert_string_equal(policy.egress.source, "default");
	assert_list(&policy.allow, "80/tcp");
	assert_list(&policy.egress_allow, "53/udp");
}

static void an_empty_egress_is_named(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state, "[Cordon]\nEgress=\n");

	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	assert_problem(&policy, ADMIN, 2, "Egress=: not one of updates, updater, open");
}

/* A From= that is not understood must narrow: the ports are then open to nobody, not to anyone. */
static void a_bad_from_never_means_anyone(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Allow]\nPort=22/tcp\nFrom=admin.example.org\n");

	assert_int_equal(policy.problems.count, 1);
	assert_problem(
		&policy, ADMIN, 3, "From=admin.example.org: not an IPv4 or IPv6 address or prefix");
	for (size_t i = 0; i < policy.allow.count; i++)
		assert_string_equal(policy.allow.items[i].peer, "255.255.255.255");
}

static void a_bad_from_beside_a_good_one_is_left_out(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Allow]\nPort=22/tcp\nFrom=192.0.2.0/33 2001:db8::1\n");

	assert_problem(&policy, ADMIN, 3,
		"From=192.0.2.0/33: the prefix length is not a number from 0 to 32");
	for (size_t i = 0; i < policy.allow.count; i++) {
		assert_non_null(policy.allow.items[i].peer);
		assert_true(strcmp(policy.allow.items[i].peer, "2001:db8::1") == 0 ||
			    strcmp(policy.allow.items[i].peer, "255.255.255.255") == 0);
	}
}

/* "every value that exists only opens something, so that leaving one out can only close" */
static void a_misspelt_from_never_means_anyone(void **state)
{
	static const char *const contents[] = {
		"[Allow]\nPort=22/tcp\nForm=192.0.2.0/24\n",
		"[Allow]\nPort=22/tcp\nfrom=192.0.2.0/24\n",
		"[Allow]\nPort=22/tcp\n[Egress]\nFrom=192.0.2.0/24\n",
		"From=192.0.2.0/24\n[Allow]\nPort=22/tcp\n",
	};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		_cleanup_(policy_clear) struct policy policy = load_one(*state, contents[i]);

		assert_int_equal(policy.problems.count, 1);
		for (size_t k = 0; k < policy.allow.count; k++)
			if (!policy.allow.items[k].peer)
				fail_msg("open to anyone:\n%s", contents[i]);
	}
}

/* A template whose variable was not set. */
static void an_empty_from_means_nobody(void **state)
{
	static const char *const contents[] = {
		"[Allow]\nPort=22/tcp\nFrom=\n",
		"[Allow]\nPort=22/tcp\nFrom= # office\n",
		"[Allow]\nPort=22/tcp\nFrom=192.0.2.1\nFrom=\n",
	};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		_cleanup_(policy_clear) struct policy policy = load_one(*state, contents[i]);

		for (size_t k = 0; k < policy.allow.count; k++)
			assert_non_null(policy.allow.items[k].peer);
	}
}

static void from_counts_for_its_own_file_only(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, ADMIN, "[Allow]\nPort=22/tcp\nFrom=192.0.2.1\n");
	tree_write(*state, DROPIN_ETC("50.conf"), "[Allow]\nPort=443/tcp\n");
	policy = load(*state);
	assert_list(&policy.allow, "22/tcp from 192.0.2.1; 443/tcp");
}

static void later_files_win_and_lists_add_up(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, VENDOR, "[Cordon]\nEgress=open\n[Allow]\nPort=1/tcp\n");
	tree_write(*state, ADMIN, "[Cordon]\nEgress=updates\n[Allow]\nPort=2/tcp 1/tcp\n");
	tree_write(*state, DROPIN_LIB("10.conf"), "[Allow]\nPort=3/tcp\n");
	policy = load(*state);
	assert_int_equal(policy.egress.value, EGRESS_UPDATES);
	assert_contains(policy.egress.source, ADMIN);
	assert_list(&policy.allow, "1/tcp; 2/tcp; 3/tcp");
}

static void dropins_are_merged_by_name_over_all_folders(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, DROPIN_ETC("10.conf"), "[Allow]\nPort=10/tcp\n");
	tree_write(*state, DROPIN_LIB("20.conf"), "[Allow]\nPort=20/tcp\n");
	tree_write(*state, DROPIN_RUN("15.conf"), "[Allow]\nPort=15/tcp\n");
	/* Of equal names /etc counts, then /run, then /usr/lib. */
	tree_write(*state, DROPIN_LIB("30.conf"), "[Allow]\nPort=301/tcp\n");
	tree_write(*state, DROPIN_RUN("30.conf"), "[Allow]\nPort=302/tcp\n");
	tree_write(*state, DROPIN_ETC("30.conf"), "[Allow]\nPort=303/tcp\n");
	tree_write(*state, DROPIN_LIB("40.conf"), "[Allow]\nPort=401/tcp\n");
	tree_write(*state, DROPIN_RUN("40.conf"), "[Allow]\nPort=402/tcp\n");
	/* Not configuration. */
	tree_write(*state, DROPIN_ETC("50.conf.dpkg-old"), "[Allow]\nPort=50/tcp\n");
	tree_write(*state, DROPIN_ETC(".51.conf"), "[Allow]\nPort=51/tcp\n");
	tree_write(*state, DROPIN_ETC("README"), "[Allow]\nPort=52/tcp\n");
	policy = load(*state);
	assert_list(&policy.allow, "10/tcp; 15/tcp; 20/tcp; 303/tcp; 402/tcp");
	assert_int_equal(policy.problems.count, 0);
}

static void a_link_to_dev_null_switches_a_dropin_off(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_need_devices();
	tree_write(*state, DROPIN_LIB("10.conf"), "[Allow]\nPort=10/tcp\n");
	tree_write(*state, DROPIN_LIB("20.conf"), "[Allow]\nPort=20/tcp\n");
	tree_link(*state, DROPIN_ETC("10.conf"), "/dev/null");
	policy = load(*state);
	assert_list(&policy.allow, "20/tcp");
	assert_int_equal(policy.problems.count, 0);
}

/* As systemd does it: lists add up, an empty value begins anew, of single values the last counts,
 * in the order of the file, under whichever header of the same name. */
static void equal_keys_of_one_file_are_one_list(void **state)
{
	static const struct {
		const char *content, *ports;
		enum egress egress;
	} cases[] = {
		{"[Allow]\nPort=22/tcp\nPort=80/tcp\n", "22/tcp; 80/tcp", EGRESS_UPDATES},
		{"[Allow]\nPort=22/tcp\nPort=\nPort=80/tcp\n", "80/tcp", EGRESS_UPDATES},
		{"[Allow]\nPort=22/tcp\nPort=80/tcp\nPort=\n", "", EGRESS_UPDATES},
		{"[Allow]\nPort=22/tcp\nPort=# none\n  80/tcp\n", "22/tcp; 80/tcp", EGRESS_UPDATES},
		{"[Allow]\nPort=22/tcp\n[Egress]\nAllow=1/tcp\n[Allow]\nPort=80/tcp\n",
			"22/tcp; 80/tcp", EGRESS_UPDATES},
		{"[Allow]\nPort=22/tcp\n[Egress]\nAllow=1/tcp\n[Allow]\nPort=\nPort=80/tcp\n",
			"80/tcp", EGRESS_UPDATES},
		{"[Cordon]\nEgress=open\nEgress=updates\n", "", EGRESS_UPDATES},
		{"[Cordon]\nEgress=updates\nEgress=open\n", "", EGRESS_OPEN},
		{"[Cordon]\nEgress=open\n[Allow]\nPort=1/tcp\n[Cordon]\nEgress=updater\n", "1/tcp",
			EGRESS_UPDATER},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(policy_clear) struct policy policy = load_one(*state, cases[i].content);

		assert_int_equal(policy.problems.count, 0);
		assert_list(&policy.allow, cases[i].ports);
		assert_int_equal(policy.egress.value, cases[i].egress);
	}
}

/* Each value of a list has the line in which it stands. */
static void values_have_their_own_lines(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state,
		"[Allow]\nPort=1/tcp\n  2/tcp\n\n# 3/tcp\n  4/tcp\nPort=5/tcp 6\n  7 8/tcp\n");
	static const char *const lines[] = {":2", ":3", ":6", ":7"};

	assert_list(&policy.allow, "");
	assert_int_equal(policy.problems.count, 2);
	assert_problem(&policy, ADMIN, 7, "Port=6: the protocol is missing");
	assert_problem(&policy, ADMIN, 8, "Port=7: the protocol is missing");
	policy_clear(&policy);
	policy = load_one(*state, "[Allow]\nPort=1/tcp\n  2/tcp\n\n# 3/tcp\n  4/tcp\nPort=5/tcp\n");
	assert_int_equal(policy.allow.count, ELEMENTS(lines));
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		assert_contains(policy.allow.items[i].source, lines[i]);
}

static void a_setting_that_takes_one_value_takes_no_two(void **state)
{
	static const struct {
		const char *line;
		bool unclear;
	} cases[] = {
		{"Egress=open updates", false},
		{"Egress=updates,open", false},
		{"Egress=updates\n  open", false},
		{"MaxAge=1d 2d", false},
		{"WhenManaged=stand-aside seal", true},
		{"GroupPolicy=/srv /var", true},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *content = strdup_printf("[Cordon]\n%s\n", cases[i].line);
		_cleanup_(policy_clear) struct policy policy = load_one(*state, content);

		assert_int_equal(policy.problems.count, 1);
		assert_problem(&policy, ADMIN, 2, "");
		assert_listed(&policy.problems, "=: several values, and one is expected");
		assert_int_equal(policy.egress.value, EGRESS_UPDATES);
		assert_string_equal(policy.egress.source, "default");
		assert_int_equal(policy.max_age, 14 * 86400);
		assert_int_equal(policy.unclear, cases[i].unclear);
	}
}

static void a_mistake_in_a_section_that_comes_twice_is_said_once(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(
		*state, "[Allow]\nPort=22/tcp\n[Cordon]\nEgress=open\n[Allow]\nPort=nonsense\n");

	assert_list(&policy.allow, "22/tcp");
	assert_int_equal(policy.egress.value, EGRESS_OPEN);
	assert_int_equal(policy.problems.count, 1);
}

static void values_go_on_in_indented_lines(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(*state,
		"[Allow]\nPort=22/tcp\n\t80/tcp,81/tcp\n  443/tcp\n[Cordon]\nEgress=open\n");

	assert_int_equal(policy.problems.count, 0);
	assert_list(&policy.allow, "22/tcp; 80/tcp; 81/tcp; 443/tcp");
	assert_int_equal(policy.egress.value, EGRESS_OPEN);
}

static void comments_may_end_a_line(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Allow] # what is open\nPort=22/tcp # ssh 23/tcp\n# Port=80/tcp\n"
				 "From=192.0.2.1 # office\n");

	assert_int_equal(policy.problems.count, 0);
	assert_list(&policy.allow, "22/tcp from 192.0.2.1");
}

static void blanks_quotes_and_line_ends_do_not_matter(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Allow]\r\n  \r\nPort =  22/tcp ,, 80/tcp "
				 ",\r\n[Egress]\r\nAllow=\"1/udp 2/udp\"\r\n");

	assert_int_equal(policy.problems.count, 0);
	assert_list(&policy.allow, "22/tcp; 80/tcp");
	assert_list(&policy.egress_allow, "1/udp; 2/udp");
}

static void an_empty_value_empties_the_list_of_earlier_files(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, VENDOR, "[Allow]\nPort=1/tcp\n[Egress]\nAllow=2/tcp\n");
	tree_write(*state, DROPIN_ETC("10.conf"), "[Allow]\nPort=\n[Egress]\nAllow=\n");
	tree_write(*state, DROPIN_ETC("20.conf"), "[Allow]\nPort=3/tcp\n");
	policy = load(*state);
	assert_int_equal(policy.problems.count, 0);
	assert_list(&policy.allow, "3/tcp");
	assert_list(&policy.egress_allow, "");
}

/* A file that anybody but root could have written opens nothing. */
static void files_that_others_may_write_are_not_read(void **state)
{
	static const mode_t modes[] = {0664, 0646, 0666};

	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		_cleanup_(policy_clear) struct policy policy = {0};

		tree_write(*state, VENDOR, "[Allow]\nPort=1/tcp\n");
		tree_write(*state, ADMIN, "[Allow]\nPort=22/tcp\n");
		assert_int_equal(chmod(tree_path(*state, ADMIN), modes[i]), 0);
		policy = load(*state);
		assert_list(&policy.allow, "1/tcp");
		assert_int_equal(policy.problems.count, 1);
		assert_problem(&policy, ADMIN, 0, "users other than root may write it");
		assert_listed(&policy.problems, "chmod go-w");
	}
}

static void files_of_other_users_are_not_read(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	const char *path = tree_write(*state, ADMIN, "[Allow]\nPort=22/tcp\n");

	tree_need_other_users();
	assert_int_equal(chown(path, 4711, 0), 0);
	policy = load(*state);
	assert_list(&policy.allow, "");
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 0, "owned by user 4711, not by root");
}

static void what_is_no_file_is_named_and_hangs_nobody(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_fifo(*state, ADMIN);
	tree_folder(*state, DROPIN_ETC("10.conf"));
	tree_link(*state, DROPIN_ETC("20.conf"), "nowhere");
	tree_link(*state, DROPIN_ETC("30.conf"), "30.conf");
	tree_write(*state, DROPIN_ETC("50.conf"), "[Allow]\nPort=22/tcp\n");
	deadline_set();
	policy = load(*state);
	deadline_clear();
	assert_list(&policy.allow, "22/tcp");
	assert_int_equal(policy.problems.count, 4);
	assert_problem(&policy, ADMIN, 0, "not read: it must be a readable regular file");
	assert_problem(&policy, DROPIN_ETC("10.conf"), 0, "not read");
	assert_problem(&policy, DROPIN_ETC("20.conf"), 0, "No such file");
	assert_problem(&policy, DROPIN_ETC("30.conf"), 0, "Too many levels");
}

static void a_device_is_named_and_hangs_nobody(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_need_devices();
	tree_link(*state, ADMIN, "/dev/zero");
	deadline_set();
	policy = load(*state);
	deadline_clear();
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 0, "No such file");
}

/* layers.c: "A dangling link is listed, too: that it cannot be read is something to say." */
static void a_dangling_main_file_is_named(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_link(*state, ADMIN, "nowhere");
	policy = load(*state);
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 0, "No such file");
}

/* Drop-ins are switched off where there are no devices, as in an image, and without /proc. */
static void links_to_dev_null_need_no_device(void **state)
{
	static const char *const targets[] = {"/dev/null", "../../../dev/null"};

	for (size_t i = 0; i < ELEMENTS(targets); i++) {
		_cleanup_(policy_clear) struct policy policy = {0};
		char *root = strdup_printf("%s/%zu", (char *)*state, i);

		tree_write(root, VENDOR, "[Allow]\nPort=1/tcp\n");
		tree_write(root, DROPIN_LIB("10.conf"), "[Allow]\nPort=10/tcp\n");
		tree_write(root, DROPIN_LIB("20.conf"), "[Allow]\nPort=20/tcp\n");
		tree_link(root, DROPIN_ETC("10.conf"), targets[i]);
		tree_link(root, ADMIN, targets[i]);
		/* So does a file without a setting. */
		tree_write(root, DROPIN_ETC("20.conf"), "");
		policy = load(root);
		assert_list(&policy.allow, "1/tcp");
		assert_int_equal(policy.problems.count, 0);
		assert_false(policy.unclear);
		free(root);
	}
}

static void a_file_of_2_mib_is_not_read(void **state)
{
	static char big[2 << 20];
	_cleanup_(policy_clear) struct policy policy = {0};
	static const char end[] = "\n[Allow]\nPort=22/tcp\n";

	memset(big, '#', sizeof(big));
	memcpy(big + sizeof(big) - sizeof(end) + 1, end, sizeof(end) - 1);
	tree_write_bytes(*state, ADMIN, big, sizeof(big));
	policy = load(*state);
	assert_list(&policy.allow, "");
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 0, "not read");
	assert_listed(&policy.problems, "at most 1 MiB");
}

/* After a power cut a file may end in NUL bytes; what they hide must not be "no From= at all". */
static void nul_bytes_do_not_open_to_anyone(void **state)
{
	static const char content[] = "[Allow]\nPort=22/tcp\nFrom=\0\0\0\0\0";
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write_bytes(*state, ADMIN, content, sizeof(content) - 1);
	policy = load(*state);
	assert_true(policy.problems.count > 0);
	for (size_t i = 0; i < policy.allow.count; i++)
		assert_non_null(policy.allow.items[i].peer);
}

static void bytes_of_any_kind_do_no_harm(void **state)
{
	unsigned int seed = 1;

	for (int round = 0; round < 200; round++) {
		_cleanup_(policy_clear) struct policy policy = {0};
		char content[512];

		memcpy(content, "[Allow]\nPort=22/tcp\nFrom=192.0.2.1\n", 35);
		for (size_t i = 35; i < sizeof(content); i++) {
			seed = seed * 1103515245 + 12345;
			content[i] = (char)(seed >> 16);
		}
		tree_write_bytes(*state, ADMIN, content, sizeof(content));
		policy = load(*state);
	}
}

/* What is not understood is named, closes the ports of its file, and makes the decision unclear;
 * the rest is kept. */
static void lines_that_are_not_understood_are_named(void **state)
{
	static const struct {
		const char *content;
		int line;
		const char *said;
	} cases[] = {
		{"[Allow]\nPort=22/tcp\n\nFrom 192.0.2.1\n", 4, "neither a section nor a setting"},
		{"nonsense\n[Allow]\nPort=22/tcp\n", 1, "neither a section nor a setting"},
		{"[Allow]\nPort=22/tcp\nFr", 3, "neither a section nor a setting"},
		{"[Allow]\nPort=22/tcp\n[Cordon\nEgress=open\n", 3, "a section without its ]"},
		{"[Allow\nPort=22/tcp\n", 1, "a section without its ]"},
		{"[Allow]\nPort=22/tcp\n[]\nX=1\n", 3, "a section without a name"},
		{"[Allow]\nPort=22/tcp\n[Egress] Allow=1/tcp\n", 3, "something behind the ]"},
		{"From=192.0.2.1\n[Allow]\nPort=22/tcp\n", 1, "a setting in front of the first"},
		{"[Allow]\n  192.0.2.1\nPort=22/tcp\n", 2, "an indented line continues nothing"},
		{"[Allow]\nPort=22/tcp\n=192.0.2.1\n", 3, "a value without the name"},
		{"[Allow]\nPort=22/tcp\nFrom\x1b=192.0.2.1\n", 3, "not text"},
		{"[Allow]\nPort=22/tcp\nFrom=192.0.2.1\xa0\n", 3, "not text"},
		{"[Allow]\nPort=22/tcp\n# office\rFrom=192.0.2.1\n", 3, "not text"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(policy_clear) struct policy policy = {0};

		tree_write(*state, VENDOR, "[Allow]\nPort=1/tcp\n");
		tree_write(*state, DROPIN_ETC("9.conf"), "[Cordon]\nMaxAge=1d\n");
		policy = load_one(*state, cases[i].content);
		assert_list(&policy.allow, "1/tcp");
		assert_int_equal(policy.problems.count, 1);
		assert_problem(&policy, ADMIN, cases[i].line, cases[i].said);
		assert_listed(&policy.problems, "[Allow] Port= of this file stays closed");
		assert_true(policy.unclear);
		assert_int_equal(policy.egress.value, EGRESS_UPDATES);
		assert_int_equal(policy.max_age, 86400);
	}
}

/* Neither is one of them taken for the continuation of another, nor does one hide another. */
static void each_line_is_named_for_itself(void **state)
{
	_cleanup_(policy_clear) struct policy policy = load_one(
		*state, "[Allow]\nPort=22/tcp\nFrom\n  192.0.2.1\n[Cordon]\nEgress=updater\nx\n");

	assert_int_equal(policy.problems.count, 3);
	assert_problem(&policy, ADMIN, 3, "neither a section nor a setting");
	assert_problem(&policy, ADMIN, 4, "an indented line continues nothing");
	assert_problem(&policy, ADMIN, 7, "neither a section nor a setting");
	assert_list(&policy.allow, "");
	assert_int_equal(policy.egress.value, EGRESS_UPDATER);
}

/* "  From 192.0.2.1" below a Port= may have been meant to narrow it. */
static void what_is_not_understood_of_an_indented_line_closes(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Allow]\nPort=22/tcp\n  From 192.0.2.1\n");

	assert_list(&policy.allow, "");
	assert_true(policy.unclear);
	assert_problem(&policy, ADMIN, 3, "Port=From: ");
	policy_clear(&policy);
	policy = load_one(*state, "[Allow]\n  Port=22/tcp\n  From=192.0.2.1\n");
	assert_list(&policy.allow, "22/tcp from 192.0.2.1");
	assert_int_equal(policy.problems.count, 0);
}

/* libeconf cut values at 8 kB. */
static void long_values_are_read_to_their_end(void **state)
{
	_cleanup_free_ char *content = calloc(1, INI_SIZE_MAX);
	_cleanup_(policy_clear) struct policy policy = {0};
	char *at = stpcpy(content, "[Allow]\nPort=22/tcp\nFrom=");

	for (int i = 0; i < 4000; i++)
		at += sprintf(at, "10.%d.%d.1 ", i / 256, i % 256);
	stpcpy(at, "\n[Cordon]\nEgress=updater\n");
	policy = load_one(*state, content);
	assert_int_equal(policy.problems.count, 0);
	assert_int_equal(policy.allow.count, 4000);
	assert_string_equal(policy.allow.items[3999].peer, "10.15.159.1");
	assert_int_equal(policy.egress.value, EGRESS_UPDATER);
}

/* A file of nonsense is named, and neither fills memory nor takes long. */
static void not_all_of_much_nonsense_is_listed(void **state)
{
	static const char *const lines[] = {"x\n", "[A]x=\n[A]\n", "y=1\n", "[Allow]\nPort=x\n"};
	_cleanup_free_ char *content = malloc(INI_SIZE_MAX);

	deadline_set();
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		const size_t length = strlen(lines[i]);
		_cleanup_(policy_clear) struct policy policy = {0};
		size_t used = 0;

		for (; used + length < INI_SIZE_MAX; used += length)
			memcpy(content + used, lines[i], length);
		content[used] = '\0';
		policy = load_one(*state, content);
		assert_int_equal(policy.problems.count, 101);
		assert_problem(&policy, ADMIN, 0, "");
		assert_listed(&policy.problems, " more are not understood, and not listed");
	}
	deadline_clear();
}

/* What a file is full of is not what a terminal is told. */
static void what_is_named_is_harmless(void **state)
{
	_cleanup_free_ char *content = calloc(1, 8192);
	_cleanup_(policy_clear) struct policy policy = {0};

	strcpy(content, "[Cordon]\nEgress=");
	memset(content + strlen(content), 'x', 4000);
	strcat(content, "\n");
	memset(content + strlen(content), 'k', 2000);
	strcat(content, "=1\n");
	policy = load_one(*state, content);
	assert_int_equal(policy.problems.count, 2);
	for (size_t i = 0; i < policy.problems.count; i++)
		assert_in_range(strlen(policy.problems.items[i]), 1, 1200);
}

static void too_many_dropins_are_no_failure(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	char name[64];
	int r;

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), DROPIN_ETC("%03d.conf"), i);
		tree_write(*state, name, "[Allow]\nPort=22/tcp\n");
	}
	/* policy.h: 0, whatever the files say. Else a finished server would be treated as sealed.
	 */
	r = policy_load(*state, &policy);
	assert_int_equal(r, 0);
}

static void layers_are_listed_in_their_order(void **state)
{
	_cleanup_(strv_clear) struct strv files = {0};

	tree_write(*state, DROPIN_LIB("b.conf"), "");
	tree_write(*state, DROPIN_RUN("a.conf"), "");
	tree_write(*state, DROPIN_ETC("c.conf"), "");
	tree_write(*state, ADMIN, "");
	tree_write(*state, VENDOR, "");
	assert_int_equal(layers_find(*state, &files), 0);
	assert_int_equal(files.count, 5);
	assert_string_equal(files.items[0], VENDOR);
	assert_string_equal(files.items[1], ADMIN);
	assert_string_equal(files.items[2], DROPIN_RUN("a.conf"));
	assert_string_equal(files.items[3], DROPIN_LIB("b.conf"));
	assert_string_equal(files.items[4], DROPIN_ETC("c.conf"));
}

/* Nobody is there to reboot it; but whoever misspelt "never" did not mean that. */
static void automatic_mode_reboots_unless_told_otherwise(void **state)
{
	static const struct {
		const char *content;
		enum reboot expected;
	} cases[] = {
		{"[Cordon]\nMode=automatic\n", REBOOT_AUTO},
		{"[Cordon]\nMode=automatic\nReboot=ask\n", REBOOT_ASK},
		{"[Cordon]\nMode=automatic\nReboot=never\n", REBOOT_NEVER},
		{"[Cordon]\nMode=automatic\nReboot=nevr\n", REBOOT_ASK},
		{"[Cordon]\nMode=interactive\n", REBOOT_ASK},
		{"", REBOOT_ASK},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(policy_clear) struct policy policy = {0};

		tree_write(*state, ADMIN, cases[i].content);
		assert_int_equal(policy_load(*state, &policy), 0);
		assert_int_equal(policy.reboot.value, cases[i].expected);
		if (cases[i].expected == REBOOT_AUTO)
			assert_contains(policy.reboot.source, "Mode=automatic");
	}
}

static void the_age_of_metadata(void **state)
{
	static const struct {
		const char *value;
		unsigned int seconds;
		bool is_named;
	} cases[] = {{"36h", 36 * 3600, false}, {"1d", 86400, false}, {"any", 0, false},
		{"0", 14 * 86400, true}, {"-1d", 14 * 86400, true}, {"", 14 * 86400, true},
		{"99999d", 14 * 86400, true}, {"a fortnight", 14 * 86400, true}};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(policy_clear) struct policy policy = {0};
		_cleanup_free_ char *content =
			strdup_printf("[Cordon]\nMaxAge=%s\n", cases[i].value);

		tree_write(*state, ADMIN, content);
		assert_int_equal(policy_load(*state, &policy), 0);
		assert_int_equal(policy.max_age, cases[i].seconds);
		assert_int_equal(policy.problems.count > 0, cases[i].is_named);
		assert_false(policy.unclear);
	}
}

/* "sudo, ADMIN:3; ..." */
static char *describe_groups(const struct sourced_list *groups)
{
	char *all = strdup("");

	for (size_t i = 0; i < groups->count; i++) {
		char *longer = strdup_printf("%s%s%s, %s", all, i ? "; " : "",
			groups->items[i].what, groups->items[i].source);

		free(all);
		all = longer;
	}
	return all;
}

static void who_meets_the_assistant(void **state)
{
	static const struct {
		const char *content, *groups, *problem;
		bool unclear;
	} cases[] = {
		{"", "sudo, default; wheel, default; admin, default", NULL, false},
		{"AdminGroups=ops adm_2.x-y\n", "ops, " ADMIN ":2; adm_2.x-y, " ADMIN ":2", NULL,
			false},
		{"AdminGroups=ops\n\t_two\n", "ops, " ADMIN ":2; _two, " ADMIN ":3", NULL, false},
		{"AdminGroups=\n", "", NULL, false},
		{"AdminGroups=ops\nAdminGroups=\nAdminGroups=two\n", "two, " ADMIN ":4", NULL,
			false},
		/* Who counts as an administrator decides, P14: doubt about it seals. */
		{"AdminGroups=su:do ops\n", "ops, " ADMIN ":2",
			"AdminGroups=su:do: not the name of a group", true},
		{"AdminGroups=-x\n", "sudo, default; wheel, default; admin, default",
			"AdminGroups=-x: not the name of a group", true},
		{"AdminGroups=27\n", "sudo, default; wheel, default; admin, default",
			"AdminGroups=27: not the name of a group", true},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *content = strdup_printf("[Assistant]\n%s", cases[i].content);
		_cleanup_(policy_clear) struct policy policy = load_one(*state, content);
		_cleanup_free_ char *groups = describe_groups(&policy.admin_groups);

		assert_string_equal(groups, cases[i].groups);
		assert_int_equal(policy.unclear, cases[i].unclear);
		assert_int_equal(policy.problems.count, cases[i].problem ? 1 : 0);
		if (cases[i].problem)
			assert_problem(&policy, ADMIN, 2, cases[i].problem);
	}
}

static void groups_of_several_files_add_up(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	_cleanup_free_ char *groups = NULL;

	tree_write(*state, VENDOR, "[Assistant]\nAdminGroups=one\n");
	tree_write(*state, ADMIN, "[Assistant]\nAdminGroups=two\n");
	policy = load(*state);
	groups = describe_groups(&policy.admin_groups);
	assert_string_equal(groups, "one, " VENDOR ":2; two, " ADMIN ":2");
}

static void the_assistant_at_login(void **state)
{
	_cleanup_(policy_clear) struct policy without = load(*state);
	_cleanup_(policy_clear) struct policy policy = load_one(*state, "[Assistant]\nLogin=no\n");
	_cleanup_(policy_clear) struct policy bad = load_one(*state, "[Assistant]\nLogin=never\n");

	assert_int_equal(without.login.value, LOGIN_ASSISTANT_YES);
	assert_int_equal(policy.login.value, LOGIN_ASSISTANT_NO);
	assert_string_equal(policy.login.source, ADMIN ":2");
	assert_int_equal(bad.login.value, LOGIN_ASSISTANT_YES);
	assert_false(bad.unclear);
	assert_problem(&bad, ADMIN, 2, "Login=never: not one of yes, no");
}

static void who_decides_is_read_with_its_source(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Cordon]\nMode=automatic\nRemoteAdmin=yes\nWhenManaged=seal\n"
				 "GroupPolicy=/srv/policies\nGroupPolicyProfile=public\n");

	assert_int_equal(policy.problems.count, 0);
	assert_false(policy.unclear);
	assert_string_equal(policy.mode.name, "automatic");
	assert_string_equal(policy.remote_admin.name, "yes");
	assert_string_equal(policy.when_managed.name, "seal");
	assert_string_equal(policy.when_managed.source, ADMIN ":4");
	assert_int_equal(policy.group_policy.value, GROUP_POLICY_FOLDER);
	assert_string_equal(policy.group_policy.folder, "/srv/policies");
	assert_int_equal(policy.group_policy_profile.value, GROUP_POLICY_PUBLIC);
}

static void a_folder_is_an_absolute_path(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Report]\nTextfile=/srv/numbers\n");

	assert_int_equal(policy.textfile.value, TEXTFILE_FOLDER);
	assert_string_equal(policy.textfile.folder, "/srv/numbers");
	assert_null(policy.group_policy.folder);
	policy_clear(&policy);
	policy = load_one(*state, "[Report]\nTextfile=numbers\n");
	assert_int_equal(policy.textfile.value, TEXTFILE_AUTO);
	assert_int_equal(policy.problems.count, 1);
	assert_false(policy.unclear);
}

static void a_later_file_takes_the_folder_back(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, VENDOR, "[Cordon]\nGroupPolicy=/srv/policies\n");
	tree_write(*state, ADMIN, "[Cordon]\nGroupPolicy=no\n");
	policy = load(*state);
	assert_int_equal(policy.group_policy.value, GROUP_POLICY_NO);
	assert_null(policy.group_policy.folder);
}

/* What may have been about the decision makes it unclear; what only opens a port does not. */
static void doubt_about_the_decision_is_told(void **state)
{
	static const struct {
		const char *content;
		bool unclear;
	} cases[] = {
		{"[Cordon]\nWhenManaged=sael\n", true},
		{"[Cordon]\nWhenmanaged=seal\n", true},
		{"[Cordon]\nGroupPolicy=srv/policies\n", true},
		{"[Cordon]\nGroupPolicy=\n", true},
		{"[Cordon]\nGroupPolicyProfile=Domain\n", true},
		{"[Cordon]\nRemoteAdmin=on\n", true},
		{"[Allow]\nFrom=admin.example.org\n", true},
		{"[Cordon\nWhenManaged=seal\n", true},
		{"[Cordon]\nMode=auto\n", false},
		{"[Cordon]\nEgress=opn\n", false},
		{"[Allow]\nPort=22\n", false},
		{"[Egress]\nAllow=domian\n", false},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(policy_clear) struct policy policy = load_one(*state, cases[i].content);

		assert_int_equal(policy.problems.count, 1);
		if (policy.unclear != cases[i].unclear)
			fail_msg("%sunclear: %s", policy.unclear ? "" : "not ", cases[i].content);
	}
}

static void a_file_that_cannot_be_believed_makes_it_unclear(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, ADMIN, "");
	assert_int_equal(chmod(tree_path(*state, ADMIN), 0666), 0);
	policy = load(*state);
	assert_true(policy.unclear);
}

static void from_of_all_files_is_kept_for_remote_administration(void **state)
{
	_cleanup_(policy_clear) struct policy policy = {0};

	tree_write(*state, VENDOR, "[Allow]\nFrom=192.0.2.1\n");
	tree_write(*state, ADMIN, "[Allow]\nPort=80/tcp\n");
	tree_write(*state, DROPIN_ETC("10.conf"), "[Allow]\nFrom=2001:db8::/32\nPort=81/tcp\n");
	policy = load(*state);
	assert_true(policy.narrowed);
	assert_int_equal(policy.from.count, 2);
	assert_listed(&policy.from, "192.0.2.1");
	assert_listed(&policy.from, "2001:db8::/32");
}

static void groups_of_ports_have_names(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Egress]\nAllow=syslog 8140/tcp domian\n");

	assert_list(&policy.egress_allow, "514/udp; 514/tcp; 6514/tcp; 8140/tcp");
	assert_string_equal(policy.egress_allow.items[0].reason, "configured: syslog");
	assert_int_equal(policy.problems.count, 1);
	assert_problem(&policy, ADMIN, 2,
		"Allow=domian: neither a port such as 8140/tcp nor one of the groups domain, "
		"storage, syslog, management");
}

static void every_group_is_made_of_ports(void **state)
{
	_cleanup_(policy_clear) struct policy policy =
		load_one(*state, "[Egress]\nAllow=domain,storage,syslog,management\n");

	assert_int_equal(policy.problems.count, 0);
	assert_true(policy.egress_allow.count > 25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(without_files_all_is_closed),
		tree_test(every_setting_is_read_with_its_source),
		tree_test(equal_keys_of_sections_side_by_side_are_two),
		tree_test(the_shipped_file_has_no_problem),
		tree_test(an_unknown_section_is_named),
		tree_test(an_unknown_key_is_named),
		tree_test(a_key_above_all_sections_is_named),
		tree_test(a_bad_value_is_named_and_the_rest_kept),
		tree_test(an_empty_egress_is_named),
		tree_test(a_bad_from_never_means_anyone),
		tree_test(a_bad_from_beside_a_good_one_is_left_out),
		tree_test(a_misspelt_from_never_means_anyone),
		tree_test(an_empty_from_means_nobody),
		tree_test(from_counts_for_its_own_file_only),
		tree_test(later_files_win_and_lists_add_up),
		tree_test(dropins_are_merged_by_name_over_all_folders),
		tree_test(a_link_to_dev_null_switches_a_dropin_off),
		tree_test(equal_keys_of_one_file_are_one_list),
		tree_test(values_have_their_own_lines),
		tree_test(a_setting_that_takes_one_value_takes_no_two),
		tree_test(links_to_dev_null_need_no_device),
		tree_test(a_mistake_in_a_section_that_comes_twice_is_said_once),
		tree_test(values_go_on_in_indented_lines),
		tree_test(comments_may_end_a_line),
		tree_test(blanks_quotes_and_line_ends_do_not_matter),
		tree_test(an_empty_value_empties_the_list_of_earlier_files),
		tree_test(files_that_others_may_write_are_not_read),
		tree_test(files_of_other_users_are_not_read),
		tree_test(what_is_no_file_is_named_and_hangs_nobody),
		tree_test(a_device_is_named_and_hangs_nobody),
		tree_test(a_dangling_main_file_is_named),
		tree_test(a_file_of_2_mib_is_not_read),
		tree_test(nul_bytes_do_not_open_to_anyone),
		tree_test(bytes_of_any_kind_do_no_harm),
		tree_test(lines_that_are_not_understood_are_named),
		tree_test(each_line_is_named_for_itself),
		tree_test(what_is_not_understood_of_an_indented_line_closes),
		tree_test(long_values_are_read_to_their_end),
		tree_test(not_all_of_much_nonsense_is_listed),
		tree_test(what_is_named_is_harmless),
		tree_test(too_many_dropins_are_no_failure),
		tree_test(layers_are_listed_in_their_order),
		tree_test(automatic_mode_reboots_unless_told_otherwise),
		tree_test(the_age_of_metadata),
		tree_test(who_meets_the_assistant),
		tree_test(groups_of_several_files_add_up),
		tree_test(the_assistant_at_login),
		tree_test(who_decides_is_read_with_its_source),
		tree_test(a_folder_is_an_absolute_path),
		tree_test(a_later_file_takes_the_folder_back),
		tree_test(doubt_about_the_decision_is_told),
		tree_test(a_file_that_cannot_be_believed_makes_it_unclear),
		tree_test(from_of_all_files_is_kept_for_remote_administration),
		tree_test(groups_of_ports_have_names),
		tree_test(every_group_is_made_of_ports),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
