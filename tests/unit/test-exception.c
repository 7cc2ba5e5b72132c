// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/exception: the text of administrators becomes ports and addresses, or is refused.
 *
 * What comes out of here ends in the rule set, so whatever is not a number or an address must not
 * come out.
 */

#include "tree.h"

#include "util/exception.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

static void ports_are_read(void **state)
{
	static const struct {
		const char *text;
		unsigned int protocol, first, last;
	} cases[] = {
		{"22/tcp", IPPROTO_TCP, 22, 22},
		{"1/udp", IPPROTO_UDP, 1, 1},
		{"65535/tcp", IPPROTO_TCP, 65535, 65535},
		{"8000-8010/udp", IPPROTO_UDP, 8000, 8010},
		{"1-65535/tcp", IPPROTO_TCP, 1, 65535},
		{"7-7/tcp", IPPROTO_TCP, 7, 7},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct exception exception = {0};

		assert_int_equal(exception_parse_port(cases[i].text, &exception, NULL), 0);
		assert_int_equal(exception.protocol, cases[i].protocol);
		assert_int_equal(exception.first, cases[i].first);
		assert_int_equal(exception.last, cases[i].last);
	}
}

static void bad_ports_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "22/tcp"},
		{"ssh", "not a port"},
		{"22", "say 22/tcp or 22/udp"},
		{"22/", "say 22/tcp or 22/udp"},
		{"22/TCP", "say 22/tcp"},
		{"22/sctp", "say 22/tcp"},
		{"22/tcp ", "say 22/tcp"},
		{"22/tcp;", "say 22/tcp"},
		{"22 /tcp", "say 22/tcp"},
		{"0/tcp", "not a port"},
		{"-1/tcp", "not a port"},
		{"+22/tcp", "not a port"},
		{" 22/tcp", "not a port"},
		{"0x16/tcp", "not a port"},
		{"65536/tcp", "not a port"},
		{"000022/tcp", "not a port"},
		{"18446744073709551638/tcp", "not a port"},
		{"/tcp", "not a port"},
		{"20-/tcp", "not a port range"},
		{"20-65536/tcp", "not a port range"},
		{"20--21/tcp", "not a port range"},
		{"0-21/tcp", "not a port"},
		{"21-20/tcp", "ends before it begins"},
		{"20-21-22/tcp", "say 20/tcp"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct exception exception = {.protocol = 99, .first = 98, .last = 97};
		_cleanup_free_ char *why = NULL;

		if (exception_parse_port(cases[i].text, &exception, &why) != -EINVAL)
			fail_msg("\"%s\" was accepted", cases[i].text);
		assert_contains(why, cases[i].why);
		assert_int_equal(strncmp(why, cases[i].text, strlen(cases[i].text)), 0);
		assert_int_equal(exception.protocol, 99);
		assert_int_equal(exception.first, 98);
		assert_int_equal(exception.last, 97);
	}
}

static void peers_are_read_and_made_canonical(void **state)
{
	static const struct {
		const char *text, *canonical;
		int ipv6;
	} cases[] = {
		{"192.0.2.7", "192.0.2.7", 0},
		{"192.0.2.7/32", "192.0.2.7", 0},
		{"192.0.2.7/24", "192.0.2.0/24", 0},
		{"192.0.2.255/25", "192.0.2.128/25", 0},
		{"255.255.255.255/1", "128.0.0.0/1", 0},
		{"10.1.2.3/0", "0.0.0.0/0", 0},
		{"2001:DB8:0:0::1", "2001:db8::1", 1},
		{"2001:db8::1/128", "2001:db8::1", 1},
		{"2001:db8:ffff::/33", "2001:db8:8000::/33", 1},
		{"ff00::1/0", "::/0", 1},
		{"::", "::", 1},
		{"fe80::1/10", "fe80::/10", 1},
		{"10.1.2.3/255.255.0.0", "10.1.0.0/16", 0},
		{"192.0.2.1/255.255.255.255", "192.0.2.1", 0},
		{"192.0.2.1/0.0.0.0", "0.0.0.0/0", 0},
		{"192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9", 0},
		{"192.0.2.1-192.0.2.1", "192.0.2.1", 0},
		{"2001:DB8::1-2001:db8::f", "2001:db8::1-2001:db8::f", 1},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *peer = NULL;

		assert_int_equal(exception_parse_peer(cases[i].text, &peer, NULL), 0);
		assert_string_equal(peer, cases[i].canonical);
		assert_int_equal(exception_peer_is_ipv6(peer), cases[i].ipv6);
	}
}

