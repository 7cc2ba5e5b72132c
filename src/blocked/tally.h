/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_BLOCKED_TALLY_H
#define CORDON_BLOCKED_TALLY_H

/*
 * The running total behind blocked.h, its file, and how it is counted on. Private to the room.
 *
 * {"schema": 1, "machine_id": "...", "boot_id": "...", "saved": "2026-01-31T23:59:59Z", "uptime":
 * 61, "first": "...", "last": "...", "hours": [48 numbers], "past": {"packets": 9, "ports":
 * {"22/tcp": 7}, "sources": {"192.0.2.7": 7}}, "standing": [{"table": "cordon_hold_a", "handle": 5,
 * "packets": ..., "ports": ..., ...}]}
 */

#include "blocked/blocked.h"
#include "blocked/ranking.h"
#include "facts/facts.h"
#include "seal/seal.h"
#include "util/paths.h"

#include <time.h>

#define TALLY_FILE STATE_DIRECTORY "/blocked.json"

/* How many ports, and how many sources, are written down of each table, and of the past. More than
 * are shown, so that one whose packets come in slowly is not lost to those that come in heaps. */
#define TALLY_KEPT 256

/* "22/tcp", and "192.0.2.7" */
enum kind { PORTS, SOURCES, KINDS };

struct counts {
	unsigned long long packets;
	struct ranking by[KINDS]; /* of those packets, what the sets have noted */
};

/* A table that stood at the last look, and what it had counted by then. */
struct standing {
	char table[32];
	uint64_t handle;
	struct counts counts;
};

/* A moment by the clocks of this machine: the one that jumps, and the one that nobody sets. */
struct moment {
	char boot_id[ID_SIZE];
	time_t clock;	  /* seconds since the epoch */
	long long uptime; /* seconds since that boot */
};

struct tally {
	struct moment saved; /* the last look; boot_id "": there was none */
	time_t first, last;  /* 0: nothing was blocked yet */
	unsigned long long hours[BLOCKED_HOURS];
	struct counts past; /* of all that stands no more */
	struct standing standing[SEAL_WITNESSES_MAX];
	size_t standing_count;
};

/**
 * tally_take() - Count on: make the tally what it is now that the tables have come to @attempts.
 * Pure; to be released in any case.
 *
 * Return: 0 or -ENOMEM, when the tally is good for nothing but to be released.
 */
int tally_take(struct tally *tally, const struct seal_attempts *attempts, const struct moment *now);

/** tally_packets() - All packets in it. */
unsigned long long tally_packets(const struct tally *tally);

/** tally_report() - Write it as @blocked; pure. Return: 0 or -ENOMEM with @blocked untouched. */
int tally_report(const struct tally *tally, struct blocked *blocked);

/**
 * tally_load() - Read it. No file, or another machine's: an empty one.
 * @path: nothing is changed there.
 * @tally: filled in any case, if need be with nothing; release with tally_clear().
 * @why: for 1, too.
 *
 * Return: 0; 1: it cannot be believed; a negative errno with @why: it cannot be read.
 */
int tally_load(const char *path, const char *machine_id, struct tally *tally, char **why);

/**
 * tally_save() - Write it durably, no more than TALLY_KEPT names of each kind.
 *
 * Return: 0; a negative errno with @why.
 */
int tally_save(const char *path, const char *machine_id, struct tally *tally, char **why);

/** tally_clear() - Release; empty afterwards. */
void tally_clear(struct tally *tally);

/** tally_name_port() - "22/tcp" into @name. */
void tally_name_port(unsigned int protocol, unsigned int port, char name[static INET6_ADDRSTRLEN]);

/** tally_parse_port() - The other way round. Return: 0 or -EINVAL. */
int tally_parse_port(const char *name, struct blocked_port *port);

#endif
