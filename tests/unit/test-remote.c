// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/remote: traces of unattended installations, and the ports of sshd and xrdp in trees as
 * distributions ship them.
 *
 * What a text means is for test-sshd-config; here it is which files count, and what becomes of
 * files that must not.
 */

#include "tree.h"

#include "facts/remote/unattended.h"
#include "facts/remote/xrdp.h"
#include "util/fail.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ETC    "/etc/systemd/system/"
#define LIB    "/usr/lib/systemd/system/"
#define CONFIG "/etc/ssh/sshd_config"
#define XRDP   "/etc/xrdp/xrdp.ini"

static const char ssh_service[] = "[Unit]\nDescription=OpenBSD Secure Shell server\n"
				  "[Service]\nEnvironmentFile=-/etc/default/ssh\n"
				  "ExecStart=/usr/sbin/sshd -D $SSHD_OPTS\n"
				  "[Install]\nWantedBy=multi-user.target\n";
static const char sshd_service[] = "[Service]\nEnvironmentFile=-/etc/sysconfig/sshd\n"
				   "ExecStart=/usr/sbin/sshd -D $OPTIONS\n"
				   "[Install]\nWantedBy=multi-user.target\n";
static const char ssh_socket[] = "[Socket]\nListenStream=22\n"
				 "[Install]\nWantedBy=sockets.target\n";
static const char ubuntu_socket[] = "[Socket]\nListenStream=0.0.0.0:22\nListenStream=[::]:22\n"
				    "[Install]\nWantedBy=sockets.target\n";
static const char xrdp_service[] = "[Service]\nEnvironmentFile=-/etc/default/xrdp\n"
				   "ExecStart=/usr/sbin/xrdp $XRDP_OPTIONS --nodaemon\n"
				   "[Install]\nWantedBy=multi-user.target\n";

static void install(const char *root, const char *unit, const char *content)
{
	tree_write(root, tree_path(LIB, unit), content);
}

static void enable(const char *root, const char *target, const char *unit)
{
	_cleanup_free_ char *link = strdup_printf(ETC "%s.target.wants/%s", target, unit);
	_cleanup_free_ char *folder = strdup_printf(ETC "%s.target.wants", target);

	tree_folder(root, folder);
	tree_link(root, link, tree_path(LIB, unit));
}

/* A Debian with sshd. */
static void install_ssh(const char *root, const char *config)
{
	install(root, "ssh.service", ssh_service);
	enable(root, "multi-user", "ssh.service");
	tree_write(root, CONFIG, config);
}

struct found {
	struct exception_list ports;
	struct strv problems;
};

static void found_clear(struct found *found)
{
	exception_list_clear(&found->ports);
	strv_clear(&found->problems);
}

static struct found find(const char *root)
{
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};
	struct found found = {0};

	assert_int_equal(remote_find_ports(&lookup, &found.ports, &found.problems), 0);
	return found;
}

/* "22 2222" */
static char *describe(const struct exception_list *ports)
{
	char *all = strdup("");

	for (size_t i = 0; i < ports->count; i++) {
		char *longer = strdup_printf("%s%s%u", all, i ? " " : "", ports->items[i].first);

		assert_int_equal(ports->items[i].protocol, IPPROTO_TCP);
		assert_null(ports->items[i].peer);
		free(all);
		all = longer;
	}
	return all;
}

static void assert_ports(const struct exception_list *ports, const char *expected)
{
	_cleanup_free_ char *all = describe(ports);

	assert_string_equal(all, expected);
}

/* These ports, and nothing to say. */
static void expect(const char *root, const char *expected)
{
	_cleanup_(found_clear) struct found found = find(root);

	for (size_t i = 0; i < found.problems.count; i++)
		print_error("%s\n", found.problems.items[i]);
	assert_int_equal(found.problems.count, 0);
	assert_ports(&found.ports, expected);
}

/* These ports, and one problem with this in it. */
static void expect_problem(const char *root, const char *expected, const char *problem)
{
	_cleanup_(found_clear) struct found found = find(root);

	assert_ports(&found.ports, expected);
	assert_int_equal(found.problems.count, 1);
	assert_listed(&found.problems, problem);
}

