// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Opening: the release of the seal, and the counters that say what it kept out.
 *
 * Only called once the record that allows it is on the disk (finish), or when the decision says
 * that there is nothing to seal.
 */

#include "seal/hold.h"
#include "seal/nft.h"
#include "seal/seal.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/paths.h"
#include "util/unit.h"

#include <errno.h>
#include <string.h>

DEFINE_CLEANUP(nft, struct nft *, nft_close)

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

static int delete_base(char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	int r = nft_open(&nft, why);

	return r < 0 ? r : nft_run(nft, "delete table inet " TABLE_BASE, why);
}

static int remove_tables(char **why)
{
	struct tables tables;
	int r = tables_read(&tables, why);

	/* Where there is no nftables there is nothing to lift. EINVAL is what nfnetlink says of a
	 * subsystem that it does not have. */
	if (r == -EPROTONOSUPPORT || r == -EAFNOSUPPORT || r == -EOPNOTSUPP || r == -EINVAL)
		return 0;
	if (r == 0 && tables_find(&tables, TABLE_BASE))
		r = delete_base(why);
	if (r == 0 && tables_have_hold(&tables, NULL))
		r = drop_holds(why);
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
	r = file_touch(RUN_OPEN);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", RUN_OPEN, strerror(-r));
	return 0;
}

/* Counters as nft lists them: "counter NAME {" and below it "packets N bytes N". */
static void add_counters(struct seal_counts *counts, const char *listing)
{
	const struct {
		const char *name;
		uint64_t *count;
	} known[] = {
		{"counter blocked_in {", &counts->blocked_in},
		{"counter blocked_forward {", &counts->blocked_forward},
		{"counter refused_out {", &counts->refused_out},
	};

	for (size_t i = 0; i < ELEMENTS(known); i++) {
		const char *place = strstr(listing, known[i].name);

		place = place ? strstr(place, "packets ") : NULL;
		if (place)
			*known[i].count += strtoull(place + strlen("packets "), NULL, 10);
	}
}

static int count_table(struct nft *nft, const char *table, struct seal_counts *counts, char **why)
{
	_cleanup_free_ char *command = text("list counters table inet %s", table);
	_cleanup_free_ char *listing = NULL;
	int r = command ? nft_list(nft, command, &listing, why) : -ENOMEM;

	if (r == 0)
		add_counters(counts, listing);
	return r;
}

/* A packet ends at the first table that refuses it, so the sum over the tables is right. */
int seal_count(struct seal_counts *counts, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	struct seal_counts result = {0};
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r == 0)
		r = nft_open(&nft, why);
	for (size_t i = 0; r == 0 && i < tables.count; i++)
		r = count_table(nft, tables.items[i].name, &result, why);
	if (r == 0)
		*counts = result;
	return r;
}
