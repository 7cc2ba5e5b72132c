/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_RELEASE_UNITS_H
#define CORDON_RELEASE_UNITS_H

/*
 * Private to the room.
 */

/** units_stop() - Stop what only runs while sealed; a failure is not worth one of the caller. */
void units_stop(void);

/** units_start() - Start them, on a machine that is sealed while it runs. */
void units_start(void);

#endif
