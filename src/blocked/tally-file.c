// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The running total on disk.
 *
 * It is evidence, and nobody's permission: what cannot be believed is begun anew, and whatever goes
 * wrong with it is said and keeps nobody from anything. It is bounded, however many try, because no
 * more than TALLY_KEPT names of each kind are written of any table, and what is longer is not read.
 */

#include "blocked/tally.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"
#include "util/when.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#define SCHEMA	       1
#define TALLY_SIZE_MAX (1U << 20)
/* Longer than any machine was up: 30,000 years. */
#define UPTIME_MAX 1000000000000LL

static bool is_address(const char *name)
{
	struct in6_addr address;

	return strlen(name) < INET6_ADDRSTRLEN && (inet_pton(AF_INET, name, &address) == 1 ||
							  inet_pton(AF_INET6, name, &address) == 1);
}

static bool is_name(enum kind kind, const char *name)
{
	struct blocked_port port;

	return kind == PORTS ? tally_parse_port(name, &port) == 0 : is_address(name);
}

/* {"22/tcp": 7}. Each of these returns 0, -EINVAL or -ENOMEM. */
static int read_ranking(json_t *object, enum kind kind, struct ranking *ranking)
{
	const char *name;
	json_t *value;
	int r = json_is_object(object) && json_object_size(object) <= TALLY_KEPT ? 0 : -EINVAL;

	json_object_foreach(object, name, value)
	{
		if (!is_name(kind, name) || json_integer_value(value) <= 0)
			return -EINVAL;
		if (r == 0)
			r = ranking_add(
				ranking, name, (unsigned long long)json_integer_value(value));
	}
	return r;
}

static int read_counts(json_t *object, struct counts *counts)
{
	json_t *by[KINDS];
	json_int_t packets;
	int r = 0;

	if (json_unpack(object, "{s:I, s:o, s:o}", "packets", &packets, "ports", &by[PORTS],
		    "sources", &by[SOURCES]) < 0 ||
		packets < 0)
		return -EINVAL;
	counts->packets = (unsigned long long)packets;
	for (int kind = 0; r == 0 && kind < KINDS; kind++)
		r = read_ranking(by[kind], (enum kind)kind, &counts->by[kind]);
	return r;
}

static int read_standing(json_t *array, struct tally *tally)
{
	json_t *object;
	size_t i;
	int r = json_is_array(array) && json_array_size(array) <= SEAL_WITNESSES_MAX ? 0 : -EINVAL;

	if (r < 0)
		return r;
	json_array_foreach(array, i, object)
	{
		struct standing *standing = &tally->standing[tally->standing_count++];
		json_int_t handle;
		const char *table;

		if (json_unpack(object, "{s:s, s:I}", "table", &table, "handle", &handle) < 0 ||
			strlen(table) >= sizeof(standing->table))
			return -EINVAL;
		snprintf(standing->table, sizeof(standing->table), "%s", table);
		standing->handle = (uint64_t)handle;
		r = read_counts(object, &standing->counts);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_hours(json_t *array, unsigned long long hours[static BLOCKED_HOURS])
{
	json_t *value;
	size_t i;

	if (!json_is_array(array) || json_array_size(array) != BLOCKED_HOURS)
		return -EINVAL;
	json_array_foreach(array, i, value)
	{
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return -EINVAL;
		hours[i] = (unsigned long long)json_integer_value(value);
	}
	return 0;
}

static int read_moment(json_t *root, struct moment *moment)
{
	const char *boot_id, *saved;
	json_int_t uptime;

	if (json_unpack(root, "{s:s, s:s, s:I}", "boot_id", &boot_id, "saved", &saved, "uptime",
		    &uptime) < 0 ||
		strlen(boot_id) >= sizeof(moment->boot_id) || uptime < 0 || uptime > UPTIME_MAX ||
		when_parse(saved, &moment->clock) < 0)
		return -EINVAL;
	snprintf(moment->boot_id, sizeof(moment->boot_id), "%s", boot_id);
	moment->uptime = uptime;
	return 0;
}

static int read_times(json_t *root, struct tally *tally)
{
	const char *first = NULL, *last = NULL;

	if (json_unpack(root, "{s?s, s?s}", "first", &first, "last", &last) < 0 ||
		(first && when_parse(first, &tally->first) < 0) ||
		(last && when_parse(last, &tally->last) < 0))
		return -EINVAL;
	return 0;
}

/* 0 also for another machine's, with nothing in the tally. */
static int read_tally(json_t *root, const char *machine_id, struct tally *tally)
{
	json_t *hours, *past, *standing;
	const char *whose;
	int schema, r;

	if (json_unpack(root, "{s:i, s:s, s:o, s:o, s:o}", "schema", &schema, "machine_id", &whose,
		    "hours", &hours, "past", &past, "standing", &standing) < 0 ||
		schema != SCHEMA)
		return -EINVAL;
	if (strcmp(whose, machine_id) != 0)
		return 0;
	r = read_moment(root, &tally->saved);
	if (r == 0)
		r = read_times(root, tally);
	if (r == 0)
		r = read_hours(hours, tally->hours);
	if (r == 0)
		r = read_counts(past, &tally->past);
	return r < 0 ? r : read_standing(standing, tally);
}

static int parse(const char *content, const char *machine_id, struct tally *tally)
{
	_cleanup_(cleanup_json) json_t *root = json_loads(content, JSON_REJECT_DUPLICATES, NULL);
	int r = root ? read_tally(root, machine_id, tally) : -EINVAL;

	if (r < 0)
		tally_clear(tally);
	return r;
}

int tally_load(const char *path, const char *machine_id, struct tally *tally, char **why)
{
	_cleanup_free_ char *content = NULL;
	int r = file_read_text_in("", path, TALLY_SIZE_MAX, &content, NULL);

	*tally = (struct tally){.first = 0};
	if (r == 0)
		r = parse(content, machine_id, tally);
	if (r == 0 || r == -ENOENT)
		return 0;
	if (r != -EINVAL && r != -EFBIG && r != -EPERM)
		return fail(why, -r, "%s: cannot be read: %s", path, strerror(-r));
	fail(why, -r, "%s: cannot be believed: damaged, of a newer cordon, or not written by root",
		path);
	return 1;
}

static json_t *write_ranking(const struct ranking *ranking)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < ranking->count; i++)
		if (ranking->items[i].packets > 0)
			json_put(&object, ranking->items[i].name,
				json_integer((json_int_t)ranking->items[i].packets));
	return object;
}

