/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_UNIT_H
#define CORDON_UTIL_UNIT_H

/*
 * Asking systemd to start and stop units: over PID 1's private socket, which needs no D-Bus daemon
 * and is root's only, else over the system bus.
 */

#include <stdbool.h>

enum unit_verb {
	UNIT_START,
	UNIT_STOP,
	UNIT_RELOAD_OR_START,
	UNIT_START_FOR_GOOD, /* nobody can cancel it: for reboot.target */
};

/**
 * unit_call() - Queue a job for a unit.
 * @unit: with its suffix, such as "cordon-seal.service".
 * @wait: until the job has ended (at most LIMIT_JOB), not only until it is queued.
 * @why: says what systemd answered.
 *
 * Return: 0; -ECANCELED when the job ended in anything but "done" or "skipped"; another negative
 * errno when systemd could not be asked or refused.
 */
int unit_call(enum unit_verb verb, const char *unit, bool wait, char **why);

/**
 * unit_enter_slice() - Move this process into a slice, as a scope of its own (systemd.scope(5)).
 * @slice: "cordon.slice".
 *
 * Return: 0, in the slice or there already; a negative errno with @why.
 */
int unit_enter_slice(const char *slice, char **why);

/**
 * unit_active_state() - The unit's ActiveState ("active", "activating", "inactive", "failed" ...).
 * @state: malloc'ed, owned by the caller.
 *
 * Return: 0 or a negative errno.
 */
int unit_active_state(const char *unit, char **state, char **why);

/**
 * unit_is_busy() - Does it run, or is a job of it queued?
 *
 * Return: 1; 0: it does not; a negative errno when systemd does not say.
 */
int unit_is_busy(const char *unit);

/**
 * unit_list_sockets() - What the socket units that are up listen on (systemd.socket(5)).
 * @visit: called for each with the unit's name, the kind of socket ("Stream", "Datagram" ...) and
 * the address ("[::]:22", "/run/x"); a negative value ends the list and is returned.
 *
 * Return: 0 or a negative errno with @why.
 */
int unit_list_sockets(
	int (*visit)(void *context, const char *unit, const char *kind, const char *address),
	void *context, char **why);

/** unit_system_is_stopping() - Is this machine going down? False when systemd cannot be asked. */
bool unit_system_is_stopping(void);

#endif
