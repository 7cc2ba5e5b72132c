/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_BLOCKED_BLOCKED_H
#define CORDON_BLOCKED_BLOCKED_H

/*
 * What tried to get in, over the whole quarantine: over reboots, and over every table that was
 * replaced by another.
 *
 * The number of packets is that of the kernel's counters. Ports and sources are what the sets of
 * the seal have noted, 200 packets a second at most, and of those the ones that were wanted most;
 * whatever else was refused is in other_ports and other_sources. So both lists, each with its
 * "other", come to the number of packets.
 */

#include <netinet/in.h>
#include <stddef.h>

struct blocked_port {
	unsigned int protocol; /* IPPROTO_TCP, IPPROTO_UDP */
	unsigned int port;
	unsigned long long packets;
};

struct blocked_source {
	char address[INET6_ADDRSTRLEN];
	unsigned long long packets;
};

#define BLOCKED_HOURS 48

struct blocked {
	unsigned long long packets; /* in all */
	/* When it was seen that somebody had tried, RFC 3339; NULL: nobody yet. */
	char *first, *last;
	struct blocked_port *ports; /* most packets first, at most 100 */
	size_t ports_count;
	struct blocked_source *sources; /* most packets first, at most 100 */
	size_t sources_count;
	unsigned long long other_ports, other_sources; /* packets of all others */
	unsigned long long hours[BLOCKED_HOURS];       /* the last one is the present hour */
};

/**
 * blocked_gather() - What is on record, and what the tables have counted since. Needs root; nothing
 * is written.
 * @blocked: filled for 0 and 1; release with blocked_clear().
 *
 * Return: 0; 1: the record cannot be believed, as @why says, so this is what the tables have
 * counted; a negative errno with @why: the kernel could not be asked, or the file not be read.
 */
int blocked_gather(struct blocked *blocked, char **why);

/**
 * blocked_save() - Put it on record, durably. Under the lock (util/lock.h), as all that is
 * recorded.
 *
 * To be called while the tables stand, before they are replaced, lifted, or lost with the boot.
 * Called again at once it changes nothing, and writes nothing. Nothing is written either after
 * cordon reset, or while the place of the record is not there.
 *
 * Return: 0; 1: saved, but the record could not be believed and is begun anew: @why says where the
 * old one is; a negative errno with @why, and the old record intact.
 */
int blocked_save(char **why);

/**
 * blocked_begin() - Begin anew with what the tables that stand have counted: for another
 * quarantine. The record of the one before is kept as blocked.json.before. Under the lock.
 *
 * Return: as blocked_save().
 */
int blocked_begin(char **why);

/** blocked_clear() - Release what blocked_gather() filled. */
void blocked_clear(struct blocked *blocked);

#endif
