// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * report/tally: nothing is counted twice, and next to nothing is lost: over looks, tables that are
 * replaced, reboots, clocks that jump, and files that cannot be believed.
 */

#include "tree.h"

#include "blocked/tally.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MACHINE "0123456789abcdef0123456789abcdef"
#define OTHER	"ffffffffffffffffffffffffffffffff"
#define NOW	1800000000 /* on the hour */
#define HOUR	3600

/* A machine with one tally, its clocks, and up to two tables. */
struct world {
	struct tally tally;
	struct moment now;
	struct seal_attempts attempts;
};

static struct world new_world(void)
{
	return (struct world){.now = {.boot_id = "one", .clock = NOW, .uptime = 100}};
}

static void world_clear(struct world *world)
{
	tally_clear(&world->tally);
	seal_attempts_clear(&world->attempts);
}

static void drop_tables(struct world *world)
{
	seal_attempts_clear(&world->attempts);
}

static struct table_counters *add_table(struct world *world, const char *name, uint64_t handle)
{
	struct table_counters *witness = &world->attempts.witnesses[world->attempts.count++];

	*witness = (struct table_counters){.handle = handle};
	snprintf(witness->table, sizeof(witness->table), "%s", name);
	return witness;
}

/* So many packets of this source and port, noted and counted. */
static void knock(struct table_counters *witness, const char *address, unsigned int protocol,
	unsigned int port, uint64_t packets)
{
	struct seal_attempt *attempt;

	witness->packets += packets;
	for (size_t i = 0; i < witness->count; i++) {
		attempt = &witness->attempts[i];
		if (strcmp(attempt->address, address) == 0 && attempt->port == port) {
			attempt->packets += packets;
			return;
		}
	}
	if (witness->count % 1024 == 0)
		witness->attempts = reallocarray(
			witness->attempts, witness->count + 1024, sizeof(*witness->attempts));
	attempt = &witness->attempts[witness->count++];
	*attempt = (struct seal_attempt){.protocol = protocol, .port = port, .packets = packets};
	snprintf(attempt->address, sizeof(attempt->address), "%s", address);
}

static void look(struct world *world)
{
	assert_int_equal(tally_take(&world->tally, &world->attempts, &world->now), 0);
}

static void wait_for(struct world *world, long long seconds)
{
	world->now.clock += seconds;
	world->now.uptime += seconds;
}

static void reboot(struct world *world, const char *boot_id)
{
	drop_tables(world);
	wait_for(world, 30);
	snprintf(world->now.boot_id, sizeof(world->now.boot_id), "%s", boot_id);
	world->now.uptime = 5;
}

static struct blocked report(const struct world *world)
{
	struct blocked blocked = {0};
	unsigned long long ports, sources;

	assert_int_equal(tally_report(&world->tally, &blocked), 0);
	ports = blocked.other_ports;
	sources = blocked.other_sources;
	for (size_t i = 0; i < blocked.ports_count; i++)
		ports += blocked.ports[i].packets;
	for (size_t i = 0; i < blocked.sources_count; i++)
		sources += blocked.sources[i].packets;
	assert_true(ports == blocked.packets);
	assert_true(sources == blocked.packets);
	return blocked;
}

static unsigned long long of_port(const struct world *world, unsigned int port)
{
	_cleanup_(blocked_clear) struct blocked blocked = report(world);

	for (size_t i = 0; i < blocked.ports_count; i++)
		if (blocked.ports[i].port == port)
			return blocked.ports[i].packets;
	return 0;
}

static unsigned long long of_source(const struct world *world, const char *address)
{
	_cleanup_(blocked_clear) struct blocked blocked = report(world);

	for (size_t i = 0; i < blocked.sources_count; i++)
		if (strcmp(blocked.sources[i].address, address) == 0)
			return blocked.sources[i].packets;
	return 0;
}

static unsigned long long in_hour(const struct world *world, size_t ago)
{
	return world->tally.hours[BLOCKED_HOURS - 1 - ago];
}

static void nothing_yet(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked blocked = {0};

	(void)state;
	add_table(&world, "cordon", 1);
	look(&world);
	blocked = report(&world);
	assert_int_equal(blocked.packets, 0);
	assert_int_equal(blocked.ports_count, 0);
	assert_null(blocked.first);
	assert_null(blocked.last);
}

