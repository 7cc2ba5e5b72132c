// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A machine that is open has nothing of cordon running. The next boot would not start any of these;
 * until then they are stopped. Only after the seal was lifted, so that a failure here harms nobody.
 */

#include "lifecycle/units.h"

#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/unit.h"

void units_stop(bool seal)
{
	/* Not cordon-tally.service, which is active without a process: to stop it runs one. */
	static const char *const units[] = {"cordon-check.timer", "cordon-reconsider.path",
		"cordon-undo.timer", "cordon-prefetch.service"};

	for (size_t i = 0; i < ELEMENTS(units); i++)
		unit_call(UNIT_STOP, units[i], false, NULL);
	if (seal)
		unit_call(UNIT_STOP, SEAL_UNIT, false, NULL);
}

void units_start(void)
{
	static const char *const units[] = {
		"cordon-check.timer", "cordon-reconsider.path", "cordon-tally.service"};

	for (size_t i = 0; i < ELEMENTS(units); i++)
		unit_call(UNIT_START, units[i], false, NULL);
}