static void without_services_nothing_is_open(void **state)
{
	expect(*state, "");
	tree_write(*state, CONFIG, "Port 2222\n");
	tree_write(*state, XRDP, "[Globals]\nport=3389\n");
	expect(*state, "");
}

static void sshd_listens_on_its_default(void **state)
{
	_cleanup_(found_clear) struct found found = {0};

	install_ssh(*state, "");
	found = find(*state);
	assert_ports(&found.ports, "22");
	assert_string_equal(found.ports.items[0].reason, "remote administration (sshd)");
	assert_string_equal(found.ports.items[0].source, "sshd's default");
}

static void sshd_listens_where_its_configuration_says(void **state)
{
	_cleanup_(found_clear) struct found found = {0};

	install_ssh(*state, "# changed\nPort 2222\nPort 2200\n");
	found = find(*state);
	assert_ports(&found.ports, "2222 2200");
	assert_string_equal(found.ports.items[0].source, CONFIG ":2");
}

static void red_hat_says_sshd(void **state)
{
	install(*state, "sshd.service", sshd_service);
	enable(*state, "multi-user", "sshd.service");
	tree_write(*state, CONFIG, "Port 2222\n");
	expect(*state, "2222");
	tree_write(*state, "/etc/sysconfig/sshd", "OPTIONS=-p 2200 -4\n");
	expect(*state, "2200");
}