static void looking_again_counts_nothing_twice(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked blocked = {0};
	struct table_counters *hold;

	(void)state;
	add_table(&world, "cordon", 1);
	hold = add_table(&world, "cordon_hold_a", 2);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 10);
	hold->packets += 5; /* not noted */
	for (int i = 0; i < 3; i++)
		look(&world);
	wait_for(&world, 60);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 1);
	knock(hold, "2001:db8::1", IPPROTO_UDP, 22, 2);
	look(&world);
	blocked = report(&world);
	assert_int_equal(blocked.packets, 18);
	assert_int_equal(blocked.ports_count, 2);
	assert_int_equal(blocked.ports[0].protocol, IPPROTO_TCP);
	assert_int_equal(blocked.ports[0].packets, 11);
	assert_int_equal(blocked.ports[1].protocol, IPPROTO_UDP);
	assert_int_equal(blocked.other_ports, 5);
	assert_string_equal(blocked.sources[0].address, "192.0.2.7");
	assert_string_equal(blocked.first, "2027-01-15T08:00:00Z");
	assert_string_equal(blocked.last, "2027-01-15T08:01:00Z");
	assert_int_equal(in_hour(&world, 0), 18);
}

/* Also under its old name, as the ordinary table is; and also back to a name it had before. */
static void a_table_that_is_replaced_begins_at_0(void **state)
{
	static const struct {
		const char *name;
		uint64_t handle;
	} rows[] = {{"cordon_hold_a", 2}, {"cordon_hold_b", 3}, {"cordon_hold_a", 4},
		{"cordon_hold_a", 5}};
	_cleanup_(world_clear) struct world world = new_world();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		drop_tables(&world);
		knock(add_table(&world, rows[i].name, rows[i].handle), "192.0.2.7", IPPROTO_TCP, 22,
			i + 1);
		look(&world);
		look(&world);
	}
	assert_int_equal(tally_packets(&world.tally), 1 + 2 + 3 + 4);
	assert_int_equal(of_port(&world, 22), 1 + 2 + 3 + 4);
	assert_int_equal(of_source(&world, "192.0.2.7"), 1 + 2 + 3 + 4);
}

static void a_flush_takes_away_one_table_and_not_its_count(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();

	(void)state;
	knock(add_table(&world, "cordon", 1), "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	drop_tables(&world);
	look(&world);
	assert_int_equal(of_port(&world, 22), 3);
	knock(add_table(&world, "cordon_hold_a", 2), "192.0.2.7", IPPROTO_TCP, 22, 4);
	look(&world);
	assert_int_equal(of_port(&world, 22), 7);
	assert_int_equal(tally_packets(&world.tally), 7);
}

/* Handles begin anew with each boot. */
static void a_reboot_makes_another_table_of_the_same_name_and_number(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();

	(void)state;
	knock(add_table(&world, "cordon_hold_a", 2), "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	reboot(&world, "two");
	knock(add_table(&world, "cordon_hold_a", 2), "192.0.2.7", IPPROTO_TCP, 22, 5);
	look(&world);
	assert_int_equal(of_port(&world, 22), 8);
	assert_int_equal(tally_packets(&world.tally), 8);
	assert_int_equal(in_hour(&world, 0), 8);
}

/* A source that was silent for a day is forgotten by the kernel, not by us; nor is one whose
 * counters somebody has reset. */
static void what_the_kernel_forgets_stays_counted(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);

	(void)state;
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 100);
	knock(hold, "192.0.2.8", IPPROTO_TCP, 22, 7);
	look(&world);
	hold->attempts[0] = hold->attempts[1];
	hold->count = 1;
	look(&world);
	assert_int_equal(of_source(&world, "192.0.2.7"), 100);
	assert_int_equal(of_port(&world, 22), 107);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 1);
	look(&world);
	assert_int_equal(of_source(&world, "192.0.2.7"), 101);
	assert_int_equal(of_port(&world, 22), 108);
	hold->packets = 0;
	look(&world);
	assert_int_equal(tally_packets(&world.tally), 108);
}

static void hours_go_by(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);

	(void)state;
	for (int i = 0; i < 60; i++) {
		knock(hold, "192.0.2.7", IPPROTO_TCP, 22, (uint64_t)i + 1);
		look(&world);
		wait_for(&world, HOUR);
	}
	assert_int_equal(in_hour(&world, 0), 60);
	assert_int_equal(in_hour(&world, 47), 13);
	wait_for(&world, 3 * HOUR - HOUR);
	look(&world);
	assert_int_equal(in_hour(&world, 2), 0);
	assert_int_equal(in_hour(&world, 3), 60);
	wait_for(&world, 1000 * HOUR);
	look(&world);
	for (size_t i = 0; i < BLOCKED_HOURS; i++)
		assert_int_equal(in_hour(&world, i), 0);
	assert_int_equal(tally_packets(&world.tally), 60 * 61 / 2);
}

