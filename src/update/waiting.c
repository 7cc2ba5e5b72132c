// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words of what is in the way change with every attempt ("invalid for another 3d 5h 1min 7s"),
 * and a journal that is read later wants to know when it began and when it was over, not that it
 * went on. So only another reason is another message.
 */

#include "update/waiting.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/limits.h"
#include "util/when.h"

#include <errno.h>
#include <unistd.h>

static bool is_lock(const struct waiting *waiting)
{
	return waiting->retry_reason == RETRY_LOCK;
}

static void tell(const struct waiting *waiting, const char *message)
{
	if (waiting->audience && waiting->audience->listen && message)
		waiting->audience->listen(waiting->audience->context,
			&(struct update_step){.state = "wait", .message = message});
}

static void begin(struct waiting *waiting, enum retry_reason retry_reason, const char *reason)
{
	_cleanup_free_ char *message = NULL;

	waiting->retry_reason = retry_reason;
	waiting->since = boottime_ms();
	message = is_lock(waiting)
			  ? strdup_printf(_("Waiting for another program to end: %s"), reason)
			  : strdup_printf(
				    _("Waiting for the clock to be set (timedatectl): %s"), reason);
	tell(waiting, message);
}

bool update_is_to_end(const struct update_audience *audience)
{
	return audience && audience->is_to_end && audience->is_to_end(audience->context);
}

int waiting_pause(struct waiting *waiting, enum retry_reason retry_reason, const char *reason,
	unsigned int seconds, char **why)
{
	if (retry_reason == RETRY_STALE)
		retry_reason = RETRY_CLOCK;
	if (waiting->retry_reason != retry_reason)
		begin(waiting, retry_reason, reason);
	if (boottime_ms() - waiting->since >=
		1000LL * (is_lock(waiting) ? LIMIT_LOCK : LIMIT_CLOCK))
		return 1;
	for (unsigned int i = 0; i < seconds; i++) {
		if (update_is_to_end(waiting->audience))
			return fail(
				why, ECANCELED, "the update was told to end while it was waiting");
		sleep(1);
	}
	return 0;
}

void waiting_end(struct waiting *waiting)
{
	if (waiting->retry_reason == RETRY_NONE)
		return;
	tell(waiting, is_lock(waiting) ? N_("Going on: the other program has ended")
				       : N_("Going on: the clock has been set"));
	waiting->retry_reason = RETRY_NONE;
}
