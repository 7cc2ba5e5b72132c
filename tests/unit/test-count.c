// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seal/count: what a listing says of what was refused, however this or another nft writes it; and,
 * where a network namespace can be had, what a real kernel has noted.
 */

#include "tree.h"

#include "seal/count.h"
#include "seal/nft.h"
#include "seal/ruleset.h"
#include "seal/tables.h"
#include "util/fail.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static struct table_counters parse(const char *listing)
{
	struct table_counters witness = {.count = 0};

	assert_int_equal(table_counters_parse(listing, &witness), 0);
	return witness;
}

static void assert_noted(const struct table_counters *witness, const char *address,
	unsigned int protocol, unsigned int port, uint64_t packets)
{
	for (size_t i = 0; i < witness->count; i++) {
		const struct seal_attempt *attempt = &witness->attempts[i];

		if (strcmp(attempt->address, address) == 0 && attempt->protocol == protocol &&
			attempt->port == port) {
			assert_int_equal(attempt->packets, packets);
			return;
		}
	}
	fail_msg("%s, protocol %u, port %u: not noted", address, protocol, port);
}

/* One line in many ways: the first is what was asked for, the others what might be answered. */
static void elements_however_they_are_written(void **state)
{
	static const char *const elements[] = {
		"192.0.2.7 . 6 . 22 counter packets 3 bytes 180 expires 23h59m59s772ms",
		"192.0.2.7 . tcp . 22 counter packets 3 bytes 180",
		"192.0.2.7 . 6 . 22 timeout 1d expires 5s counter packets 3 bytes 180",
		"192.0.2.7 . 6 . 22 expires 86399s counter packets 3 bytes 180 last used 5s",
		"192.0.2.7 . 6 . 22 counter packets 3 bytes 180 comment \"a\"",
		"192.0.2.7 . 6 . 22 limit rate 1/second counter packets 3 bytes 180",
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(elements); i++) {
		_cleanup_free_ char *listing =
			strdup_printf("table inet cordon {\n\tset blocked4 {\n"
				      "\t\telements = { %s }\n\t}\n}\n",
				elements[i]);
		struct table_counters witness = parse(listing);

		assert_int_equal(witness.count, 1);
		assert_noted(&witness, "192.0.2.7", IPPROTO_TCP, 22, 3);
		free(witness.attempts);
	}
}

static void what_is_not_understood_is_passed_over(void **state)
{
	struct table_counters witness =
		parse("\tset blocked4 {\n\t\telements = { 192.0.2.7 . 6 . 22 expires 5s,\n"
		      "\t\t\t192.0.2.7 . 132 . 22 counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2 . 6 . 22 counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2.7 . 6 . ssh counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2.7 . 6 . 65536 counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2.7 . 6 . 222222 counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2.7 . 6 . -1 counter packets 3 bytes 1,\n"
		      "\t\t\t192.0.2.7 . 6 . 22-23 counter packets 3 bytes 1,\n"
		      "\t\t\t, ,192.0.2.7 . 17 . 0 counter packets 4 bytes 1 }\n"
		      "\tset other {\n\t\telements = { 22, 23 }\n\t}\n"
		      "\tset blocked6 {\n\t\telements = { 2001:DB8::7 . udp . 53 counter packets 5 "
		      "bytes 1");

	(void)state;
	assert_int_equal(witness.count, 2);
	assert_noted(&witness, "192.0.2.7", IPPROTO_UDP, 0, 4);
	assert_noted(&witness, "2001:db8::7", IPPROTO_UDP, 53, 5);
	free(witness.attempts);
}

static void the_counter_counts_what_the_sets_do_not_note(void **state)
{
	static const struct {
		const char *counter;
		uint64_t packets;
	} rows[] = {
		{"\tcounter blocked_in {\n\t\tpackets 700 bytes 7\n\t}\n", 700},
		{"\tcounter blocked_in { packets 700 bytes 7 }\n", 700},
		{"\tcounter blocked_in {\n\t\tpackets 18446744073709551615 bytes 7\n\t}\n",
			UINT64_MAX},
		/* Listed a moment before the elements. */
		{"\tcounter blocked_in {\n\t\tpackets 2 bytes 7\n\t}\n", 3},
		{"", 3},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_free_ char *listing = strdup_printf(
			"%s\telements = { 192.0.2.7 . 6 . 22 counter packets 3 bytes 1 }\n",
			rows[i].counter);
		struct table_counters witness = parse(listing);

		assert_true(witness.packets == rows[i].packets);
		free(witness.attempts);
	}
}