/* Set by so much, in either direction, between two looks a minute apart. */
static void the_clock_is_set(void **state)
{
	static const long long jumps[] = {60, -60, 86400 * 365LL, -86400 * 365LL, -NOW, NOW, 5000};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(jumps); i++) {
		_cleanup_(world_clear) struct world world = new_world();
		_cleanup_(blocked_clear) struct blocked blocked = {0};
		struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);
		char first[WHEN_SIZE], last[WHEN_SIZE];

		world.now.clock += 600;
		knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 3);
		look(&world);
		wait_for(&world, 60);
		world.now.clock += jumps[i];
		knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 4);
		look(&world);
		blocked = report(&world);
		assert_int_equal(blocked.packets, 7);
		assert_int_equal(in_hour(&world, 0) + in_hour(&world, 1), 7);
		assert_string_equal(blocked.first, when_write(world.now.clock - 60, first));
		assert_string_equal(blocked.last, when_write(world.now.clock, last));
	}
}

/* Whole seconds of two clocks do not begin together: that is no jump. */
static void noted_times_do_not_tremble(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked blocked = {0};

	(void)state;
	knock(add_table(&world, "cordon_hold_a", 2), "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	for (int i = 0; i < 10; i++) {
		wait_for(&world, 60);
		world.now.clock += i % 2 ? 1 : -1;
		look(&world);
	}
	blocked = report(&world);
	assert_string_equal(blocked.first, "2027-01-15T08:00:00Z");
}

/* Over a reboot nobody knows; what was noted by the clock of an earlier boot stays as it is. */
static void the_clock_is_wrong_after_a_reboot(void **state)
{
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked blocked = {0};
	struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);

	(void)state;
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	reboot(&world, "two");
	world.now.clock = 100;
	hold = add_table(&world, "cordon_hold_a", 2);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 4);
	look(&world);
	assert_int_equal(in_hour(&world, 0), 7);
	wait_for(&world, 60);
	world.now.clock = NOW + 200;
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 1);
	look(&world);
	assert_int_equal(in_hour(&world, 0), 8);
	blocked = report(&world);
	assert_string_equal(blocked.first, "2027-01-15T08:00:00Z");
	assert_string_equal(blocked.last, "2027-01-15T08:03:20Z");
}

static void save(const char *path, struct world *world)
{
	_cleanup_free_ char *why = NULL;

	assert_int_equal(tally_save(path, MACHINE, &world->tally, &why), 0);
	assert_null(why);
}

static void load(const char *path, struct world *world)
{
	_cleanup_free_ char *why = NULL;

	tally_clear(&world->tally);
	assert_int_equal(tally_load(path, MACHINE, &world->tally, &why), 0);
	assert_null(why);
}

static void what_is_saved_goes_on(void **state)
{
	const char *path = tree_path(*state, "/new/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked before = {0}, after = {0};
	struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);

	load(path, &world);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 3);
	knock(hold, "2001:db8::7", IPPROTO_UDP, 0, 2);
	look(&world);
	before = report(&world);
	save(path, &world);
	load(path, &world);
	after = report(&world);
	assert_memory_equal(before.hours, after.hours, sizeof(before.hours));
	assert_string_equal(before.first, after.first);
	assert_string_equal(before.last, after.last);
	assert_int_equal(after.packets, 5);
	assert_int_equal(after.ports_count, 2);
	assert_int_equal(after.ports[1].port, 0);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 1);
	look(&world);
	assert_int_equal(of_port(&world, 22), 4);
	assert_int_equal(tally_packets(&world.tally), 6);
}

/* A power cut between two looks loses what came after the one that was saved, and no more. */
static void a_power_cut_loses_what_was_not_saved(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();
	struct table_counters *hold = add_table(&world, "cordon_hold_a", 2);

	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	save(path, &world);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 100);
	look(&world);
	reboot(&world, "two");
	load(path, &world);
	knock(add_table(&world, "cordon", 1), "192.0.2.7", IPPROTO_TCP, 22, 1);
	look(&world);
	assert_int_equal(tally_packets(&world.tally), 4);
}

