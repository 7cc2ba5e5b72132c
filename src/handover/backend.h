/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_HANDOVER_BACKEND_H
#define CORDON_HANDOVER_BACKEND_H

/*
 * One table a firewall, and what they share. Private to the room.
 */

#include "facts/firewall/firewall.h"
#include "state/state.h"
#include "util/exception.h"
#include "util/paths.h"

struct handover_backend {
	const char *name;    /* as of OnFinish= */
	const char *program; /* without which it is not installed */
	const char *unit;    /* what brings it up at boot */
	enum firewall firewall;
	bool knows_ranges;	  /* of addresses: 192.0.2.1-192.0.2.9 */
	const char *const *files; /* what apply() changes; ends with NULL */
	/* Fills @handed->before. May be NULL. */
	int (*prepare)(struct handed *handed, char **why);
	int (*apply)(const struct exception_list *allow, char **why);
	/* Is it in force, as the tool and the kernel say? */
	int (*verify)(const struct exception_list *allow, char **why);
	/* Of a half-done apply(), too. */
	int (*undo)(const struct handed *handed, const struct exception_list *allow, char **why);
};

extern const struct handover_backend handover_ufw, handover_firewalld, handover_nftables;

/**
 * handover_step() - Run a tool; a failure is named by its command line.
 * @out: its standard output, malloc'ed; may be NULL.
 *
 * Return: 0 or a negative errno with @why.
 */
int handover_step(const char *const *argv, char **out, char **why);

/** handover_publish() - Write a file of its own, and make its folder. Return: as handover_step().
 */
int handover_publish(const char *folder, const char *path, const char *content, char **why);

/** handover_remove() - Remove it, if it is there. Return: as handover_step(). */
int handover_remove(const char *path, char **why);

/**
 * handover_find_table() - Does the kernel have this table, with a say about what comes in?
 * @table: "inet firewalld".
 *
 * Return: 0; -ENOENT with @why.
 */
int handover_find_table(const char *table, char **why);

/**
 * handover_port() - "22", "8000-8010".
 * @separator: between the ends of a range.
 *
 * Return: malloc'ed; NULL when memory is short.
 */
char *handover_port(const struct exception *exception, char separator);

/** handover_protocol() - "tcp" or "udp". */
const char *handover_protocol(const struct exception *exception);

#endif
