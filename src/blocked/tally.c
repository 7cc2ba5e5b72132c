// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How nothing is counted twice, and next to nothing is lost.
 *
 * The kernel's numbers are not added up look by look. What is kept is the past, of tables that are
 * gone, and of each table that stands its numbers as they were at the last look. All that was
 * blocked is the past and the present numbers of what stands. At each look
 *
 * - the numbers of a table that still stands replace its older ones. They only grow, but for a
 *   source that was silent for a day, which the kernel forgets: whatever has become less goes to
 *   the past;
 * - a table that is gone (replaced, flushed, or of an earlier boot) goes to the past with the
 *   numbers of the last look. What it counted after that is lost, up to a minute's worth.
 *
 * Which table it is, its name, the kernel's number for it and the boot tell. So a look may be taken
 * as often as one likes, by several at once, and may end at any point: the tally that is on record
 * is right, and the next look is taken from there. One look is a pure function of the tally on
 * record and of what the kernel has, so that what is shown needs no saving.
 *
 * The clock may be set between two looks, by years on a first boot. How long ago the last look was,
 * the boot's own clock knows; only over a reboot the real-time clock is asked, and not believed
 * when it went back.
 */

#include "blocked/tally.h"

#include "util/cleanup.h"
#include "util/when.h"

#include <errno.h>
#include <string.h>

#define SHOWN 100

static void counts_clear(struct counts *counts)
{
	for (int kind = 0; kind < KINDS; kind++)
		ranking_clear(&counts->by[kind]);
	counts->packets = 0;
}

void tally_clear(struct tally *tally)
{
	counts_clear(&tally->past);
	for (size_t i = 0; i < tally->standing_count; i++)
		counts_clear(&tally->standing[i].counts);
	*tally = (struct tally){.first = 0};
}

unsigned long long tally_packets(const struct tally *tally)
{
	unsigned long long packets = tally->past.packets;

	for (size_t i = 0; i < tally->standing_count; i++)
		packets = ranking_sum(packets, tally->standing[i].counts.packets);
	return packets;
}

void tally_name_port(unsigned int protocol, unsigned int port, char name[static INET6_ADDRSTRLEN])
{
	snprintf(name, INET6_ADDRSTRLEN, "%u/%s", port, protocol == IPPROTO_TCP ? "tcp" : "udp");
}

int tally_parse_port(const char *name, struct blocked_port *port)
{
	static const unsigned int protocols[] = {IPPROTO_TCP, IPPROTO_UDP};
	const unsigned long number = strtoul(name, NULL, 10);

	for (size_t i = 0; i < ELEMENTS(protocols) && number <= UINT16_MAX; i++) {
		char written[INET6_ADDRSTRLEN];

		tally_name_port(protocols[i], (unsigned int)number, written);
		if (strcmp(written, name) != 0)
			continue;
		port->protocol = protocols[i];
		port->port = (unsigned int)number;
		return 0;
	}
	return -EINVAL;
}

static void merge(struct counts *counts)
{
	for (int kind = 0; kind < KINDS; kind++)
		ranking_merge(&counts->by[kind]);
}

/* One witness by port and by source. */
static int count(const struct table_counters *witness, struct counts *counts)
{
	int r = 0;

	counts->packets = ranking_sum(witness->packets, 0);
	for (size_t i = 0; r == 0 && i < witness->count; i++) {
		const struct seal_attempt *attempt = &witness->attempts[i];
		char port[INET6_ADDRSTRLEN];

		tally_name_port(attempt->protocol, attempt->port, port);
		r = ranking_add(&counts->by[PORTS], port, attempt->packets);
		if (r == 0)
			r = ranking_add(&counts->by[SOURCES], attempt->address, attempt->packets);
	}
	merge(counts);
	return r;
}

/* What is less now than it was goes to the past. */
static int retire_names(
	struct ranking *past, const struct ranking *before, const struct ranking *now)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < before->count; i++) {
		const struct rank *old = &before->items[i];
		const unsigned long long left = ranking_get(now, old->name);

		if (left < old->packets)
			r = ranking_add(past, old->name, old->packets - left);
	}
	return r;
}

static int retire(struct counts *past, const struct counts *before, const struct counts *now)
{
	int r = 0;

	for (int kind = 0; r == 0 && kind < KINDS; kind++)
		r = retire_names(&past->by[kind], &before->by[kind], &now->by[kind]);
	if (now->packets < before->packets)
		past->packets = ranking_sum(past->packets, before->packets - now->packets);
	return r;
}

/* The numbers of the same table among those that stand now; none when it is gone. */
static struct counts find_now(
	const struct standing *before, const struct standing *now, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (now[i].handle == before->handle && strcmp(now[i].table, before->table) == 0)
			return now[i].counts;
	return (struct counts){0};
}

/* Tables of another boot are gone, whatever their names. */
static int retire_all(struct tally *tally, bool same_boot, const struct standing *now, size_t count)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < tally->standing_count; i++) {
		const struct standing *before = &tally->standing[i];
		const struct counts left = find_now(before, now, same_boot ? count : 0);

		r = retire(&tally->past, &before->counts, &left);
	}
	merge(&tally->past);
	return r;
}

static int look_at(const struct table_counters *witness, struct standing *standing)
{
	snprintf(standing->table, sizeof(standing->table), "%s", witness->table);
	standing->handle = witness->handle;
	return count(witness, &standing->counts);
}

static int replace_standing(
	struct tally *tally, bool same_boot, const struct seal_attempts *attempts)
{
	struct standing now[SEAL_WITNESSES_MAX] = {{.handle = 0}};
	int r = 0;

