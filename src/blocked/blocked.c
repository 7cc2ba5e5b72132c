// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The record and the tables, brought together. How they are counted is in tally.c.
 */

#include "blocked/blocked.h"

#include "blocked/tally.h"
#include "state/state.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/when.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TALLY_BEFORE TALLY_FILE ".before"

static struct moment find_moment(const struct facts *facts)
{
	struct moment moment = {.clock = time(NULL), .uptime = boottime_ms() / 1000};

	snprintf(moment.boot_id, sizeof(moment.boot_id), "%s", facts->boot_id);
	return moment;
}

/* The tally on record, counted on up to now. */
struct look {
	struct facts facts;
	struct tally tally;
	bool broken;		  /* what is on record cannot be believed */
	unsigned long long saved; /* packets on record */
};

static void look_clear(struct look *look)
{
	facts_clear(&look->facts);
	tally_clear(&look->tally);
}

/* Returns 0; 1: broken, with @why; a negative errno with @why. */
static int look(struct look *look, char **why)
{
	_cleanup_(seal_attempts_clear) struct seal_attempts attempts = {.count = 0};
	struct moment now;
	int r;

	facts_identify("", &look->facts);
	r = tally_load(TALLY_FILE, look->facts.machine_id, &look->tally, why);
	if (r < 0)
		return r;
	look->broken = r == 1;
	look->saved = tally_packets(&look->tally);
	r = seal_attempts(&attempts, why);
	now = find_moment(&look->facts);
	if (r == 0)
		r = tally_take(&look->tally, &attempts, &now);
	return r < 0 ? r : look->broken;
}

int blocked_gather(struct blocked *blocked, char **why)
{
	_cleanup_(look_clear) struct look now = {.broken = false};
	int r = look(&now, why);

	if (r >= 0 && tally_report(&now.tally, blocked) < 0)
		return -ENOMEM;
	return r;
}

/* What lies below the mount point of a file system that is not there must stay as it is; and an
 * image that was reset has no trace of this machine. */
static bool is_recordable(void)
{
	_cleanup_(state_clear) struct state state = {0};

	return !file_exists(RUN_RESET) && state_load("", &state, NULL) != STATE_UNREACHABLE;
}

static int set_aside(char **why)
{
	int r = file_set_aside(TALLY_FILE);

	if (r == 0)
		fail(why, EBADMSG,
			"%s: damaged, and set aside as %s.broken: what was blocked before is not "
			"counted any more",
			TALLY_FILE, TALLY_FILE);
	return r;
}

int blocked_save(char **why)
{
	_cleanup_(look_clear) struct look now = {.broken = false};
	int r = is_recordable() ? look(&now, why) : 0;

	if (r < 0 || (!now.broken && tally_packets(&now.tally) == now.saved))
		return r;
	r = now.broken ? set_aside(why) : 0;
	if (r == 0)
		r = tally_save(TALLY_FILE, now.facts.machine_id, &now.tally, why);
	return r < 0 ? r : now.broken;
}

int blocked_begin(char **why)
{
	if (is_recordable() && rename(TALLY_FILE, TALLY_BEFORE) < 0 && errno != ENOENT)
		return fail(why, errno, "%s: cannot be renamed: %s", TALLY_FILE, strerror(errno));
	return blocked_save(why);
}

void blocked_clear(struct blocked *blocked)
{
	free(blocked->first);
	free(blocked->last);
	free(blocked->ports);
	free(blocked->sources);
	*blocked = (struct blocked){0};
}