static void suse_keeps_its_configuration_in_usr(void **state)
{
	install(*state, "sshd.service", sshd_service);
	enable(*state, "multi-user", "sshd.service");
	tree_write(*state, "/usr/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
	tree_write(*state, "/etc/ssh/sshd_config.d/port.conf", "Port 2222\n");
	expect(*state, "2222");
	tree_write(*state, CONFIG, "Port 2200\n");
	expect(*state, "2200");
}

static void a_disabled_sshd_has_no_ports(void **state)
{
	install(*state, "ssh.service", ssh_service);
	tree_write(*state, CONFIG, "Port 2222\n");
	expect(*state, "");
}

static void a_masked_sshd_has_no_ports(void **state)
{
	install_ssh(*state, "Port 2222\n");
	tree_link(*state, ETC "ssh.service", "/dev/null");
	expect(*state, "");
}

static void includes_are_sorted_and_matched(void **state)
{
	install_ssh(*state, "Include /etc/ssh/sshd_config.d/*.conf\nInclude none/*.conf absent\n"
			    "Include own\n");
	tree_write(*state, "/etc/ssh/sshd_config.d/20-b.conf", "Port 2020\n");
	tree_write(*state, "/etc/ssh/sshd_config.d/10-a.conf", "Port 1010\n");
	tree_write(*state, "/etc/ssh/sshd_config.d/.hidden.conf", "Port 1\n");
	tree_write(*state, "/etc/ssh/sshd_config.d/10-a.conf~", "Port 2\n");
	tree_write(*state, "/etc/ssh/own", "Port 3030\n");
	expect(*state, "1010 2020 3030");
}

static void includes_that_loop_end(void **state)
{
	install_ssh(*state, "Port 22\nInclude sshd_config\nInclude sshd_conf*\n");
	expect_problem(*state, "", "Include is nested too deeply; no port is opened for sshd");
}

static void includes_with_patterns_in_folders_are_unknown(void **state)
{
	install_ssh(*state, "Port 22\nInclude /etc/ssh/*.d/port.conf\n");
	expect_problem(*state, "", CONFIG ":2: Include /etc/ssh/*.d/port.conf: cordon knows");
}

/* What it would have said may be another port, and then 22 is nobody's. */
static void an_include_that_cannot_be_believed_opens_nothing(void **state)
{
	const char *path;

	install_ssh(*state, "Include sshd_config.d/*.conf\n");
	path = tree_write(*state, "/etc/ssh/sshd_config.d/a.conf", "Port 2222\n");
	assert_int_equal(chmod(path, 0666), 0);
	expect_problem(*state, "", "/etc/ssh/sshd_config.d/a.conf: users other than root");
	assert_int_equal(unlink(path), 0);
	tree_fifo(*state, "/etc/ssh/sshd_config.d/a.conf");
	expect_problem(*state, "", "/etc/ssh/sshd_config.d/a.conf: not a regular file");
}

static void a_missing_configuration_opens_nothing(void **state)
{
	install_ssh(*state, "");
	assert_int_equal(unlink(tree_path(*state, CONFIG)), 0);
	expect_problem(*state, "", CONFIG ": missing; no port is opened for sshd");
}

static void a_configuration_of_others_opens_nothing(void **state)
{
	install_ssh(*state, "Port 2222\n");
	assert_int_equal(chmod(tree_path(*state, CONFIG), 0664), 0);
	expect_problem(*state, "", "chmod go-w");
	assert_int_equal(chmod(tree_path(*state, CONFIG), 0644), 0);
	tree_need_other_users();
	assert_int_equal(chown(tree_path(*state, CONFIG), 1000, 0), 0);
	expect_problem(*state, "", "owned by user 1000");
}

static void a_configuration_that_is_no_text_opens_nothing(void **state)
{
	static const char content[] = "Port 2222\n\0Port 22\n";

	install_ssh(*state, "");
	tree_write_bytes(*state, CONFIG, content, sizeof(content) - 1);
	expect_problem(*state, "", "NUL");
	assert_int_equal(truncate(tree_write(*state, CONFIG, "Port 22\n"), 100 << 20), 0);
	expect_problem(*state, "", "longer than");
	assert_int_equal(unlink(tree_path(*state, CONFIG)), 0);
	tree_fifo(*state, CONFIG);
	expect_problem(*state, "", "not a regular file");
	assert_int_equal(unlink(tree_path(*state, CONFIG)), 0);
	tree_folder(*state, CONFIG);
	expect_problem(*state, "", "not a regular file");
}

/* sshd would not start with it, so it does not matter what is read; only that it ends. */
static void editors_marks_do_no_harm(void **state)
{
	install_ssh(*state, "\xef\xbb\xbfPort 2222\r\nPort 2200\r\n");
	expect(*state, "2200");
}

static void links_stay_inside_of_the_root(void **state)
{
	const char *root = tree_folder(*state, "/image");
	_cleanup_free_ char *outside = strdup_printf("%s/outside", (char *)*state);

	install_ssh(root, "");
	tree_write(*state, "/outside", "Port 2222\n");
	assert_int_equal(unlink(tree_path(root, CONFIG)), 0);
	tree_link(root, CONFIG, outside);
	expect_problem(root, "", "missing");
	tree_write(root, outside, "Port 2200\n");
	expect(root, "2200");
}

static void options_come_from_the_environment(void **state)
{
	install_ssh(*state, "Port 22\n");
	tree_write(*state, "/etc/default/ssh", "# options\nSSHD_OPTS=\n");
	expect(*state, "22");
	tree_write(*state, "/etc/default/ssh",
		"SSHD_OPTS=-p 1\n SSHD_OPTS=\"-p 2222\"\nXSSHD_OPTS=-4\n");
	expect(*state, "2222");
	tree_write(*state, "/etc/default/ssh", "SSHD_OPTS='-o Port=2200'\n");
	expect(*state, "2200 22");
	tree_write(*state, "/etc/default/ssh", "SSHD_OPTS=-f /etc/ssh/other\n");
	expect_problem(*state, "", "ssh.service: -f /etc/ssh/other: a configuration of its own");
	tree_write(*state, "/etc/default/ssh", "SSHD_OPTS=\"-p 2222\n");
	expect_problem(*state, "", "/etc/default/ssh: SSHD_OPTS= is not understood");
}

static void options_of_others_open_nothing(void **state)
{
	install_ssh(*state, "Port 22\n");
	assert_int_equal(
		chmod(tree_write(*state, "/etc/default/ssh", "SSHD_OPTS=-p 2222\n"), 0666), 0);
	expect_problem(*state, "", "/etc/default/ssh: users other than root");
}

static void drop_ins_change_the_command_line(void **state)
{
	install_ssh(*state, "Port 22\n");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nExecStart=\nExecStart=-/usr/sbin/sshd -D -p 2222\n");
	expect(*state, "2222");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nEnvironment=A=b \"SSHD_OPTS=-p 2200\"\n");
	expect(*state, "2200");
	tree_write(*state, "/etc/default/ssh", "SSHD_OPTS=-p 2201\n");
	expect(*state, "2201");
	tree_write(*state, "/etc/default/other", "SSHD_OPTS=-p 2203\n");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nEnvironmentFile=-etc/default/other\n");
	expect(*state, "2201");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nEnvironmentFile=-/etc/default/other\n");
	expect(*state, "2203");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nEnvironment=P=2202\nExecStart=\nExecStart=/usr/sbin/sshd -p ${P}\n");
	expect(*state, "2202");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nExecStart=\nExecStart=/opt/dropbear -p 2222\n");
	expect_problem(*state, "", "ssh.service: runs /opt/dropbear, not sshd");
	tree_write(*state, ETC "ssh.service.d/port.conf", "[Service]\nExecStart=\n");
	expect_problem(*state, "", "ssh.service: runs nothing, not sshd");
	tree_write(*state, ETC "ssh.service.d/port.conf",
		"[Service]\nExecStart=\nExecStart=/usr/sbin/sshd \"-D\n");
	expect_problem(*state, "", "ssh.service: ExecStart= is not understood");
}

