// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/sshd: where sshd listens, from the text of its configuration and its options alone.
 *
 * Each case says what is open and how many problems were named. A port too many is reachable before
 * the updates are in, one too few locks the administrator out of an unattended server.
 */

#include "tree.h"

#include "facts/remote/sshd.h"
#include "util/fail.h"
#include "util/words.h"

#include <string.h>

#define FILE_NAME "sshd_config"

/* What "Include NAME" leads to. */
static const struct {
	const char *name, *text;
} included[] = {
	{"empty", ""},
	{"port", "Port 2222\n"},
	{"match", "Port 2222\nMatch all\nPort 1\n"},
	{"nested", "Include port\nPort 2200\n"},
	{"itself", "Include itself\nPort 1\n"},
	{"twice", "Include twice\nInclude twice\n"},
};

static int include(struct sshd *sshd, const char *pattern, const char *source, unsigned int depth)
{
	assert_contains(source, ":");
	for (size_t i = 0; i < ELEMENTS(included); i++)
		if (strcmp(included[i].name, pattern) == 0)
			return sshd_parse(sshd, pattern, included[i].text, depth);
	return 0;
}

static void parse_options(struct sshd *sshd, const char *options)
{
	_cleanup_(strv_clear) struct strv words = {0};
	char *word;

	while (words_next(&options, &word) == 1) {
		assert_int_equal(strv_addf(&words, "%s", word), 0);
		free(word);
	}
	assert_int_equal(sshd_parse_options(sshd, &words, "ssh.service"), 0);
}

/* "22 2222" of all ports. */
static char *describe(const struct exception_list *ports)
{
	char *all = strdup("");

	for (size_t i = 0; i < ports->count; i++) {
		const struct exception *port = &ports->items[i];
		char *longer = strdup_printf("%s%s%u", all, i ? " " : "", port->first);

		assert_int_equal(port->protocol, IPPROTO_TCP);
		assert_int_equal(port->first, port->last);
		assert_null(port->peer);
		assert_string_equal(port->reason, "remote administration (sshd)");
		free(all);
		all = longer;
	}
	return all;
}

static char *read_ports(const char *options, const char *config, struct strv *problems)
{
	_cleanup_(sshd_clear) struct sshd sshd = {.problems = problems, .include = include};
	_cleanup_(exception_list_clear) struct exception_list ports = {0};

	parse_options(&sshd, options);
	if (!sshd.unknown)
		assert_int_equal(sshd_parse(&sshd, FILE_NAME, config, 0), 0);
	assert_int_equal(sshd_add_ports(&sshd, &ports), 0);
	return describe(&ports);
}

struct sshd_case {
	const char *options, *config, *expected;
	size_t problems;
};

static void expect(const struct sshd_case *cases, size_t count)
{
	size_t failures = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(strv_clear) struct strv problems = {0};
		_cleanup_free_ char *found =
			read_ports(cases[i].options, cases[i].config, &problems);

		if (strcmp(found, cases[i].expected) == 0 && problems.count == cases[i].problems)
			continue;
		failures++;
		print_error("%s\n%s\n  gave     \"%s\", %zu problems\n  in place of \"%s\", %zu\n",
			cases[i].options, cases[i].config, found, problems.count, cases[i].expected,
			cases[i].problems);
	}
	assert_int_equal(failures, 0);
}

