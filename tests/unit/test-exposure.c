// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report/exposure: what can be reached, of whom a seal lets in and of how sockets become lines; and
 * which tables are somebody else's.
 */

#include "tree.h"

#include "exposure/merge.h"
#include "seal/foreign.h"
#include "seal/nft.h"
#include "seal/seal.h"
#include "util/fail.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

static struct socket_owner sshd[] = {
	{.pid = 9, .program = (char *)"sshd", .unit = (char *)"ssh.service"}};
static struct socket_owner script[] = {
	{.pid = 10, .program = (char *)"python3.11", .called = (char *)"sshd"}};
static struct socket_owner nginx[] = {{.pid = 11, .program = (char *)"nginx"}};
static struct socket_owner both[] = {{.pid = 11, .program = (char *)"nginx"},
	{.pid = 12, .program = (char *)"php", .unit = (char *)"php.service"}};

#define HELD(by) .owners = by, .owner_count = ELEMENTS(by)
#define TCP(n)	 .protocol = IPPROTO_TCP, .port = n
#define UDP(n)	 .protocol = IPPROTO_UDP, .port = n
#define LIST(array)                                                                                \
	{                                                                                          \
		.items = (array), .count = ELEMENTS(array)                                         \
	}

static const struct exception_list nobody;

static struct exposure merge(struct listener *listeners, size_t count,
	const struct exception_list *remote, const struct seal_plan *plan)
{
	const struct listener_list list = {listeners, count};
	struct exposure exposure = {0};

	assert_int_equal(exposure_merge(&list, remote, plan, &exposure), 0);
	return exposure;
}

static void sockets_of_a_service_are_one_line(void **state)
{
	struct listener listeners[] = {
		{UDP(53), .ipv4 = true, .address = "127.0.0.53", .device = "lo"},
		{TCP(80), .ipv6 = true, HELD(nginx)},
		{TCP(22), .ipv6 = true, .ipv4 = true, HELD(sshd)},
		{TCP(80), .ipv4 = true, HELD(nginx)},
		{TCP(80), .ipv4 = true, HELD(nginx)},
		{TCP(80), .ipv4 = true, .address = "127.0.0.1", HELD(script)},
		{TCP(53), .ipv4 = true, .address = "192.0.2.1", HELD(both)},
		{TCP(53), .ipv6 = true, .address = "2001:db8::1", HELD(both)},
	};
	static const struct exposure_item expected[] = {
		{(char *)"tcp", 22, (char *)"any address", (char *)"sshd", (char *)"ssh.service",
			.now = true, .after = true, .remote_admin = true},
		{(char *)"tcp", 53, (char *)"192.0.2.1, 2001:db8::1", (char *)"nginx, php",
			(char *)"php.service", .now = true, .after = true},
		{(char *)"udp", 53, (char *)"127.0.0.53%lo", (char *)"unknown", .local = true},
		{(char *)"tcp", 80, (char *)"any address", (char *)"nginx", .now = true,
			.after = true},
		{(char *)"tcp", 80, (char *)"127.0.0.1", (char *)"python3.11 as sshd",
			.local = true},
	};
	_cleanup_(exposure_clear) struct exposure exposure =
		merge(listeners, ELEMENTS(listeners), &nobody, NULL);

	(void)state;
	assert_int_equal(exposure.count, ELEMENTS(expected));
	for (size_t i = 0; i < exposure.count; i++) {
		const struct exposure_item *item = &exposure.items[i];

		assert_string_equal(item->protocol, expected[i].protocol);
		assert_int_equal(item->port, expected[i].port);
		assert_string_equal(item->addresses, expected[i].addresses);
		assert_string_equal(item->program, expected[i].program);
		if (expected[i].unit)
			assert_string_equal(item->unit, expected[i].unit);
		else
			assert_null(item->unit);
		assert_int_equal(item->local, expected[i].local);
		assert_int_equal(item->now, expected[i].now);
		assert_int_equal(item->after, expected[i].after);
		assert_int_equal(item->remote_admin, expected[i].remote_admin);
		assert_null(item->from);
	}
}

