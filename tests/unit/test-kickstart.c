// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * policy/kickstart: the command `firewall`, as people write it and get it wrong.
 *
 * A decision keeps cordon from sealing (clause P13), so each case asks for it, for its place, and
 * for what was opened beside it.
 */

#include "tree.h"

#include "policy/kickstart/kickstart.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char services[] = "# a comment\n"
			       "ssh\t22/tcp\n"
			       "domain 53/tcp\ndomain 53/udp # dns in a comment\n"
			       "http 80/udp\n"
			       "https 443/tcp www-s secure\nhttps 443/udp\n"
			       "imap2 143/tcp imap\n"
			       "odd 7/sctp\nbroken\nworse 99999/tcp\n";

static char *join(char *all, const char *separator, const char *more)
{
	char *longer = strdup_printf("%s%s%s", all, *all ? separator : "", more);

	free(all);
	return longer;
}

/* "enables :3 22/tcp,53/udp problems 1"; "none"; "damage". */
static char *describe(const struct kickstart *kickstart)
{
	char *all;

	if (kickstart->damage.count > 0) {
		assert_false(kickstart->decided);
		assert_null(kickstart->decision.what);
		assert_int_equal(kickstart->allow.count, 0);
		return strdup("damage");
	}
	if (!kickstart->decided)
		return strdup("none");
	all = strdup_printf("%s %s",
		strcmp(kickstart->decision.what, "Kickstart enables the firewall") == 0
			? "enables"
			: "disables",
		strchr(kickstart->decision.source, ':'));
	for (size_t i = 0; i < kickstart->allow.count; i++) {
		_cleanup_free_ char *one = exception_describe(&kickstart->allow.items[i], true);

		all = join(all, i ? "," : " ", one);
	}
	return all;
}

struct kickstart_case {
	const char *text, *expected;
	size_t problems;
};

static void expect(const struct kickstart_case *cases, size_t count)
{
	size_t failures = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(kickstart_clear) struct kickstart kickstart = {0};
		_cleanup_free_ char *found = NULL;

		assert_int_equal(kickstart_parse(cases[i].text, services, &kickstart), 0);
		found = describe(&kickstart);
		if (strcmp(found, cases[i].expected) == 0 &&
			kickstart.problems.count == cases[i].problems)
			continue;
		failures++;
		print_error("%s\n  gave     \"%s\", %zu problems\n  in place of \"%s\", %zu\n",
			cases[i].text, found, kickstart.problems.count, cases[i].expected,
			cases[i].problems);
	}
	assert_int_equal(failures, 0);
}