static void ports_add_up(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "", "22", 0},
		{"sshd", "#Port 2222\nPermitRootLogin no\n", "22", 0},
		{"sshd", "Port 2222", "2222", 0},
		{"sshd", "Port 22\nPort 2222\nPort 22\n", "22 2222", 0},
		{"sshd", "port 22\nPORT\t2222\n  pOrT  2200  \n", "22 2222 2200", 0},
		{"sshd", "Port=22\nPort = 2222\nPort =2200\nPort= 2201\n", "22 2222 2200 2201", 0},
		{"sshd", "Port \"22\" # why\nPort '2222'\r\n", "22 2222", 0},
		{"sshd", "Ports 2222\nGatewayPorts 2222\nXPort 1\n", "22", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void a_bad_port_is_none_and_not_the_default(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "Port abc\n", "", 1},
		{"sshd", "Port 0\nPort 65536\nPort -1\nPort +22\nPort 22-23\nPort 22-22\n", "", 6},
		{"sshd", "Port\nPort 22 23\nPort \"22\nPort \"\"\nPort # 22\n", "", 5},
		{"sshd", "Port ssh\nPort 2222\n", "2222", 1},
		{"sshd", "Port 99999999999999999999999\n", "", 1},
		{"sshd", "Port 22/tcp\nPort 22\xff\n", "", 2},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void addresses_narrow_the_ports(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "ListenAddress 0.0.0.0\n", "22", 0},
		{"sshd", "ListenAddress ::\nPort 2222\n", "2222", 0},
		{"sshd", "Port 2222\nListenAddress 192.0.2.1\n", "2222", 0},
		{"sshd", "ListenAddress 192.0.2.1:2222\n", "2222", 0},
		{"sshd", "Port 22\nListenAddress 192.0.2.1:2222\n", "2222", 0},
		{"sshd", "ListenAddress [2001:db8::1]:2222\nListenAddress 192.0.2.1\n", "2222 22",
			0},
		{"sshd", "ListenAddress 2001:db8::1\n", "22", 0},
		{"sshd", "ListenAddress [2001:db8::1]\n", "22", 0},
		{"sshd", "ListenAddress host.example.org:2222\n", "2222", 0},
		{"sshd", "ListenAddress=192.0.2.1 rdomain blue\n", "22", 0},
		/* Nobody else can reach these. */
		{"sshd", "ListenAddress 127.0.0.1\n", "", 0},
		{"sshd", "Port 2222\nListenAddress 127.1.2.3:2200\nListenAddress ::1\n", "", 0},
		{"sshd", "ListenAddress [::1]:22\nListenAddress LocalHost:22\n", "", 0},
		{"sshd", "ListenAddress 127.0.0.1:22\nListenAddress 192.0.2.1:2222\n", "2222", 0},
		/* Not understood, it opens nothing; nor does it mean every address. */
		{"sshd", "ListenAddress\n", "", 1},
		{"sshd", "ListenAddress \"\"\nListenAddress [::\nListenAddress [::]22\n", "", 3},
		{"sshd", "ListenAddress 192.0.2.1:\nListenAddress 192.0.2.1:ssh\n", "", 2},
		{"sshd", "ListenAddress a b\nListenAddress a rdomain\n", "", 2},
		{"sshd", "ListenAddress a rdomain b c\nListenAddress 192.0.2.1\n", "22", 1},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void a_match_lasts_to_the_end_of_its_file(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "Port 22\nMatch User a\nPort 2222\n", "22", 0},
		{"sshd", "match all\n  Port 2222\n  ListenAddress 127.0.0.1\n", "22", 0},
		{"sshd", "Match all\nInclude port\n", "22", 0},
		{"sshd", "Include match\nPort 22\n", "2222 22", 0},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void includes_are_read_in_place(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "Include port\n", "2222", 0},
		{"sshd", "Port 22\nInclude none empty port\n", "22 2222", 0},
		{"sshd", "Include nested\n", "2222 2200", 0},
		{"sshd", "include = \"port\"\n", "2222", 0},
		{"sshd", "Include \"port\nPort 22\n", "", 1},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void includes_end(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd", "Port 22\nInclude itself\n", "", 1},
		{"sshd", "Port 22\nInclude twice\n", "", 1},
	};
	_cleanup_free_ char *many = calloc(1, 300 * sizeof("Include empty\n"));
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_free_ char *found = NULL;

	(void)state;
	expect(cases, ELEMENTS(cases));
	for (int i = 0; i < 300; i++)
		strcat(many, "Include empty\n");
	found = read_ports("sshd", many, &problems);
	assert_string_equal(found, "");
	assert_listed(&problems, "too much is included; no port is opened for sshd");
}

