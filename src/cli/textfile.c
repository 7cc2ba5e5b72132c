// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How the verbs that end a quarantine leave its last numbers to a monitoring system.
 */

#include "report/textfile.h"
#include "cli/cli.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <string.h>

void write_metrics_textfile(bool locked)
{
	_cleanup_free_ char *why = NULL;
	int r = textfile_publish(locked, &why);

	if (r < 0)
		log_warning("the numbers for monitoring could not be written: %s",
			why ? why : strerror(-r));
}