static void a_socket_listens_in_place_of_sshd(void **state)
{
	_cleanup_(found_clear) struct found found = {0};

	install_ssh(*state, "Port 2222\n");
	install(*state, "ssh.socket", ssh_socket);
	expect(*state, "2222");
	enable(*state, "sockets", "ssh.socket");
	found = find(*state);
	assert_ports(&found.ports, "22");
	assert_string_equal(found.ports.items[0].source, LIB "ssh.socket:2");
}

static void drop_ins_change_the_socket(void **state)
{
	install(*state, "sshd.socket", ssh_socket);
	enable(*state, "sockets", "sshd.socket");
	tree_write(*state, ETC "sshd.socket.d/a.conf", "[Socket]\nListenStream=2222\n");
	expect(*state, "22 2222");
	tree_write(*state, ETC "sshd.socket.d/a.conf",
		"[Socket]\nListenStream=\nListenStream=192.0.2.1:2222\nListenStream=[::]:2200\n");
	expect(*state, "2222 2200");
	tree_write(*state, ETC "sshd.socket.d/a.conf",
		"[Socket]\nListenStream=\nListenStream=127.0.0.1:22\nListenStream=[::1]:22\n"
		"ListenStream=/run/ssh\nListenStream=@ssh\nListenStream=vsock::22\n");
	expect(*state, "");
	tree_write(
		*state, ETC "sshd.socket.d/a.conf", "[Socket]\nListenStream=\nListenStream=[::]\n");
	expect_problem(*state, "", "sshd.socket.d/a.conf:3: ListenStream=[::] is not understood");
}

/* Ubuntu since 22.10: what the package says stands for sshd_config. */
static void ubuntus_socket_follows_the_configuration(void **state)
{
	install(*state, "ssh.socket", ubuntu_socket);
	enable(*state, "sockets", "ssh.socket");
	tree_write(*state, CONFIG, "#Port 2222\n");
	expect(*state, "22");
	tree_write(*state, CONFIG, "Port 2222\n");
	expect(*state, "22");
	tree_write(*state, "/usr/lib/systemd/system-generators/sshd-socket-generator", "");
	expect(*state, "2222");
	tree_write(*state, CONFIG, "# nothing is said, nothing is generated\n");
	expect(*state, "22");
	assert_int_equal(unlink(tree_path(*state, CONFIG)), 0);
	expect_problem(*state, "", CONFIG ": missing");
	tree_write(*state, CONFIG, "ListenAddress 127.0.0.1\n");
	expect(*state, "");
	tree_write(*state, CONFIG, "Port 2222\n");
	tree_write(*state, ETC "ssh.socket.d/override.conf", "[Socket]\nListenStream=2200\n");
	expect(*state, "2200 2222");
	tree_write(*state, ETC "ssh.socket.d/override.conf",
		"[Socket]\nListenStream=\nListenStream=2200\n");
	expect(*state, "2200");
}