/* Its members into @object, which is taken; NULL when memory is short. */
static json_t *write_counts(json_t *object, struct counts *counts)
{
	static const char *const names[KINDS] = {"ports", "sources"};

	json_put(&object, "packets", json_integer((json_int_t)counts->packets));
	for (int kind = 0; kind < KINDS; kind++) {
		ranking_cut(&counts->by[kind], TALLY_KEPT);
		json_put(&object, names[kind], write_ranking(&counts->by[kind]));
	}
	return object;
}

static json_t *write_standing(struct tally *tally)
{
	json_t *array = json_array();

	for (size_t i = 0; i < tally->standing_count; i++) {
		struct standing *standing = &tally->standing[i];
		json_t *object = json_pack("{s:s, s:I}", "table", standing->table, "handle",
			(json_int_t)standing->handle);

		json_add(&array, write_counts(object, &standing->counts));
	}
	return array;
}

static json_t *write_hours(const unsigned long long hours[static BLOCKED_HOURS])
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < BLOCKED_HOURS; i++)
		json_add(&array, json_integer((json_int_t)hours[i]));
	return array;
}

static json_t *write_tally(const char *machine_id, struct tally *tally)
{
	char saved[WHEN_SIZE], first[WHEN_SIZE], last[WHEN_SIZE];

	return json_pack("{s:i, s:s, s:s, s:s, s:I, s:s*, s:s*, s:o, s:o, s:o}", "schema", SCHEMA,
		"machine_id", machine_id, "boot_id", tally->saved.boot_id, "saved",
		when_write(tally->saved.clock, saved), "uptime", (json_int_t)tally->saved.uptime,
		"first", tally->first ? when_write(tally->first, first) : NULL, "last",
		tally->last ? when_write(tally->last, last) : NULL, "hours",
		write_hours(tally->hours), "past", write_counts(json_object(), &tally->past),
		"standing", write_standing(tally));
}

int tally_save(const char *path, const char *machine_id, struct tally *tally, char **why)
{
	_cleanup_(cleanup_json) json_t *root = write_tally(machine_id, tally);
	_cleanup_free_ char *content = NULL, *place = NULL;
	int r;

	content = json_write(root, JSON_COMPACT);
	r = content ? file_resolve_in("", path, true, &place) : -ENOMEM;
	if (r == 0)
		r = file_write_atomic(place, content, strlen(content), 0644);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", path, strerror(-r));
	return 0;
}