static long size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* Ten holds, each replaced after 100,000 made-up sources: full sets each time. One that knocks with
 * patience is not lost among them, nor are those of the other 100 who knock most. */
static void a_million_sources(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_(blocked_clear) struct blocked blocked = {0};
	const size_t noted = 4096;

	for (uint64_t i = 0; i < 10; i++) {
		struct table_counters *hold;

		drop_tables(&world);
		hold = add_table(&world, "cordon_hold_a", i + 1);
		for (unsigned int k = 0; k < noted; k++) {
			_cleanup_free_ char *address =
				strdup_printf("2001:db8:ffff:ffff:ffff:ffff:%x:%x",
					(unsigned int)i + 0x1000, k + 0x1000);

			knock(hold, address, IPPROTO_UDP, 60000 - k, 1);
		}
		hold->packets += 100000 - noted;
		for (int minute = 0; minute < 3; minute++) {
			for (unsigned int k = 0; k < 99; k++) {
				_cleanup_free_ char *address = strdup_printf("192.0.2.%u", k);

				knock(hold, address, IPPROTO_TCP, 1000 + k, 2 + k);
			}
			look(&world);
			save(path, &world);
			load(path, &world);
		}
		assert_in_range(size_of(path), 1, 65536);
	}
	blocked = report(&world);
	assert_int_equal(blocked.packets, 10 * (100000 + 3 * 99 * (2 + 100) / 2));
	assert_int_equal(blocked.sources_count, 100);
	for (unsigned int k = 0; k < 99; k++) {
		_cleanup_free_ char *address = strdup_printf("192.0.2.%u", 98 - k);

		assert_string_equal(blocked.sources[k].address, address);
		assert_int_equal(blocked.sources[k].packets, 30 * (2 + 98 - k));
		assert_int_equal(blocked.ports[k].port, 1098 - k);
		assert_int_equal(blocked.ports[k].packets, 30 * (2 + 98 - k));
	}
}

static void numbers_do_not_wrap_around(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();

	for (uint64_t i = 0; i < 4; i++) {
		struct table_counters *hold;

		drop_tables(&world);
		hold = add_table(&world, "cordon_hold_a", i + 1);
		knock(hold, "192.0.2.7", IPPROTO_TCP, 22, UINT64_MAX);
		look(&world);
		save(path, &world);
		load(path, &world);
		assert_true(tally_packets(&world.tally) == INT64_MAX);
	}
}