static void install_xrdp(const char *root)
{
	install(root, "xrdp.service", xrdp_service);
	enable(root, "multi-user", "xrdp.service");
}

static void xrdp_listens_where_its_configuration_says(void **state)
{
	_cleanup_(found_clear) struct found found = {0};

	install_xrdp(*state);
	expect_problem(*state, "", XRDP ": missing; nothing is opened for xrdp");
	tree_write(*state, XRDP, "[Globals]\nini_version=1\nport=3390\n");
	found = find(*state);
	assert_ports(&found.ports, "3390");
	assert_int_equal(found.problems.count, 0);
	assert_string_equal(found.ports.items[0].reason, "remote administration (xrdp)");
	assert_string_equal(found.ports.items[0].source, XRDP ":3");
	tree_link(*state, ETC "xrdp.service", "/dev/null");
	expect(*state, "");
}

static void xrdp_beside_sshd(void **state)
{
	install_ssh(*state, "Port 2222\n");
	install_xrdp(*state);
	tree_write(*state, XRDP, "[Globals]\nport=3389\n");
	expect(*state, "2222 3389");
}

static void an_xrdp_that_cannot_be_believed_opens_nothing(void **state)
{
	install_xrdp(*state);
	assert_int_equal(chmod(tree_write(*state, XRDP, "[Globals]\nport=3389\n"), 0666), 0);
	expect_problem(*state, "", XRDP ": users other than root");
	assert_int_equal(chmod(tree_path(*state, XRDP), 0644), 0);
	tree_write(*state, "/etc/default/xrdp", "XRDP_OPTIONS=--port 3390\n");
	expect_problem(*state, "", "xrdp.service: its option --port is not followed");
	tree_write(*state, "/etc/default/xrdp", "XRDP_OPTIONS=-C /etc/other.ini\n");
	expect_problem(*state, "", "xrdp.service: its option -C is not followed");
}

static void xrdp_has_many_ways_to_name_a_port(void **state)
{
	static const struct {
		const char *text, *expected;
		size_t problems;
	} cases[] = {
		{"[Globals]\nport=3389\n", "3389", 0},
		{"[globals]\r\n PORT = 3389 \r\n", "3389", 0},
		{"[Globals]\nport=tcp://:3389\n", "3389", 0},
		{"[Globals]\nport=tcp://192.0.2.1:3390 tcp6://:3391, tcp6://{2001:db8::1}:3392\n",
			"3390 3391 3392", 0},
		{"[Globals]\nport=tcp://.:3389 tcp6://.:3389\n", "", 0},
		{"[Globals]\nport=tcp://127.0.0.1:3389 tcp6://{::1}:3389\n", "", 0},
		{"[Globals]\nport=unix://./tmp/xrdp.socket vsock://-1:3389\n", "", 0},
		{"[Globals]\nuse_vsock=true\nport=3389 tcp://:3390\n", "3390", 0},
		{"[Globals]\nuse_vsock=false\nport=3389 ; or 3390\n", "3389", 0},
		{"[Globals]\nport=1\nport=2\n[Xorg]\nport=3\n[Globals]\nport=4\n", "2", 0},
		{"[Logging]\nport=1\n[Globals]\nport=2\n", "2", 0},
		{"port=3389\n", "", 1},
		{"[Globals]\n#port=3389\n;port=3389\nxport=1\nport\n", "", 1},
		{"", "", 1},
		{"[Globals]\nport=abc 0 65536 tcp:// tcp://: tcp6://{::}:x\n", "", 6},
		{"[Globals]\nport=$PORT 3389\n", "3389", 1},
		{"[Globals]\nport=tcp6://{ tcp6://{:1 tcp6://{}:2\n", "1 2", 1},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(found_clear) struct found found = {0};
		_cleanup_free_ char *all = NULL;

		assert_int_equal(xrdp_parse(XRDP, cases[i].text, &found.ports, &found.problems), 0);
		all = describe(&found.ports);
		if (strcmp(all, cases[i].expected) != 0 ||
			found.problems.count != cases[i].problems)
			fail_msg("%s: gave \"%s\" and %zu problems", cases[i].text, all,
				found.problems.count);
	}
}