	for (size_t i = 0; r == 0 && i < attempts->count; i++)
		r = look_at(&attempts->witnesses[i], &now[i]);
	if (r == 0)
		r = retire_all(tally, same_boot, now, attempts->count);
	for (size_t i = 0; i < tally->standing_count; i++)
		counts_clear(&tally->standing[i].counts);
	memcpy(tally->standing, now, sizeof(now));
	tally->standing_count = attempts->count;
	return r;
}

/* A time that was noted in the present boot, by a clock that was set since. A second is how much
 * two clocks differ that are read in whole ones. */
static void correct(time_t *time, const struct moment *saved, time_t jump)
{
	if (*time && (jump < -1 || jump > 1) && *time >= saved->clock - saved->uptime &&
		*time <= saved->clock)
		*time += jump;
}

/* The time of the last look by today's clock; the noted ones are corrected with it. */
static time_t find_last_look(struct tally *tally, bool same_boot, const struct moment *now)
{
	time_t last = tally->saved.clock;

	if (!tally->saved.boot_id[0] || (!same_boot && last > now->clock))
		return now->clock;
	if (!same_boot)
		return last;
	last = now->clock - (now->uptime - tally->saved.uptime);
	correct(&tally->first, &tally->saved, last - tally->saved.clock);
	correct(&tally->last, &tally->saved, last - tally->saved.clock);
	return last;
}

/* Hours have begun since; the oldest go. */
static void move_hours(unsigned long long hours[static BLOCKED_HOURS], time_t last, time_t now)
{
	const time_t begun = now / 3600 - last / 3600;
	const size_t by = begun < 0 ? 0 : begun > BLOCKED_HOURS ? BLOCKED_HOURS : (size_t)begun;
	const size_t kept = BLOCKED_HOURS - by;

	memmove(hours, hours + by, kept * sizeof(*hours));
	memset(hours + kept, 0, by * sizeof(*hours));
}

static bool is_same_boot(const struct moment *before, const struct moment *now)
{
	return strcmp(before->boot_id, now->boot_id) == 0 && before->uptime <= now->uptime;
}

int tally_take(struct tally *tally, const struct seal_attempts *attempts, const struct moment *now)
{
	const bool same_boot = is_same_boot(&tally->saved, now);
	const unsigned long long before = tally_packets(tally);
	unsigned long long *hour = &tally->hours[BLOCKED_HOURS - 1], after;
	int r;

	move_hours(tally->hours, find_last_look(tally, same_boot, now), now->clock);
	r = replace_standing(tally, same_boot, attempts);
	after = tally_packets(tally);
	if (after > before) {
		*hour = ranking_sum(*hour, after - before);
		tally->first = before == 0 ? now->clock : tally->first;
		tally->last = now->clock;
	}
	tally->saved = *now;
	return r;
}

/* Past and present together, and of that the most. */
static int rank(const struct tally *tally, enum kind kind, struct ranking *ranking)
{
	int r = ranking_add_all(ranking, &tally->past.by[kind]);

	for (size_t i = 0; r == 0 && i < tally->standing_count; i++)
		r = ranking_add_all(ranking, &tally->standing[i].counts.by[kind]);
	ranking_merge(ranking);
	ranking_cut(ranking, SHOWN);
	return r;
}

static unsigned long long find_others(const struct blocked *blocked, const struct ranking *ranking)
{
	const unsigned long long named = ranking_total(ranking);

	return blocked->packets > named ? blocked->packets - named : 0;
}

static int report_ports(const struct tally *tally, struct blocked *blocked)
{
	_cleanup_(ranking_clear) struct ranking ranking = {0};
	int r = rank(tally, PORTS, &ranking);

	blocked->ports = calloc(SHOWN, sizeof(*blocked->ports));
	if (r < 0 || !blocked->ports)
		return -ENOMEM;
	for (size_t i = 0; i < ranking.count; i++) {
		struct blocked_port *port = &blocked->ports[blocked->ports_count];

		if (tally_parse_port(ranking.items[i].name, port) < 0)
			continue;
		port->packets = ranking.items[i].packets;
		blocked->ports_count++;
	}
	blocked->other_ports = find_others(blocked, &ranking);
	return 0;
}

static int report_sources(const struct tally *tally, struct blocked *blocked)
{
	_cleanup_(ranking_clear) struct ranking ranking = {0};
	int r = rank(tally, SOURCES, &ranking);

	blocked->sources = calloc(SHOWN, sizeof(*blocked->sources));
	if (r < 0 || !blocked->sources)
		return -ENOMEM;
	for (size_t i = 0; i < ranking.count; i++) {
		struct blocked_source *source = &blocked->sources[blocked->sources_count++];

		memcpy(source->address, ranking.items[i].name, sizeof(source->address));
		source->packets = ranking.items[i].packets;
	}
	blocked->other_sources = find_others(blocked, &ranking);
	return 0;
}

static int report_time(time_t time, char **text)
{
	char buffer[WHEN_SIZE];

	*text = time ? strdup(when_write(time, buffer)) : NULL;
	return time && !*text ? -ENOMEM : 0;
}

int tally_report(const struct tally *tally, struct blocked *blocked)
{
	_cleanup_(blocked_clear) struct blocked result = {.packets = tally_packets(tally)};

	memcpy(result.hours, tally->hours, sizeof(result.hours));
	if (report_ports(tally, &result) < 0 || report_sources(tally, &result) < 0 ||
		report_time(tally->first, &result.first) < 0 ||
		report_time(tally->last, &result.last) < 0)
		return -ENOMEM;
	*blocked = result;
	result = (struct blocked){0};
	return 0;
}
