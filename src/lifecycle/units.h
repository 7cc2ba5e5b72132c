/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CORDON_LIFECYCLE_UNITS_H
#define CORDON_LIFECYCLE_UNITS_H

/*
 * Private to the room.
 */

#include <stdbool.h>

/**
 * units_stop() - Stop what only runs while sealed; a failure is not worth one of the caller.
 * @seal: also the unit that seals; not from inside of it.
 */
void units_stop(bool seal);

/** units_start() - Start them, on a machine that is sealed while it runs. */
void units_start(void);

#endif