/* 20,000 elements, each with as many packets as there can be. */
static void a_listing_without_end_is_bounded(void **state)
{
	_cleanup_free_ char *listing = NULL;
	struct table_counters witness;
	size_t size;
	FILE *out = open_memstream(&listing, &size);

	(void)state;
	fputs("elements = { ", out);
	for (int i = 0; i < 20000; i++)
		fprintf(out, "10.0.%d.%d . 6 . 22 counter packets %llu bytes 1,\n\t", i / 256 % 256,
			i % 256, ~0ULL);
	fclose(out);
	witness = parse(listing);
	assert_int_equal(witness.count, ATTEMPTS_MAX);
	assert_true(witness.packets == UINT64_MAX);
	free(witness.attempts);
}

/* In a network of its own, with its loopback up. Skips where that cannot be had. */
static void need_nftables(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	_cleanup_free_ char *why = NULL;
	_cleanup_close_ int fd = -1;
	struct tables tables;

	if (unshare(CLONE_NEWNET) < 0 || tables_read(&tables, &why) < 0)
		tree_skip("no nftables in a network namespace: %s", why ? why : strerror(errno));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &request), 0);
}

/* The rules let loopback pass, and there is nothing else here: they are made to refuse it. */
static void seal_loopback(struct nft *nft, const char *table, bool hold)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	const struct seal_plan plan = {.egress = EGRESS_OPEN};
	_cleanup_free_ char *why = NULL;
	char *place;

	assert_int_equal(
		ruleset_render(&plan, table, hold ? RULESET_HOLD : RULESET_REPLACE, &ruleset), 0);
	while ((place = strstr(ruleset.text, "iif \"lo\"")) != NULL)
		memcpy(place, "iif != 1", 8);
	if (nft_run(nft, ruleset.text, &why) != 0)
		fail_msg("%s", why);
}

static void knock(int family, uint16_t port, int times)
{
	_cleanup_close_ int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 six = {.sin6_family = AF_INET6,
		.sin6_port = htons(port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in four = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const void *to = family == AF_INET ? (const void *)&four : &six;
	const socklen_t size = family == AF_INET ? sizeof(four) : sizeof(six);

	for (int i = 0; i < times; i++)
		assert_int_equal(sendto(fd, "x", 1, 0, to, size), 1);
}

static void connect_to(uint16_t port)
{
	_cleanup_close_ int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), -1);
}

static void the_kernel_has_noted_who_tried_what(void **state)
{
	_cleanup_(seal_attempts_clear) struct seal_attempts attempts = {.count = 0};
	_cleanup_(cleanup_nft) struct nft *base = NULL, *hold = NULL;
	_cleanup_free_ char *why = NULL;
	uint64_t handle;

	(void)state;
	need_nftables();
	assert_int_equal(seal_attempts(&attempts, &why), 0);
	assert_int_equal(attempts.count, 0);
	assert_int_equal(nft_open(&base, &why), 0);
	assert_int_equal(nft_open(&hold, &why), 0);
	seal_loopback(base, TABLE_BASE, false);
	seal_loopback(hold, TABLE_HOLD_B, true);
	knock(AF_INET, 1900, 3);
	knock(AF_INET6, 161, 2);
	connect_to(22);
	assert_int_equal(seal_attempts(&attempts, &why), 0);
	assert_int_equal(attempts.count, 2);
	assert_string_equal(attempts.witnesses[0].table, TABLE_BASE);
	assert_int_equal(attempts.witnesses[0].packets, 0);
	assert_int_equal(attempts.witnesses[0].count, 0);
	assert_string_equal(attempts.witnesses[1].table, TABLE_HOLD_B);
	assert_int_equal(attempts.witnesses[1].count, 3);
	assert_true(attempts.witnesses[1].packets >= 6);
	assert_noted(&attempts.witnesses[1], "127.0.0.1", IPPROTO_UDP, 1900, 3);
	assert_noted(&attempts.witnesses[1], "::1", IPPROTO_UDP, 161, 2);
	assert_noted(&attempts.witnesses[1], "127.0.0.1", IPPROTO_TCP, 22, 1);
	handle = attempts.witnesses[0].handle;
	seal_attempts_clear(&attempts);
	/* Another table of the same name. */
	seal_loopback(base, TABLE_BASE, false);
	assert_int_equal(seal_attempts(&attempts, &why), 0);
	assert_string_equal(attempts.witnesses[attempts.count - 1].table, TABLE_BASE);
	assert_true(attempts.witnesses[attempts.count - 1].handle != handle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_however_they_are_written),
		cmocka_unit_test(what_is_not_understood_is_passed_over),
		cmocka_unit_test(the_counter_counts_what_the_sets_do_not_note),
		cmocka_unit_test(a_listing_without_end_is_bounded),
		cmocka_unit_test(the_kernel_has_noted_who_tried_what),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
