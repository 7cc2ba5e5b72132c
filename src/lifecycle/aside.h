/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_ASIDE_H
#define CORDON_LIFECYCLE_ASIDE_H

/*
 * Standing aside: the end of cordon on a machine whose firewall somebody else manages.
 */

#include "decision/situation.h"

/**
 * aside_run() - Put the decision to stand aside on record, lift a seal that stands, and stop what
 * runs. To be called with the lock of util/lock.h held since the situation was gathered.
 * @situation: its verdict is not to seal; what is settled is only carried out.
 * @why: also set when 0 is returned and the record could not be written: then the same is decided
 *       anew at the next boot.
 *
 * Return: 0 when no seal stands any more, or a negative errno.
 */
int aside_run(const struct situation *situation, char **why);

#endif