static void bad_peers_are_refused_with_a_reason(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"", "not an IPv4 or IPv6 address"},
		{"any", "not an IPv4 or IPv6 address"},
		{"admin.example.org", "not an IPv4 or IPv6 address"},
		{"192.0.2", "not an IPv4 or IPv6 address"},
		{"192.0.2.256", "not an IPv4 or IPv6 address"},
		{"192.0.2.1 }", "not an IPv4 or IPv6 address"},
		{"fe80::1%eth0", "not an IPv4 or IPv6 address"},
		{"[2001:db8::1]", "not an IPv4 or IPv6 address"},
		{"/24", "not an IPv4 or IPv6 address"},
		{"192.0.2.1/33", "0 to 32"},
		{"192.0.2.1/", "0 to 32"},
		{"192.0.2.1/-1", "0 to 32"},
		{"192.0.2.1/24x", "0 to 32"},
		{"192.0.2.1/24/24", "0 to 32"},
		{"192.0.2.1/255.0.255.0", "0 to 32"},
		{"192.0.2.1/255.255.255.", "0 to 32"},
		{"2001:db8::/255.255.0.0", "0 to 128"},
		{"192.0.2.9-192.0.2.1", "ends before it begins"},
		{"192.0.2.1-", "not a range"},
		{"192.0.2.1-192.0.2.9-192.0.2.10", "not a range"},
		{"192.0.2.1-2001:db8::1", "not a range"},
		{"192.0.2.0/24-192.0.3.0/24", "0 to 32"},
		{"2001:db8::/129", "0 to 128"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *why = NULL;
		char *peer = NULL;

		if (exception_parse_peer(cases[i].text, &peer, &why) != -EINVAL)
			fail_msg("\"%s\" was accepted", cases[i].text);
		assert_contains(why, cases[i].why);
		assert_int_equal(strncmp(why, cases[i].text, strlen(cases[i].text)), 0);
		assert_null(peer);
	}
}

static void the_list_owns_copies_and_repeats_nothing(void **state)
{
	char peer[] = "192.0.2.7", reason[] = "configured", source[] = "file:1";
	struct exception exception = {
		.protocol = IPPROTO_TCP,
		.first = 22,
		.last = 22,
		.peer = peer,
		.reason = reason,
		.source = source,
	};
	_cleanup_(exception_list_clear) struct exception_list list = {0};

	(void)state;
	assert_int_equal(exception_add(&list, &exception), 0);
	exception.source = NULL;
	assert_int_equal(exception_add(&list, &exception), 0);
	assert_int_equal(list.count, 1);
	memset(peer, 'x', sizeof(peer) - 1);
	memset(reason, 'x', sizeof(reason) - 1);
	assert_string_equal(list.items[0].peer, "192.0.2.7");
	assert_string_equal(list.items[0].reason, "configured");
	assert_string_equal(list.items[0].source, "file:1");
	exception.peer = NULL;
	assert_int_equal(exception_add(&list, &exception), 0);
	exception.protocol = IPPROTO_UDP;
	assert_int_equal(exception_add(&list, &exception), 0);
	exception.last = 23;
	assert_int_equal(exception_add(&list, &exception), 0);
	exception.first = 21;
	assert_int_equal(exception_add(&list, &exception), 0);
	assert_int_equal(list.count, 5);
	exception_list_clear(&list);
	assert_int_equal(list.count, 0);
	assert_null(list.items);
}

static void many_are_found_again(void **state)
{
	_cleanup_(exception_list_clear) struct exception_list list = {0};

	(void)state;
	for (unsigned int i = 0; i < 6000; i++) {
		const unsigned int n = i % 3000;
		_cleanup_free_ char *peer = strdup_printf("192.0.%u.7", n / 1000);
		const uint16_t port = (uint16_t)(n % 1000 + 1);
		const struct exception exception = {
			.protocol = IPPROTO_TCP, .first = port, .last = port, .peer = peer};

		assert_int_equal(exception_add(&list, &exception), 0);
		assert_int_equal(list.count, i < 3000 ? i + 1 : 3000);
	}
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.items[i].first, i % 1000 + 1);
}

static void descriptions_are_for_people(void **state)
{
	static const struct {
		struct exception exception;
		bool inbound;
		const char *expected;
	} cases[] = {
		{{.protocol = IPPROTO_TCP, .first = 22, .last = 22}, true, "22/tcp"},
		{{.protocol = IPPROTO_UDP, .first = 1, .last = 9}, true, "1-9/udp"},
		{{IPPROTO_TCP, 22, 22, (char *)"192.0.2.0/24", NULL, NULL}, true,
			"22/tcp from 192.0.2.0/24"},
		{{IPPROTO_UDP, 8000, 8010, (char *)"2001:db8::1", NULL, NULL}, false,
			"8000-8010/udp to 2001:db8::1"},
		{{.protocol = IPPROTO_ICMP}, true, "echo request"},
		{{.protocol = IPPROTO_ICMP, .peer = (char *)"192.0.2.7"}, true,
			"echo request from 192.0.2.7"},
		{{.protocol = 0}, false, "any port"},
		{{.protocol = 0, .peer = (char *)"192.0.2.7"}, false, "any port to 192.0.2.7"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *text =
			exception_describe(&cases[i].exception, cases[i].inbound);

		assert_string_equal(text, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_read),
		cmocka_unit_test(bad_ports_are_refused_with_a_reason),
		cmocka_unit_test(peers_are_read_and_made_canonical),
		cmocka_unit_test(bad_peers_are_refused_with_a_reason),
		cmocka_unit_test(the_list_owns_copies_and_repeats_nothing),
		cmocka_unit_test(many_are_found_again),
		cmocka_unit_test(descriptions_are_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
