/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_SEAL_H
#define CORDON_SEAL_SEAL_H

/*
 * The seal: two nftables tables with the same rules, each enough by itself.
 *
 * `inet cordon` is an ordinary table: it outlives every process, but a foreign `nft flush ruleset`
 * removes it. The hold, `inet cordon_hold_a` or `_b`, has the flag `owner`: nobody but the netlink
 * socket that made it can touch it, and that socket lies in systemd's file descriptor store. A
 * packet must pass both tables.
 */

#include "policy/policy.h"
#include "util/strv.h"

#include <stdbool.h>
#include <stdint.h>

/* The unit whose file descriptor store keeps the hold. */
#define SEAL_UNIT "cordon-seal.service"

/* What the rules are made from. */
struct seal_plan {
	enum egress egress;
	struct exception_list in;      /* who may reach which port of this server */
	struct exception_list out;     /* what this server may reach beyond what egress says */
	struct exception_list mirrors; /* other ports than 80 and 443 of mirrors and proxies */
	/* Sessions from before the seal end, but for those that an exception, or egress, would let
	 * begin: whoever is in already is not to stay. */
	bool strict;
	/* For EGRESS_UPDATER: the control group whose processes may reach mirrors, by its number;
	 * 0: it is not there yet, so nobody may. */
	uint64_t updater;
};

/* The slice of all that may reach mirrors with Egress=updater. */
#define SEAL_UPDATER_SLICE "cordon.slice"

/**
 * seal_find_updater() - The number of that slice's control group, 0 when it is not there.
 *
 * A rule keeps the number, not the name: a group that was made anew takes a new rule.
 */
uint64_t seal_find_updater(void);

/** seal_in_unit() - Is this process one of SEAL_UNIT's, so that it can make a hold? */
bool seal_in_unit(void);

/** seal_plan_clear() - Release the lists. */
void seal_plan_clear(struct seal_plan *plan);

/**
 * seal_print() - The ordinary table's rules as text for `nft -f`.
 * @rules: malloc'ed, owned by the caller.
 *
 * Return: 0 or -ENOMEM.
 */
int seal_print(const struct seal_plan *plan, char **rules);

/* A port of this server that a program listens on. */
struct seal_port {
	uint8_t protocol; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t number;
	bool ipv4, ipv6; /* which of them the program takes */
};

/**
 * seal_plan_allows() - Whom a seal by this plan lets begin to talk to a port. Pure.
 * @sources: appended to, each once: peers of exceptions, and for a DHCP client who answers it;
 *           empty: nobody. To be ignored for 1.
 *
 * Return: 1: anybody; 0: @sources alone; -ENOMEM.
 */
int seal_plan_allows(
	const struct seal_plan *plan, const struct seal_port *port, struct strv *sources);

/**
 * seal_find_foreign_tables() - Tables that are not cordon's and have a say about what comes in: a
 * base chain with the hook input, or the filter table of iptables-legacy. What they let through is
 * not looked at. Needs CAP_NET_ADMIN.
 * @tables: appended to: "inet filter" ...
 *
 * Return: 0 or a negative errno with @why.
 */
int seal_find_foreign_tables(struct strv *tables, char **why);

/**
 * seal_end_offloaded() - End forwarded connections that somebody's flowtable took over, for their
 * packets pass no rule. Once the seal stands, nothing takes them over again. Needs CAP_NET_ADMIN.
 *
 * Return: 0; -EBUSY, or another negative errno, with @why: some may go on.
 */
int seal_end_offloaded(char **why);

/* What stands in the kernel right now. */
struct seal_health {
	bool base;   /* the ordinary table is there */
	bool hold;   /* a table is there that a living socket owns */
	bool intact; /* every table that is there has the rules that were verified at sealing */
	char hold_name[32]; /* "" without a hold */
	/* What each lack means and who repairs it; empty when both stand intact. */
	struct strv problems;
};

