// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers grow while the page is open, and the page must not change its shape with them: what is
 * exact has a line of its own, and what shares one is short.
 */

#include "assistant/refused.h"

#include "assistant/say.h"
#include "util/language.h"
#include "util/number.h"

#define PORTS_SHOWN 3 /* more would not fit on a line */

/* "22/tcp 8,112, 445/tcp 12 k" */
static void write_ports(FILE *out, const struct blocked *blocked)
{
	for (size_t i = 0; i < blocked->ports_count && i < PORTS_SHOWN; i++) {
		const struct blocked_port *port = &blocked->ports[i];
		char number[NUMBER_SIZE];

		fprintf(out, "%s%u/%s %s", i > 0 ? ", " : "", port->port,
			port->protocol == IPPROTO_TCP ? "tcp" : "udp",
			number_brief(port->packets, number));
	}
}

void refused_write(FILE *out, const struct blocked *blocked)
{
	char number[NUMBER_SIZE], bars[SAY_BARS_SIZE];

	number_write(blocked->packets, number);
	if (*say_bars(blocked->hours, BLOCKED_HOURS, bars))
		fprintf(out, _("Refused so far: %s packets, by the hour %s\n"), number, bars);
	else
		fprintf(out, _("Refused so far: %s packets\n"), number);
	if (blocked->ports_count == 0)
		return;
	fputs(_("Most wanted: "), out);
	write_ports(out, blocked);
	fputc('\n', out);
}