static void a_long_list_of_xrdp_ports_opens_nothing(void **state)
{
	_cleanup_(found_clear) struct found found = {0};
	_cleanup_free_ char *content = calloc(1, 4096);

	(void)state;
	strcpy(content, "[Globals]\nport=");
	memset(content + strlen(content), '1', 2000);
	assert_int_equal(xrdp_parse(XRDP, content, &found.ports, &found.problems), 0);
	assert_ports(&found.ports, "");
	assert_listed(&found.problems, "longer than");
}

/* One trace, or none for NULL. */
static void expect_trace(const char *root, const char *what, const char *source)
{
	_cleanup_(sourced_list_clear) struct sourced_list traces = {0};
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};

	assert_int_equal(remote_find_unattended(&lookup, &traces), 0);
	assert_int_equal(traces.count, what ? 1 : 0);
	if (!what)
		return;
	assert_contains(traces.items[0].what, what);
	assert_string_equal(traces.items[0].source, source);
}

static void an_installation_by_hand_leaves_no_trace(void **state)
{
	expect_trace(*state, NULL, NULL);
	tree_write(*state, "/root/anaconda-ks.cfg", "lang en_US\n");
	tree_write(*state, "/var/log/installer/cdebconf/questions.dat",
		"Name: preseed/url\nTemplate: preseed/url\nOwners: d-i\n\n"
		"Name: preseed/file\nValue: \n\n"
		"Name: auto-install/enable\nValue: false\n\nName: other\nValue: true\n");
	expect_trace(*state, NULL, NULL);
}

static void kickstart_leaves_its_file(void **state)
{
	tree_write(*state, "/root/original-ks.cfg", "lang en_US\n");
	expect_trace(*state, "Kickstart", "/root/original-ks.cfg");
}

static void autoinstall_leaves_its_file(void **state)
{
	tree_write(*state, "/var/log/installer/autoinstall-user-data", "autoinstall:\n");
	expect_trace(*state, "autoinstall", "/var/log/installer/autoinstall-user-data");
}

static void files_that_cannot_be_believed_are_no_trace(void **state)
{
	const char *path = tree_write(*state, "/root/original-ks.cfg", "lang en_US\n");

	assert_int_equal(chmod(path, 0666), 0);
	expect_trace(*state, NULL, NULL);
	assert_int_equal(chmod(path, 0600), 0);
	expect_trace(*state, "Kickstart", "/root/original-ks.cfg");
	assert_int_equal(unlink(path), 0);
	tree_fifo(*state, "/root/original-ks.cfg");
	expect_trace(*state, NULL, NULL);
}

#define QUESTIONS "/var/log/installer/cdebconf/questions.dat"

static void preseed_leaves_its_answers(void **state)
{
	static const char *const answers[] = {
		"Name: a\nValue: b\n\nName: preseed/url\nTemplate: x\nValue: http://192.0.2.1/a\n",
		"Name: a\nValue: b\n\nName: preseed/file\nTemplate: x\nValue: /preseed.cfg\n",
		"Name: a\nValue: b\n\nName: auto-install/enable\nTemplate: x\nValue: true\n",
	};

	for (size_t i = 0; i < ELEMENTS(answers); i++) {
		tree_write(*state, QUESTIONS, answers[i]);
		expect_trace(*state, "preseed", QUESTIONS ":6");
	}
}

