/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_UTIL_LOCK_H
#define CORDON_UTIL_LOCK_H

/*
 * One at a time: whoever decides and then acts on the seal holds this lock from the one to the
 * other, so that a check that began before `cordon finish` cannot seal after it.
 */

/**
 * lock_take() - Wait for the lock and take it.
 *
 * Where /run cannot be written there is no lock, and no failure: sealing must not depend on it.
 *
 * Return: a descriptor that holds the lock until it is closed; -1 without a lock.
 */
int lock_take(void);

#endif
