// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the units' verbs do where the decision is not to seal.
 */

#include "lifecycle/aside.h"
#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <string.h>

int stand_aside(const struct situation *situation)
{
	_cleanup_free_ char *why = NULL;
	int r;

	/* The tables go, and what they have counted with them. */
	record_blocked();
	r = aside_run(situation, &why);
	if (r < 0) {
		log_error("%s", why ? why : strerror(-r));
		return EXIT_FAILED;
	}
	if (why)
		log_warning("%s", why);
	write_metrics_textfile(true);
	return EXIT_DONE;
}
