// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of events. What is not in it cannot be put on record.
 *
 * Each has an explanation in data/cordon.catalog and in data/cordon.ja.catalog, under its
 * MESSAGE_ID, and is named in cordon(1); tests/test-catalog.py reads this table, and holds all of
 * them together. A new one gets its ID from `systemd-id128 new`.
 */

#include "state/events.h"

#include "util/cleanup.h"

#include <string.h>
#include <syslog.h>

/* One line an event, whatever its length: the test reads it. */
/* clang-format off */
static const struct history_event events[] = {
	{"installed", "68b6b53a21294a32958f4f88ca36892b", LOG_INFO, "cordon was installed", "reason"},
	{"sealed", "5fd3e3bf698947b6a962dd8f063dcf76", LOG_NOTICE, "this server is cordoned off", "reason"},
	{"met", "5f79cfe33ba44db78e55894a8e7f1d2f", LOG_NOTICE, "an administrator was met", "who"},
	{"stood-aside", "9a29ab18a9954f22a068c925578de4c3", LOG_NOTICE, "cordon stands aside", "reason"},
	{"armed", "997774656d1b48a184089231b5990057", LOG_NOTICE, "this server was cordoned off on purpose", "by"},
	{"confirmed", "11535de5a11e4e1894b2b881b1c09338", LOG_NOTICE, "the quarantine was confirmed and stays", NULL},
	{"disarmed", "a85be6998fef411e968ddfb44dde1760", LOG_NOTICE, "the quarantine was undone", "reason"},
	{"updated", "c653d3bd58c44021ba72132178bf3cfb", LOG_NOTICE, "updates were installed", NULL},
	{"update-failed", "48db54d587674794aae7d2b0e0dc5f6f", LOG_ERR, "not everything could be updated", "why"},
	{"rebooting", "08d555b5020a496daa990ea8f4b60047", LOG_NOTICE, "rebooting to have updates used", NULL},
	{"automatic-stopped", "42f8ddfb1d1a44a080983177e0056425", LOG_WARNING, "automatic mode ends for this boot, and this server stays sealed", NULL},
	{"finished", "5b87fa0368064ef0a82b2f8887d9fd42", LOG_NOTICE, "this server was finished", "by"},
};
/* clang-format on */

const struct history_event *history_event_find(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(events); i++)
		if (strcmp(events[i].name, name) == 0)
			return &events[i];
	return NULL;
}