static void answers_that_cannot_be_believed_are_no_trace(void **state)
{
	static const char answer[] = "Name: preseed/url\nValue: http://192.0.2.1/\n";
	const char *path = tree_write(*state, QUESTIONS, answer);

	assert_int_equal(chmod(path, 0666), 0);
	expect_trace(*state, NULL, NULL);
	assert_int_equal(chmod(path, 0600), 0);
	expect_trace(*state, "preseed", QUESTIONS ":2");
	assert_int_equal(truncate(path, 100 << 20), 0);
	expect_trace(*state, NULL, NULL);
	assert_int_equal(unlink(path), 0);
	tree_fifo(*state, QUESTIONS);
	expect_trace(*state, NULL, NULL);
}

static void cloud_init_says_so_in_run(void **state)
{
	tree_write(*state, "/run/cloud-init/enabled", "");
	expect_trace(*state, "cloud-init", "/run/cloud-init/enabled");
	tree_write(*state, "/etc/cloud/cloud-init.disabled", "");
	expect_trace(*state, NULL, NULL);
}

static void cloud_init_counts_before_it_has_spoken(void **state)
{
	install(*state, "cloud-init-local.service",
		"[Service]\n[Install]\nWantedBy=cloud-init.target\n");
	expect_trace(*state, NULL, NULL);
	enable(*state, "cloud-init", "cloud-init-local.service");
	expect_trace(*state, "cloud-init", ETC "cloud-init.target.wants/cloud-init-local.service");
	tree_write(*state, "/run/cloud-init/disabled", "");
	expect_trace(*state, NULL, NULL);
}

static void a_masked_cloud_init_is_no_trace(void **state)
{
	install(*state, "cloud-init-local.service", "[Service]\n");
	enable(*state, "cloud-init", "cloud-init-local.service");
	tree_link(*state, ETC "cloud-init-local.service", "/dev/null");
	expect_trace(*state, NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(without_services_nothing_is_open),
		tree_test(sshd_listens_on_its_default),
		tree_test(sshd_listens_where_its_configuration_says),
		tree_test(red_hat_says_sshd),
		tree_test(suse_keeps_its_configuration_in_usr),
		tree_test(a_disabled_sshd_has_no_ports),
		tree_test(a_masked_sshd_has_no_ports),
		tree_test(includes_are_sorted_and_matched),
		tree_test(includes_that_loop_end),
		tree_test(includes_with_patterns_in_folders_are_unknown),
		tree_test(an_include_that_cannot_be_believed_opens_nothing),
		tree_test(a_missing_configuration_opens_nothing),
		tree_test(a_configuration_of_others_opens_nothing),
		tree_test(a_configuration_that_is_no_text_opens_nothing),
		tree_test(editors_marks_do_no_harm),
		tree_test(links_stay_inside_of_the_root),
		tree_test(options_come_from_the_environment),
		tree_test(options_of_others_open_nothing),
		tree_test(drop_ins_change_the_command_line),
		tree_test(a_socket_listens_in_place_of_sshd),
		tree_test(drop_ins_change_the_socket),
		tree_test(ubuntus_socket_follows_the_configuration),
		tree_test(xrdp_listens_where_its_configuration_says),
		tree_test(xrdp_beside_sshd),
		tree_test(an_xrdp_that_cannot_be_believed_opens_nothing),
		cmocka_unit_test(xrdp_has_many_ways_to_name_a_port),
		cmocka_unit_test(a_long_list_of_xrdp_ports_opens_nothing),
		tree_test(an_installation_by_hand_leaves_no_trace),
		tree_test(kickstart_leaves_its_file),
		tree_test(autoinstall_leaves_its_file),
		tree_test(files_that_cannot_be_believed_are_no_trace),
		tree_test(preseed_leaves_its_answers),
		tree_test(answers_that_cannot_be_believed_are_no_trace),
		tree_test(cloud_init_says_so_in_run),
		tree_test(cloud_init_counts_before_it_has_spoken),
		tree_test(a_masked_cloud_init_is_no_trace),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