/**
 * seal_apply() - Close, or replace the rules without a gap.
 * @base_only: only the ordinary table: by the generator before any unit runs, or as a first repair;
 *             no marker is written.
 * @health: filled when 0 or 1 is returned; release with seal_health_clear().
 *
 * The hold can only be made where systemd takes the socket: in SEAL_UNIT. Each table is read back
 * from the kernel and verified; RUN_SEALED is written when at least the ordinary table is.
 *
 * Return: 0: both tables stand as planned; 1: the server is closed, but not by both (no `owner`
 * before kernel 5.12, or not run in the unit) or still by the rules of an earlier plan, see
 * @health->problems, which lacks what there was no memory for; a negative errno with @why: not
 * sealed.
 */
int seal_apply(
	const struct seal_plan *plan, bool base_only, struct seal_health *health, char **why);

/**
 * seal_make_initrd() - Close an initramfs, see initrd.c: nothing comes in but answers, neighbour
 * discovery and DHCP, everything may go out. RUN_INITRD is there as long as the table may stand.
 *
 * Return: 0 or a negative errno with @why.
 */
int seal_make_initrd(char **why);

/**
 * seal_drop_initrd() - Remove what seal_make_initrd() made, if anything. seal_apply() and
 * seal_lift() do that by themselves.
 *
 * Return: 0 or a negative errno with @why.
 */
int seal_drop_initrd(char **why);

/**
 * seal_inspect() - Look at the seal without changing anything. Needs CAP_NET_ADMIN.
 *
 * Return: 0, or a negative errno with @why when the kernel could not be asked.
 */
int seal_inspect(struct seal_health *health, char **why);

/**
 * seal_is_current() - Does the seal that was verified last have the rules of this plan? Looks at
 * what was recorded then, not at the kernel.
 *
 * Return: 1 or 0; -ENOMEM.
 */
int seal_is_current(const struct seal_plan *plan);

/** seal_health_clear() - Release the sentences. */
void seal_health_clear(struct seal_health *health);

/* Packets since the tables were made. */
struct seal_counts {
	uint64_t blocked_in;	  /* refused on their way in */
	uint64_t blocked_forward; /* refused on their way through */
	uint64_t refused_out;	  /* rejected on their way out */
};

/**
 * seal_count() - Read the counters of the tables that stand.
 *
 * Return: 0 or a negative errno with @why.
 */
int seal_count(struct seal_counts *counts, char **why);

/* Somebody who tried to get in, and where, as one table noted it. */
struct seal_attempt {
	char address[INET6_ADDRSTRLEN]; /* where it came from, or said that it did */
	unsigned int protocol;		/* IPPROTO_TCP or IPPROTO_UDP */
	unsigned int port;
	uint64_t packets;
};

/* The table that stands as a witness. Its numbers begin at 0, and go with it. */
struct table_counters {
	char table[32];
	uint64_t handle;  /* with its name and the boot: which table that is, see tables.h */
	uint64_t packets; /* all that it refused on their way in */
	/* Not all of them: 200 packets a second are noted at most, as many sources and ports as its
	 * sets hold, each until it was silent for a day. */
	struct seal_attempt *attempts;
	size_t count;
};

/* The ordinary table and the hold; a third one while the hold is replaced. */
#define SEAL_WITNESSES_MAX 3

struct seal_attempts {
	struct table_counters witnesses[SEAL_WITNESSES_MAX];
	size_t count;
};

/**
 * seal_attempts() - Read what each table that stands has noted.
 * @attempts: filled on success; release with seal_attempts_clear(). A table that is removed or
 * replaced meanwhile is left out; without nftables there is none.
 *
 * Return: 0 or a negative errno with @why.
 */
int seal_attempts(struct seal_attempts *attempts, char **why);

/** seal_attempts_clear() - Release all; no witness afterwards. */
void seal_attempts_clear(struct seal_attempts *attempts);

/**
 * seal_lift() - Take the seal away, verified: no table of cordon is left when this returns 0.
 *
 * Inside SEAL_UNIT the hold's socket is dropped from the store; elsewhere systemd is asked to stop
 * the unit, which drops it. RUN_SEALED is removed and RUN_OPEN written.
 *
 * Return: 0 or a negative errno with @why, the administrator's next step in it.
 */
int seal_lift(char **why);

#endif