static void ports_are_bounded(void **state)
{
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_(sshd_clear) struct sshd sshd = {.problems = &problems, .include = include};

	(void)state;
	for (int port = 1; port <= 300; port++) {
		_cleanup_free_ char *line = strdup_printf("Port %d", port);

		assert_int_equal(sshd_parse_option(&sshd, line, "x"), 0);
	}
	assert_int_equal(sshd.ports.count, 256);
	assert_listed(&problems, "x: Port: sshd takes at most 256");
}

static void options_add_or_replace(void **state)
{
	static const struct sshd_case cases[] = {
		{"sshd -D", "Port 22\n", "22", 0},
		{"sshd -D -4 -e -h /etc/key -u0 -E log", "", "22", 0},
		{"sshd -p 2222", "Port 22\n", "2222", 0},
		{"sshd -p2222 -Dp 2200", "Port 22\n", "2222 2200", 0},
		{"sshd -p 2222", "ListenAddress 192.0.2.1:2200\n", "2200", 0},
		{"sshd -p 2222", "ListenAddress 192.0.2.1\nPort 22\n", "2222", 0},
		{"sshd -p 2222", "ListenAddress 127.0.0.1\n", "", 0},
		{"sshd -o Port=2222", "Port 22\n", "2222 22", 0},
		{"sshd -oPort=2222 -o 'port 2200'", "", "2222 2200", 0},
		{"sshd -o Port=2222 -p 2200 -o Port=1", "", "2222 2200", 0},
		{"sshd -o ListenAddress=127.0.0.1", "Port 22\n", "", 0},
		{"sshd -o UseDNS=no -oCiphers=a,b", "", "22", 0},
		{"sshd -f /etc/ssh/sshd_config", "Port 2222\n", "2222", 0},
		/* What is not understood opens nothing. */
		{"sshd -p abc", "Port 22\n", "", 1},
		{"sshd -p ''", "Port 22\n", "", 1},
		{"sshd -f /etc/ssh/other", "Port 22\n", "", 1},
		{"sshd -Df/etc/ssh/other", "Port 22\n", "", 1},
		{"sshd -Z -p 2222", "", "", 1},
		{"sshd -D --port=22", "", "", 1},
		{"sshd 2222", "", "", 1},
		{"sshd -", "", "", 1},
		{"sshd -p", "", "", 1},
		{"sshd -o 'Include port'", "", "", 1},
		{"sshd ''", "", "", 1},
	};

	(void)state;
	expect(cases, ELEMENTS(cases));
}

static void strv_and_sources_name_the_place(void **state)
{
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_(sshd_clear) struct sshd sshd = {.problems = &problems, .include = include};
	_cleanup_(exception_list_clear) struct exception_list ports = {0}, usual = {0};
	const struct sshd nothing = {0};

	(void)state;
	assert_int_equal(sshd_parse(&sshd, FILE_NAME,
				 "\nPort abc\nInclude port\nListenAddress [\nListenAddress a:1\n"
				 "ListenAddress a\n",
				 0),
		0);
	assert_listed(&problems, FILE_NAME ":2: Port: abc: not a port from 1 to 65535; it stays");
	assert_listed(&problems, FILE_NAME ":4: ListenAddress: an address must follow");
	assert_int_equal(sshd_add_ports(&sshd, &ports), 0);
	assert_int_equal(ports.count, 2);
	assert_string_equal(ports.items[0].source, FILE_NAME ":5");
	assert_string_equal(ports.items[1].source, "port:1");
	assert_int_equal(sshd_add_ports(&nothing, &usual), 0);
	assert_string_equal(usual.items[0].source, "sshd's default");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_add_up),
		cmocka_unit_test(a_bad_port_is_none_and_not_the_default),
		cmocka_unit_test(addresses_narrow_the_ports),
		cmocka_unit_test(a_match_lasts_to_the_end_of_its_file),
		cmocka_unit_test(includes_are_read_in_place),
		cmocka_unit_test(includes_end),
		cmocka_unit_test(ports_are_bounded),
		cmocka_unit_test(options_add_or_replace),
		cmocka_unit_test(strv_and_sources_name_the_place),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