static void the_firewall_is_decided(void **state)
{
	static const struct kickstart_case cases[] = {
		{"", "none", 0},
		{"lang en_US\nreboot\n", "none", 0},
		{"firewall --enabled\n", "enables :1", 0},
		{"firewall --enable", "enables :1", 0},
		{"lang en_US\n\nfirewall --disabled\n", "disables :3", 0},
		{"firewall --disable\n", "disables :1", 0},
		{"  \tfirewall   --disabled  # no need\r\n", "disables :1", 0},
		{"\"firewall\" '--disabled'\n", "disables :1", 0},
		{"\xef\xbb\xbf"
		 "firewall --disabled\n",
			"disables :1", 0},
		/* The default of an option that is not there. */
		{"firewall\n", "enables :1", 0},
		{"firewall --ssh\n", "enables :1 22/tcp", 0},
		/* Of both, pykickstart takes the last. */
		{"firewall --enabled --disabled\n", "disables :1", 0},
		{"firewall --disabled --enabled\n", "enables :1", 0},
		/* Of several commands the last, as a whole. */
		{"firewall --enabled --ssh\nfirewall --disabled\n", "disables :2", 0},
		{"firewall --disabled\nfirewall --enabled --http\n", "enables :2 80/tcp", 0},
		{"firewall --ssh\nfirewall --http\n", "enables :2 80/tcp", 0},
		/* The distribution's own is nobody's decision. */
		{"firewall --use-system-defaults\n", "none", 0},
		{"firewall --enabled --ssh --use-system-defaults\n", "none", 0},
		{"firewall --disabled\nfirewall --use-system-defaults\n", "none", 0},
		{"firewall --use-system-defaults\nfirewall --disabled\n", "disables :2", 0},
		/* Not the command. */
		{"#firewall --disabled\n", "none", 0},
		{"  # firewall --disabled\n", "none", 0},
		{"Firewall --disabled\nfirewalld --disabled\n", "none", 0},
		{"services --enabled firewall\n", "none", 0},
		/* What only other commands got wrong is not our business. */
		{"rootpw it's\nfirewall --disabled\n", "disables :2", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void the_firewall_is_opened(void **state)
{
	static const struct kickstart_case cases[] = {
		{"firewall --ssh --http --smtp --ftp", "enables :1 22/tcp,80/tcp,25/tcp,21/tcp", 0},
		{"firewall --port=22:tcp", "enables :1 22/tcp", 0},
		{"firewall --port 22:tcp,53:udp", "enables :1 22/tcp,53/udp", 0},
		{"firewall --port '22:tcp, 53:udp'", "enables :1 22/tcp,53/udp", 0},
		{"firewall --port=22:tcp --port=53:udp", "enables :1 22/tcp,53/udp", 0},
		{"firewall --port=8000-8010:tcp", "enables :1 8000-8010/tcp", 0},
		{"firewall --port=47", "enables :1 47/tcp", 0},
		{"firewall --port=imap:tcp,domain:udp", "enables :1 143/tcp,53/udp", 0},
		{"firewall --service=https", "enables :1 443/tcp,443/udp", 0},
		{"firewall --service secure,imap2", "enables :1 443/tcp,143/tcp", 0},
		{"firewall --service=ssh,http", "enables :1 22/tcp,80/tcp", 0},
		{"firewall --service=", "enables :1", 0},
		/* Said twice it is opened once. */
		{"firewall --ssh --port=22:tcp --service=ssh", "enables :1 22/tcp", 0},
		/* Removed services stay closed, whatever the order; ports are no services. */
		{"firewall --service=ssh,https --remove-service=ssh", "enables :1 443/tcp,443/udp",
			0},
		{"firewall --remove-service ssh --ssh", "enables :1", 0},
		{"firewall --port=22:tcp --remove-service=ssh", "enables :1 22/tcp", 0},
		/* What does not stand is not opened. */
		{"firewall --disabled --port=22:tcp --ssh", "disables :1", 0},
		{"firewall --disabled --trust=eth0", "disables :1", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void what_is_not_understood_stays_closed(void **state)
{
	static const struct kickstart_case cases[] = {
		{"firewall --port=0:tcp,22:tcp", "enables :1 22/tcp", 1},
		{"firewall --port=65536:tcp", "enables :1", 1},
		{"firewall --port=22:ucp,22:", "enables :1", 2},
		{"firewall --port=10-9:tcp", "enables :1", 1},
		{"firewall --port=22/tcp", "enables :1", 1},
		{"firewall --port=nosuch:tcp", "enables :1", 1},
		{"firewall --port=:tcp", "enables :1", 1},
		{"firewall --port=odd:sctp", "enables :1", 1},
		{"firewall --port=imap:udp", "enables :1", 1},
		{"firewall --service=cockpit,ssh", "enables :1 22/tcp", 1},
		{"firewall --service=dns", "enables :1", 1},
		{"firewall --service=odd,broken,worse", "enables :1", 3},
		{"firewall --trust=eth1 --trust eth2", "enables :1", 2},
		/* What is included is not kept on the machine. */
		{"%include /tmp/part.ks\nfirewall --disabled", "disables :2", 1},
		{"%ksappend http://example.org/a.ks\n", "none", 1},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void sections_are_skipped(void **state)
{
	static const struct kickstart_case cases[] = {
		{"%packages\n@core\nfirewall --disabled\n%end\n", "none", 0},
		{"%post --nochroot\nfirewall --disabled\n%end\nfirewall --enabled\n", "enables :4",
			0},
		{"firewall --disabled\n%pre\nfirewall --enabled\n%end\n", "disables :1", 0},
		{"%pre-install\n  %end  \r\nfirewall --enabled\n", "enables :3", 0},
		{"%onerror\nit's\n\"\n%end\nfirewall --enabled\n", "enables :5", 0},
		{"%addon org_fedora_oscap\n%end\n%unknown\nfirewall\n%end", "none", 0},
		{"%certificate --filename=a\n%end # end\n%traceback\n%end", "none", 0},
		/* Only its own words end or begin a section. */
		{"%post\n%endless\n%postfix\n%d\n%include x\nfirewall\n%end\n", "none", 0},
		{"%post\n#%end\nfirewall\n%end\n", "none", 0},
		{"%post\n%end", "none", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void what_anaconda_refuses_is_no_decision(void **state)
{
	static const struct kickstart_case cases[] = {
		{"firewall --disbled\n", "damage", 0},
		{"firewall --telnet\n", "damage", 0},
		{"firewall disabled\n", "damage", 0},
		{"firewall --disabled=yes\n", "damage", 0},
		{"firewall --ssh=22\n", "damage", 0},
		{"firewall --port\n", "damage", 0},
		{"firewall --port --ssh\n", "damage", 0},
		{"firewall --disabled \"\n", "damage", 0},
		{"firewall --port='22:tcp\n", "damage", 0},
		{"firewall --enabled \\\n --ssh\n", "damage", 0},
		{"firewall --enabled #\"\n", "enables :1", 0},
		{"\"firewall --disabled\n", "damage", 0},
		/* Whether before or after a sound one. */
		{"firewall --nonsense\nfirewall --disabled\n", "damage", 0},
		{"firewall --disabled --ssh\nfirewall --nonsense\n", "damage", 0},
		{"firewall --disabled\n%post\n", "damage", 0},
		{"firewall --disabled\n%post\n%packages\n%end\n", "damage", 0},
		{"%end\nfirewall --disabled\n", "damage", 0},
		{"%post\nfirewall --disabled\n", "damage", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void strv_name_the_place(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0}, broken = {0}, endless = {0};

	(void)state;
	assert_int_equal(
		kickstart_parse("\n%include a\nfirewall --trust=eth1 --service=x --port=y\n", NULL,
			&kickstart),
		0);
	assert_listed(&kickstart.problems, KICKSTART_FILE ":2: %include is not followed");
	assert_listed(
		&kickstart.problems, KICKSTART_FILE ":3: firewall --trust=eth1: cordon opens");
	assert_listed(&kickstart.problems, "--service=x: not in /etc/services; it stays closed");
	assert_listed(&kickstart.problems, "--port=y/tcp: not in /etc/services; it stays closed");
	assert_string_equal(kickstart.decision.source, KICKSTART_FILE ":3");
	assert_int_equal(kickstart_parse("\nfirewall --x\n%post\n", NULL, &broken), 0);
	assert_int_equal(kickstart_parse("\n\n%post\n\n", NULL, &endless), 0);
	assert_listed(&broken.damage, KICKSTART_FILE ":2: firewall --x: no such option; Anaconda");
	assert_listed(&endless.damage, KICKSTART_FILE ":3: this section has no %end");
}

static void exceptions_say_who_opened_them(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};

	(void)state;
	assert_int_equal(kickstart_parse("firewall --ssh", NULL, &kickstart), 0);
	assert_int_equal(kickstart.allow.count, 1);
	assert_string_equal(kickstart.allow.items[0].reason, "opened by Kickstart");
	assert_string_equal(kickstart.allow.items[0].source, KICKSTART_FILE ":1");
	assert_null(kickstart.allow.items[0].peer);
}

static void ports_are_bounded(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};
	_cleanup_free_ char *command = calloc(1, 20000);
	char *end = command + sprintf(command, "firewall --port=");

	(void)state;
	for (int port = 1; port <= 2000; port++)
		end += sprintf(end, "%d:tcp,", port);
	assert_int_equal(kickstart_parse(command, NULL, &kickstart), 0);
	assert_int_equal(kickstart.allow.count, 256);
	assert_listed(&kickstart.problems, "more than 256");
}

/* A name that is forgotten must not be one that was to be closed. */
static void removed_services_are_not_forgotten(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};
	_cleanup_free_ char *command = calloc(1, 20000);
	char *end = command + sprintf(command, "firewall --port=25 --ssh --remove-service=");

	(void)state;
	for (int i = 0; i < 300; i++)
		end += sprintf(end, "other%d,", i);
	strcpy(end, "ssh\n");
	assert_int_equal(kickstart_parse(command, NULL, &kickstart), 0);
	assert_int_equal(kickstart.allow.count, 1);
	assert_int_equal(kickstart.allow.items[0].first, 25);
	assert_listed(&kickstart.problems, "--remove-service=...: more than 256");
}

static struct kickstart load(const char *root)
{
	struct kickstart kickstart;

	assert_int_equal(kickstart_load(root, &kickstart), 0);
	return kickstart;
}

static void without_a_file_nothing_is_decided(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = load(*state);

	assert_false(kickstart.decided);
	assert_int_equal(kickstart.problems.count + kickstart.damage.count, 0);
}

static void files_are_read_below_the_root(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};

	tree_write(*state, KICKSTART_FILE, "firewall --service=https,other\n");
	tree_write(*state, "/etc/services", "https 443/tcp\n");
	kickstart = load(*state);
	assert_true(kickstart.decided);
	assert_int_equal(kickstart.allow.count, 1);
	assert_int_equal(kickstart.allow.items[0].first, 443);
	assert_int_equal(kickstart.problems.count, 1);
}

static void an_anaconda_ks_does_not_count(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};

	tree_write(*state, "/root/anaconda-ks.cfg", "firewall --disabled\n");
	kickstart = load(*state);
	assert_false(kickstart.decided);
}

static void assert_damage(const char *root, const char *part)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = load(root);

	assert_false(kickstart.decided);
	assert_int_equal(kickstart.damage.count, 1);
	assert_listed(&kickstart.damage, KICKSTART_FILE ": ");
	assert_listed(&kickstart.damage, part);
}

static void nul_bytes_are_damage(void **state)
{
	static const char content[] = "firewall --disabled\n\0firewall --enabled\n";

	tree_write_bytes(*state, KICKSTART_FILE, content, sizeof(content) - 1);
	assert_damage(*state, "NUL");
}

static void a_fifo_is_damage(void **state)
{
	tree_fifo(*state, KICKSTART_FILE);
	assert_damage(*state, "not a regular file");
}

static void a_folder_is_damage(void **state)
{
	tree_folder(*state, KICKSTART_FILE);
	assert_damage(*state, "not a regular file");
}

static void a_device_is_damage(void **state)
{
	tree_need_devices();
	tree_folder(*state, "/root");
	if (mknod(tree_path(*state, KICKSTART_FILE), S_IFCHR | 0600, 0x0105) < 0)
		tree_skip("no device can be made");
	assert_damage(*state, "not a regular file");
}

static void a_huge_file_is_damage(void **state)
{
	assert_int_equal(
		truncate(tree_write(*state, KICKSTART_FILE, "firewall --disabled\n"), 100 << 20),
		0);
	assert_damage(*state, "longer than");
}

static void what_others_can_write_is_damage(void **state)
{
	const char *path = tree_write(*state, KICKSTART_FILE, "firewall --disabled\n");

	assert_int_equal(chmod(path, 0666), 0);
	assert_damage(*state, "chmod go-w");
	assert_int_equal(chmod(path, 0620), 0);
	assert_damage(*state, "chmod go-w");
}

static void what_another_owns_is_damage(void **state)
{
	tree_need_other_users();
	assert_int_equal(
		chown(tree_write(*state, KICKSTART_FILE, "firewall --disabled\n"), 1000, 0), 0);
	assert_damage(*state, "owned by user 1000");
}

static void links_stay_inside_of_the_root(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};
	_cleanup_free_ char *outside = strdup_printf("%s/outside.ks", (char *)*state);
	const char *root = tree_folder(*state, "/image");

	tree_write(*state, "/outside.ks", "firewall --disabled\n");
	tree_folder(root, "/root");
	tree_link(root, KICKSTART_FILE, outside);
	kickstart = load(root);
	assert_false(kickstart.decided);
	tree_write(root, outside, "firewall --enabled\n");
	kickstart_clear(&kickstart);
	kickstart = load(root);
	assert_true(kickstart.decided);
	assert_string_equal(kickstart.decision.what, "Kickstart enables the firewall");
}

/* Whoever writes /etc/services would say what `--service=backup` opens. */
static void services_that_others_can_write_open_nothing(void **state)
{
	_cleanup_(kickstart_clear) struct kickstart kickstart = {0};

	tree_write(*state, KICKSTART_FILE, "firewall --service=https,ssh\n");
	assert_int_equal(chmod(tree_write(*state, "/etc/services", "https 443/tcp\n"), 0666), 0);
	kickstart = load(*state);
	assert_true(kickstart.decided);
	assert_int_equal(kickstart.allow.count, 1);
	assert_listed(&kickstart.problems, "/etc/services: users other than root");
	assert_listed(&kickstart.problems, "--service=https: not in /etc/services");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_firewall_is_decided),
		cmocka_unit_test(the_firewall_is_opened),
		cmocka_unit_test(what_is_not_understood_stays_closed),
		cmocka_unit_test(sections_are_skipped),
		cmocka_unit_test(what_anaconda_refuses_is_no_decision),
		cmocka_unit_test(strv_name_the_place),
		cmocka_unit_test(exceptions_say_who_opened_them),
		cmocka_unit_test(ports_are_bounded),
		cmocka_unit_test(removed_services_are_not_forgotten),
		tree_test(without_a_file_nothing_is_decided),
		tree_test(files_are_read_below_the_root),
		tree_test(an_anaconda_ks_does_not_count),
		tree_test(nul_bytes_are_damage),
		tree_test(a_fifo_is_damage),
		tree_test(a_folder_is_damage),
		tree_test(a_device_is_damage),
		tree_test(a_huge_file_is_damage),
		tree_test(what_others_can_write_is_damage),
		tree_test(what_another_owns_is_damage),
		tree_test(links_stay_inside_of_the_root),
		tree_test(services_that_others_can_write_open_nothing),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
