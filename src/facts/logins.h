/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_FACTS_LOGINS_H
#define CORDON_FACTS_LOGINS_H

/*
 * Has an administrator been here (clause P14)? Private to the room.
 */

#include "util/sourced.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/**
 * people_find_administrators() - Look for logins of administrators to the running system.
 * @since: logins before this do not count.
 * @groups: names of the administrators' groups, as findings.
 * @met: appended to: who, and where that is on record; the first one found suffices.
 * @doubts: appended to: sessions and login records that exist and cannot be read; an administrator
 *          may be among them.
 *
 * An administrator is root, a member of one of @groups in /etc/group, or a user whom /etc/passwd
 * does not know: nobody can be asked who that is while the network is closed.
 *
 * Return: 0 or -ENOMEM.
 */
int people_find_administrators(time_t since, const struct sourced_list *groups,
	struct sourced_list *met, struct sourced_list *doubts);

/**
 * people_is_person() - Is there a person behind a session of this class, as sd_session_get_class(3)
 * says it?
 *
 * Return: true also for a class that a later systemd made up.
 */
bool people_is_person(const char *class);

/** people_is_administrator() - The same question about one user, by the files below @root. */
bool people_is_administrator(const char *root, const struct sourced_list *groups, const char *user);

/**
 * people_look_up() - The part of people_is_administrator() that reads the files.
 * @users, @all: passwd(5) and group(5), from where they are; NULL: there is none.
 */
bool people_look_up(FILE *users, FILE *all, const struct sourced_list *groups, const char *user);

#endif
