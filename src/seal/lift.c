// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening: the release of the seal.
 *
 * Only called once the record that allows it is on the disk (finish), or when the decision says
 * that there is nothing to seal.
 */

#include "seal/hold.h"
#include "seal/nft.h"
#include "seal/notice.h"
#include "seal/seal.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/paths.h"
#include "util/unit.h"

#include <errno.h>
#include <string.h>

static int drop_holds(char **why)
{
	int r;

	hold_close_inherited();
	if (!hold_possible())
		r = unit_call(UNIT_STOP, SEAL_UNIT, true, why);
	else
		r = hold_drop(TABLE_HOLD_A, why);
	if (r == 0 && hold_possible())
		r = hold_drop(TABLE_HOLD_B, why);
	return r < 0 ? r : tables_await_gone(NULL, why);
}

static int remove_tables(char **why)
{
	struct tables tables;
	int r = tables_read(&tables, why);

	/* Where there is no nftables there is nothing to lift. */
	if (tables_cannot_be(r))
		return 0;
	if (r == 0 && tables_find(&tables, TABLE_BASE))
		r = nft_run_once("delete table inet " TABLE_BASE, why);
	if (r == 0 && tables_have_hold(&tables, NULL))
		r = drop_holds(why);
	if (r == 0)
		r = seal_drop_initrd(why);
	if (r == 0)
		r = tables_read(&tables, why);
	if (r == 0 && tables.count > 0)
		r = fail(why, EBUSY,
			"table inet %s is still there; systemctl stop %s removes a hold, a reboot "
			"any table",
			tables.items[0].name, SEAL_UNIT);
	return r;
}

int seal_lift(char **why)
{
	int r = remove_tables(why);

	if (r < 0)
		return r;
	unlink(RUN_SEALED);
	notice_withdraw();
	r = file_touch(RUN_OPEN);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", RUN_OPEN, strerror(-r));
	return 0;
}