static void another_machines_does_not_count(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_free_ char *why = NULL;

	knock(add_table(&world, "cordon", 1), "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	save(path, &world);
	tally_clear(&world.tally);
	assert_int_equal(tally_load(path, OTHER, &world.tally, &why), 0);
	assert_int_equal(tally_packets(&world.tally), 0);
	assert_null(why);
}

#define HEAD                                                                                       \
	"{\"schema\":1,\"machine_id\":\"" MACHINE "\",\"boot_id\":\"one\","                        \
	"\"saved\":\"2027-01-15T08:00:00Z\",\"uptime\":5,"
#define ZEROES	  "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"
#define HOURS	  "\"hours\":[" ZEROES "," ZEROES "],"
#define PAST	  "\"past\":{\"packets\":3,\"ports\":{\"22/tcp\":3},\"sources\":{}},"
#define NONE	  "\"standing\":[]}"
#define BAD(past) HEAD HOURS "\"past\":" past "," NONE

static void what_is_damaged_is_not_believed(void **state)
{
	static const char *const contents[] = {"", "{", "[]", "{}", "null", "{\"schema\":2}",
		HEAD PAST NONE, HEAD HOURS NONE, HEAD HOURS PAST "\"standing\":[{}]}",
		HEAD HOURS PAST "\"standing\":[{\"table\":\"a\",\"handle\":1}]}",
		HEAD HOURS PAST "\"standing\":{}}", HEAD HOURS PAST "\"first\":\"once\"," NONE,
		HEAD "\"hours\":[" ZEROES "]," PAST NONE,
		HEAD "\"hours\":[-1," ZEROES "," ZEROES "]," PAST NONE,
		BAD("{\"packets\":-3,\"ports\":{},\"sources\":{}}"),
		BAD("{\"packets\":3.5,\"ports\":{},\"sources\":{}}"),
		BAD("{\"packets\":3,\"ports\":{\"22/sctp\":3},\"sources\":{}}"),
		BAD("{\"packets\":3,\"ports\":{\"022/tcp\":3},\"sources\":{}}"),
		BAD("{\"packets\":3,\"ports\":{\"65536/tcp\":3},\"sources\":{}}"),
		BAD("{\"packets\":3,\"ports\":{\"22/tcp\":\"3\"},\"sources\":{}}"),
		BAD("{\"packets\":3,\"ports\":{},\"sources\":{\"server.example\":3}}"),
		BAD("{\"packets\":3,\"ports\":{},\"sources\":{\"192.0.2.7\":-3}}"),
		"{\"schema\":1,\"schema\":1}"};

	for (size_t i = 0; i < ELEMENTS(contents); i++) {
		const char *path = tree_write(*state, "/blocked.json", contents[i]);
		_cleanup_(tally_clear) struct tally tally = {.first = 1};
		_cleanup_free_ char *why = NULL;

		if (tally_load(path, MACHINE, &tally, &why) != 1)
			fail_msg("believed: %s", contents[i]);
		assert_contains(why, "blocked.json");
		assert_int_equal(tally_packets(&tally), 0);
		assert_int_equal(tally.first, 0);
	}
}

static void the_same_without_damage_is(void **state)
{
	const char *path = tree_write(*state, "/blocked.json", HEAD HOURS PAST NONE);
	_cleanup_(tally_clear) struct tally tally = {.first = 0};
	_cleanup_free_ char *why = NULL;

	assert_int_equal(tally_load(path, MACHINE, &tally, &why), 0);
	assert_int_equal(tally_packets(&tally), 3);
}

static void what_is_no_file_of_ours_is_not_believed(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(tally_clear) struct tally tally = {.first = 0};
	_cleanup_free_ char *why = NULL, *large = calloc(1, (2U << 20) + 1);

	memset(large, ' ', 2U << 20);
	tree_write(*state, "/blocked.json", large);
	assert_int_equal(tally_load(path, MACHINE, &tally, &why), 1);
	assert_int_equal(file_set_aside(path), 0);
	tree_fifo(*state, "/blocked.json");
	assert_int_equal(tally_load(path, MACHINE, &tally, &why), 1);
	assert_int_equal(file_set_aside(path), 0);
	tree_folder(*state, "/blocked.json");
	assert_int_equal(tally_load(path, MACHINE, &tally, &why), 1);
	assert_int_equal(rmdir(path), 0);
	tree_write(*state, "/blocked.json", HEAD HOURS PAST NONE);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(tally_load(path, MACHINE, &tally, &why), 1);
}

/* The old one is still there, and the next look makes up for it. */
static void a_full_disk_is_said_and_keeps_nobody(void **state)
{
	const char *path = tree_path(*state, "/blocked.json");
	_cleanup_(world_clear) struct world world = new_world();
	_cleanup_free_ char *why = NULL;
	struct table_counters *hold = add_table(&world, "cordon", 1);

	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 3);
	look(&world);
	save(path, &world);
	knock(hold, "192.0.2.7", IPPROTO_TCP, 22, 4);
	look(&world);
	tree_limit_file_size(16);
	assert_int_equal(tally_save(path, MACHINE, &world.tally, &why), -EFBIG);
	tree_limit_file_size(-1);
	assert_contains(why, path);
	assert_int_equal(tree_count(*state), 1);
	load(path, &world);
	assert_int_equal(tally_packets(&world.tally), 3);
	look(&world);
	assert_int_equal(tally_packets(&world.tally), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_yet),
		cmocka_unit_test(looking_again_counts_nothing_twice),
		cmocka_unit_test(a_table_that_is_replaced_begins_at_0),
		cmocka_unit_test(a_flush_takes_away_one_table_and_not_its_count),
		cmocka_unit_test(a_reboot_makes_another_table_of_the_same_name_and_number),
		cmocka_unit_test(what_the_kernel_forgets_stays_counted),
		cmocka_unit_test(hours_go_by),
		cmocka_unit_test(the_clock_is_set),
		cmocka_unit_test(noted_times_do_not_tremble),
		cmocka_unit_test(the_clock_is_wrong_after_a_reboot),
		tree_test(what_is_saved_goes_on),
		tree_test(a_power_cut_loses_what_was_not_saved),
		tree_test(a_million_sources),
		tree_test(numbers_do_not_wrap_around),
		tree_test(another_machines_does_not_count),
		tree_test(what_is_damaged_is_not_believed),
		tree_test(the_same_without_damage_is),
		tree_test(what_is_no_file_of_ours_is_not_believed),
		tree_test(a_full_disk_is_said_and_keeps_nobody),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
