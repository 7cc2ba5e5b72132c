// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Metrics have no labels but cordon's own words and its version: names of packages and addresses of
 * attackers would make a new time series each.
 *
 * The same text has to pass for the older format of Prometheus, which node_exporter's textfile
 * collector reads. So there is no type "info"; and totals have no type at all, because the TYPE
 * line of a counter is without _total in the one format, and with it in the other.
 */

#include "report/openmetrics.h"

#include "util/stream.h"
#include "util/when.h"

#include <stdio.h>
#include <stdlib.h>

static void write_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

static void write_gauge(FILE *out, const char *name, const char *help, unsigned long long value)
{
	write_head(out, name, "gauge", help);
	fprintf(out, "%s %llu\n", name, value);
}

/* Without a type: see above. */
static void write_total(FILE *out, const char *name, const char *help, unsigned long long value)
{
	fprintf(out, "# HELP %s %s\n%s %llu\n", name, help, name, value);
}

static void write_time(FILE *out, const char *name, const char *help, const char *time)
{
	time_t when;

	if (time && when_parse(time, &when) == 0 && when >= 0)
		write_gauge(out, name, help, (unsigned long long)when);
}

static void write_updates(FILE *out, const struct update_figures *figures)
{
	write_gauge(out, "cordon_pending_updates", "Updates that are to be installed.",
		figures->pending);
	write_gauge(out, "cordon_pending_security_updates", "Those of them for security.",
		figures->security);
	write_gauge(out, "cordon_reboot_required", "1 if a reboot is missing, else 0.",
		figures->reboot);
	write_gauge(out, "cordon_pending_updates_timestamp_seconds",
		"When these were found out, in seconds since the epoch.",
		figures->when > 0 ? (unsigned long long)figures->when : 0);
}

static void write_now(FILE *out, const struct status *status)
{
	const enum phase phase = status->situation.inputs.state.phase;

	write_gauge(
		out, "cordon_sealed", "1 if this server is to be sealed, else 0.", status->sealed);
	if (status->inspected)
		write_gauge(out, "cordon_seal_intact", "1 if the seal stands as it should, else 0.",
			status->health.base && status->health.hold && status->health.intact);
	write_gauge(out, "cordon_finished", "1 if the quarantine is over for good, else 0.",
		phase == PHASE_FINISHED);
	write_gauge(out, "cordon_aside", "1 if others manage this server's firewall, else 0.",
		phase == PHASE_ASIDE);
	if (status->counted)
		write_updates(out, &status->figures);
}

static void write_past(FILE *out, const struct report *report)
{
	const struct report_end *end = &report->end;

	write_time(out, "cordon_sealed_since_timestamp_seconds",
		"When the quarantine began, in seconds since the epoch.", report->sealed_since);
	if (end->event)
		write_time(out, "cordon_ended_timestamp_seconds",
			"When the quarantine ended, in seconds since the epoch.", end->time);
	if (end->event)
		write_gauge(out, "cordon_forced", "1 if it was ended unverified, by force, else 0.",
			end->forced);
	write_total(out, "cordon_boots_total", "Boots that were sealed.", report_boots(report));
	write_total(
		out, "cordon_reboots_total", "Reboots by cordon itself.", report->reboots_count);
	write_total(out, "cordon_installed_updates_total",
		"Packages that updates brought in during the quarantine.", report_packages(report));
	if (report->status.tallied)
		write_total(out, "cordon_blocked_packets_total",
			"Packets from outside that were refused.", report->status.blocked.packets);
}

char *openmetrics_format(const struct report *report)
{
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return NULL;
	write_head(out, "cordon_build_info", "gauge", "The version of cordon.");
	fprintf(out, "cordon_build_info{version=\"%s\"} 1\n", CORDON_VERSION);
	write_now(out, &report->status);
	write_past(out, report);
	fputs("# EOF\n", out);
	return stream_close(&stream);
}
