/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_SEAL_NOTICE_H
#define CORDON_SEAL_NOTICE_H

/*
 * What the console says before a login, and every login after it, as long as the seal stands.
 * Private to the room.
 */

/** notice_post() - Have them say it. What cannot be written is left out: it closes nothing. */
void notice_post(void);

/** notice_withdraw() - Have them not say it any more. */
void notice_withdraw(void);

#endif