static void nothing_listens(void **state)
{
	_cleanup_(exposure_clear) struct exposure exposure = merge(NULL, 0, &nobody, NULL);

	(void)state;
	assert_int_equal(exposure.count, 0);
}

static void addresses_are_for_people(void **state)
{
	static const struct {
		struct listener listeners[3];
		size_t count;
		const char *expected;
	} cases[] = {
		{{{.ipv4 = true}}, 1, "any IPv4 address"},
		{{{.ipv6 = true}}, 1, "any IPv6 address"},
		{{{.ipv4 = true, .ipv6 = true}}, 1, "any address"},
		{{{.ipv4 = true}, {.ipv6 = true}}, 2, "any address"},
		{{{.ipv4 = true}, {.ipv4 = true, .address = "192.0.2.1"}}, 2, "any IPv4 address"},
		{{{.ipv4 = true}, {.ipv6 = true, .address = "2001:db8::1"}}, 2,
			"any IPv4 address, 2001:db8::1"},
		{{{.ipv4 = true, .device = "eth0"}}, 1, "any IPv4 address on eth0"},
		{{{.ipv4 = true, .device = "eth0"}, {.ipv6 = true, .device = "eth0"},
			 {.ipv4 = true, .device = "eth1"}},
			3, "any address on eth0, any IPv4 address on eth1"},
		{{{.ipv4 = true}, {.ipv4 = true, .device = "eth0"}}, 2, "any IPv4 address"},
		{{{.ipv6 = true, .address = "fe80::1", .device = "eth0"}}, 1,
			"fe80::1%eth0 (this link only)"},
		{{{.ipv4 = true, .address = "192.0.2.1"}, {.ipv4 = true, .address = "192.0.2.1"}},
			2, "192.0.2.1"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct listener *listeners[3] = {
			&cases[i].listeners[0], &cases[i].listeners[1], &cases[i].listeners[2]};
		_cleanup_free_ char *said = exposure_addresses(listeners, cases[i].count);

		assert_string_equal(said, cases[i].expected);
	}
}

#define ANYBODY "anybody"

/* Whom a plan of these exceptions lets reach a port. */
static void admits(
	const struct exception *in, size_t count, struct seal_port port, const char *expected)
{
	const struct seal_plan plan = {.in = {(struct exception *)in, count}};
	_cleanup_(strv_clear) struct strv sources = {0};
	int r = seal_plan_allows(&plan, &port, &sources);
	_cleanup_free_ char *said = r == 1 ? strdup(ANYBODY) : strv_join(&sources);

	assert_true(r >= 0);
	if (strcmp(said, expected) != 0)
		fail_msg("%u: \"%s\", not \"%s\"", port.number, said, expected);
}

static void exceptions_let_in(void **state)
{
	static const struct exception in[] = {
		{IPPROTO_TCP, 22, 22, NULL, NULL, NULL},
		{IPPROTO_TCP, 8000, 8010, (char *)"192.0.2.0/24", NULL, NULL},
		{IPPROTO_UDP, 53, 53, (char *)"2001:db8::/32", NULL, NULL},
		{IPPROTO_TCP, 8005, 8005, (char *)"2001:db8::/32", NULL, NULL},
		{IPPROTO_TCP, 8010, 8010, (char *)"192.0.2.0/24", NULL, NULL},
		{IPPROTO_ICMP, 0, 0, NULL, NULL, NULL},
	};
	static const struct exception all[] = {{0, 0, 0, (char *)"192.0.2.9", NULL, NULL}};
	static const struct {
		struct seal_port port;
		const char *expected;
	} cases[] = {
		{{IPPROTO_TCP, 22, true, true}, ANYBODY},
		{{IPPROTO_UDP, 22, true, true}, ""},
		{{IPPROTO_TCP, 23, true, true}, ""},
		{{IPPROTO_TCP, 7999, true, true}, ""},
		{{IPPROTO_TCP, 8000, true, true}, "192.0.2.0/24"},
		{{IPPROTO_TCP, 8010, true, false}, "192.0.2.0/24"},
		{{IPPROTO_TCP, 8011, true, true}, ""},
		{{IPPROTO_TCP, 8005, true, true}, "192.0.2.0/24, 2001:db8::/32"},
		{{IPPROTO_TCP, 8005, false, true}, "2001:db8::/32"},
		{{IPPROTO_TCP, 8000, false, true}, ""},
		{{IPPROTO_UDP, 53, true, false}, ""},
		{{IPPROTO_UDP, 53, true, true}, "2001:db8::/32"},
		/* What a DHCP client cannot do without. */
		{{IPPROTO_UDP, 68, true, false}, "IPv4 senders on port 67 (DHCP servers)"},
		{{IPPROTO_UDP, 68, false, true}, ""},
		{{IPPROTO_TCP, 68, true, true}, ""},
		{{IPPROTO_UDP, 546, true, true}, ANYBODY},
		{{IPPROTO_UDP, 546, true, false}, ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		admits(in, ELEMENTS(in), cases[i].port, cases[i].expected);
	admits(all, 1, (struct seal_port){IPPROTO_TCP, 99, true, true}, "192.0.2.9");
	admits(all, 1, (struct seal_port){IPPROTO_UDP, 99, false, true}, "");
	admits(NULL, 0, (struct seal_port){IPPROTO_TCP, 22, true, true}, "");
}

static void sealed_is_closed_but_for_exceptions(void **state)
{
	static struct exception in[] = {
		{IPPROTO_TCP, 22, 22, NULL, NULL, NULL},
		{IPPROTO_TCP, 80, 80, (char *)"192.0.2.0/24", NULL, NULL},
		{IPPROTO_TCP, 81, 81, NULL, NULL, NULL},
	};
	static struct exception remote[] = {{IPPROTO_TCP, 2222, 2222, NULL, NULL, NULL}};
	const struct exception_list remotes = LIST(remote);
	const struct seal_plan plan = {.in = LIST(in)};
	struct listener listeners[] = {
		{TCP(22), .ipv4 = true, .ipv6 = true, HELD(sshd)},
		{TCP(80), .ipv4 = true, .ipv6 = true, HELD(nginx)},
		{TCP(81), .ipv4 = true, .address = "127.0.0.1", HELD(nginx)},
		{TCP(82), .ipv4 = true, HELD(script)},
		{TCP(2222), .ipv4 = true, HELD(nginx)},
		{UDP(2222), .ipv4 = true, HELD(nginx)},
	};
	_cleanup_(exposure_clear) struct exposure exposure =
		merge(listeners, ELEMENTS(listeners), &remotes, &plan);
	const struct exposure_item *items = exposure.items;

	(void)state;
	assert_int_equal(exposure.count, 6);
	assert_true(items[0].now && !items[0].from && items[0].remote_admin);
	assert_true(items[1].now && items[1].after);
	assert_string_equal(items[1].from, "192.0.2.0/24");
	assert_true(items[2].local && !items[2].now && !items[2].after);
	/* sshd is what it calls itself. */
	assert_true(!items[3].now && items[3].after && !items[3].remote_admin);
	assert_true(items[4].remote_admin && !items[4].now);
	assert_false(items[5].remote_admin);
}

/* A line says the worst of its sockets. */
static void one_open_socket_opens_the_line(void **state)
{
	static struct exception in[] = {{IPPROTO_TCP, 80, 80, (char *)"2001:db8::/32", NULL, NULL}};
	const struct seal_plan plan = {.in = LIST(in)};
	struct listener listeners[] = {
		{TCP(80), .ipv4 = true, .address = "127.0.0.1", HELD(nginx)},
		{TCP(80), .ipv4 = true, .address = "192.0.2.1", HELD(nginx)},
		{TCP(80), .ipv6 = true, .address = "2001:db8::1", HELD(nginx)},
	};
	_cleanup_(exposure_clear) struct exposure exposure =
		merge(listeners, ELEMENTS(listeners), &nobody, &plan);

	(void)state;
	assert_int_equal(exposure.count, 1);
	assert_string_equal(exposure.items[0].addresses, "127.0.0.1, 192.0.2.1, 2001:db8::1");
	assert_string_equal(exposure.items[0].from, "2001:db8::/32");
	assert_true(exposure.items[0].now && exposure.items[0].after && !exposure.items[0].local);
}

#define HOOK(hook) "\tchain c {\n\t\ttype filter hook " hook " priority filter; policy drop;\n\t}\n"

static void foreign_tables_are_named(void **state)
{
	static const struct {
		const char *listing, *expected;
	} cases[] = {
		{"", ""},
		{"table inet filter {\n" HOOK("input") "}\n", "inet filter"},
		{"table inet filter {\n" HOOK("output") "}\n", ""},
		{"table inet filter {\n\tchain c {\n\t}\n}\n", ""},
		{"table ip filter {\n" HOOK("forward") HOOK("input")
				HOOK("input") "}\ntable ip6 nat {\n" HOOK(
					"prerouting") "}\ntable ip6 f {\n" HOOK("input") "}\n",
			"ip filter, ip6 f"},
		{"table inet cordon {\n" HOOK("input") "}\n", ""},
		{"table inet cordon_hold_a { # progname cordon\n" HOOK("input") "}\n", ""},
		{"table inet cordon_hold_b {\n" HOOK("input") "}\n", ""},
		{"table ip cordon {\n" HOOK("input") "}\n", "ip cordon"},
		{"table inet cordon_x {\n" HOOK("input") "}\n", "inet cordon_x"},
		{"table inet f { # progname ufw\n" HOOK("input"), "inet f"},
		{HOOK("input"), ""},
		{"table inet filter\n" HOOK("input"), ""},
		{"table {\n\t\ttype  hook input ", ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(strv_clear) struct strv tables = {0};
		_cleanup_free_ char *said = NULL;

		assert_int_equal(others_parse(cases[i].listing, &tables), 0);
		said = strv_join(&tables);
		assert_string_equal(said, cases[i].expected);
	}
}

static void the_kernels_tables_are_found(void **state)
{
	_cleanup_(strv_clear) struct strv tables = {0};
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	_cleanup_free_ char *why = NULL;

	(void)state;
	if (unshare(CLONE_NEWNET) < 0 || nft_open(&nft, NULL) < 0 ||
		nft_run(nft,
			"table inet cordon { chain i { type filter hook input priority 0; }; }",
			NULL) < 0)
		tree_skip("no nftables in a network namespace");
	if (seal_find_foreign_tables(&tables, &why) < 0)
		fail_msg("%s", why);
	assert_int_equal(tables.count, 0);
	assert_int_equal(
		nft_run(nft, "table ip f { chain i { type filter hook input priority 0; }; }",
			NULL),
		0);
	assert_int_equal(seal_find_foreign_tables(&tables, NULL), 0);
	assert_int_equal(tables.count, 1);
	assert_string_equal(tables.items[0], "ip f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_of_a_service_are_one_line),
		cmocka_unit_test(nothing_listens),
		cmocka_unit_test(addresses_are_for_people),
		cmocka_unit_test(exceptions_let_in),
		cmocka_unit_test(sealed_is_closed_but_for_exceptions),
		cmocka_unit_test(one_open_socket_opens_the_line),
		cmocka_unit_test(foreign_tables_are_named),
		cmocka_unit_test(the_kernels_tables_are_found),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
