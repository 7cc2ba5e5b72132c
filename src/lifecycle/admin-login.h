/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_ADMIN_LOGIN_H
#define CORDON_LIFECYCLE_ADMIN_LOGIN_H

/*
 * The first administrator who is met while this server is sealed goes on record (P14): login
 * records are lost, and logs of logins rotate.
 */

#include "decision/situation.h"

/**
 * admin_login_record() - Note that an administrator has been met, unless one was before.
 * @situation: gathered under the lock (util/lock.h), which is still held; its state is changed.
 * @who: "alice is logged in", @source: where that is known from; for the record.
 *
 * Without a record of the seal there is nothing to note it in; that the seal is on record comes
 * first.
 *
 * Return: 0 or a negative errno with @why.
 */
int admin_login_record(
	struct situation *situation, const char *who, const char *source, char **why);

#endif
