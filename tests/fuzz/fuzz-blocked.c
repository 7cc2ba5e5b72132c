// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * blocked.json: what is damaged counts as nothing, and is said; what is sound counts on, by as many
 * packets as a new table has refused and no more, comes back after it was saved, and always comes
 * to its own sum.
 */

#include "blocked/tally.h"

#include "scratch.h"
#include "util/cleanup.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#define FILE_NAME "/blocked.json"
#define MACHINE	  "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_report(const struct tally *tally)
{
	_cleanup_(blocked_clear) struct blocked blocked = {0};
	unsigned long long ports, sources;

	assert(tally_report(tally, &blocked) == 0);
	ports = blocked.other_ports;
	sources = blocked.other_sources;
	for (size_t i = 0; i < blocked.ports_count; i++) {
		assert(blocked.ports[i].port <= 65535);
		assert(i == 0 || blocked.ports[i].packets <= blocked.ports[i - 1].packets);
		ports = ranking_sum(ports, blocked.ports[i].packets);
	}
	for (size_t i = 0; i < blocked.sources_count; i++)
		sources = ranking_sum(sources, blocked.sources[i].packets);
	/* More than all only where the file says so, by itself. */
	assert(ports >= blocked.packets && sources >= blocked.packets);
}

static void check_counting(struct tally *tally)
{
	struct seal_attempt attempt = {
		.address = "192.0.2.7", .protocol = IPPROTO_TCP, .port = 22, .packets = 3};
	const struct seal_attempts attempts = {
		.witnesses = {{.table = "new", .packets = 5, .attempts = &attempt, .count = 1}},
		.count = 1};
	const struct moment now = {.boot_id = "now", .clock = 1800000000, .uptime = 60};
	const unsigned long long before = tally_packets(tally);
	unsigned long long after;

	assert(tally_take(tally, &attempts, &now) == 0);
	after = tally_packets(tally);
	/* Fewer than five more, if the file knows that very table. */
	assert(after >= before && after <= ranking_sum(before, 5));
	assert(tally_take(tally, &attempts, &now) == 0);
	assert(tally_packets(tally) == after);
	check_report(tally);
}

static void check_saving(struct tally *tally)
{
	_cleanup_(tally_clear) struct tally again = {.first = 0};
	_cleanup_free_ char *why = NULL;

	assert(tally_save(scratch_path(FILE_NAME), MACHINE, tally, &why) == 0);
	assert(tally_load(scratch_path(FILE_NAME), MACHINE, &again, &why) == 0 && !why);
	assert(tally_packets(&again) == tally_packets(tally));
	assert(memcmp(again.hours, tally->hours, sizeof(again.hours)) == 0);
	assert(again.first == tally->first && again.last == tally->last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(tally_clear) struct tally tally = {.first = 0};
	_cleanup_free_ char *why = NULL;
	int r;

	scratch_write(FILE_NAME, data, size);
	r = tally_load(scratch_path(FILE_NAME), MACHINE, &tally, &why);
	assert((r == 0 && !why) || (r == 1 && why));
	assert(r == 0 || (tally_packets(&tally) == 0 && !tally.saved.boot_id[0]));
	check_report(&tally);
	check_counting(&tally);
	check_saving(&tally);
	return 0;
}
