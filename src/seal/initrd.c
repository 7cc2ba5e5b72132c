// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of the initramfs: closed before anybody can know whether this server is to be.
 *
 * Who makes it is cordon-initrd, and who removes it is whoever knows more: cordon-initrd itself
 * once the root file system is there, or cordon when it has sealed or lifted. Between the two lies
 * the change to the real root, so a marker in /run, which is carried over, says that there is
 * something to remove. MUST be there before the table is: a table that nobody knows of would close
 * a finished server for as long as it runs. Without a marker the kernel is not asked: on a finished
 * server that would load a module for nothing.
 */

#include "seal/nft.h"
#include "seal/ruleset.h"
#include "seal/seal.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/paths.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

int seal_make_initrd(char **why)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	int r = file_touch(RUN_INITRD);

	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", RUN_INITRD, strerror(-r));
	r = ruleset_render_initrd(&ruleset);
	if (r == 0)
		r = nft_run_once(ruleset.text, why);
	if (r < 0)
		unlink(RUN_INITRD);
	return r;
}

int seal_drop_initrd(char **why)
{
	int r;

	if (!file_exists(RUN_INITRD))
		return 0;
	/* Also where somebody has flushed it. */
	r = nft_run_once("table inet " TABLE_INITRD "\ndelete table inet " TABLE_INITRD, why);
	if (r == 0)
		unlink(RUN_INITRD);
	return r;
}
