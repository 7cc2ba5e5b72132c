// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How what was blocked is shown.
 */

#include "blocked/blocked.h"
#include "cli/cli.h"
#include "util/language.h"
#include "util/number.h"

#include <stdio.h>

static const char *protocol_name(const struct blocked_port *port)
{
	return port->protocol == IPPROTO_TCP ? "tcp" : "udp";
}

static json_t *ports_json(const struct blocked *blocked)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < blocked->ports_count; i++) {
		const struct blocked_port *port = &blocked->ports[i];

		json_add(&array,
			json_pack("{s:s, s:i, s:I}", "protocol", protocol_name(port), "port",
				(int)port->port, "packets", (json_int_t)port->packets));
	}
	return array;
}

static json_t *sources_json(const struct blocked *blocked)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < blocked->sources_count; i++) {
		const struct blocked_source *source = &blocked->sources[i];

		json_add(&array, json_pack("{s:s, s:I}", "address", source->address, "packets",
					 (json_int_t)source->packets));
	}
	return array;
}

static json_t *hours_json(const struct blocked *blocked)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < BLOCKED_HOURS; i++)
		json_add(&array, json_integer((json_int_t)blocked->hours[i]));
	return array;
}

json_t *json_blocked(const struct blocked *blocked)
{
	return json_pack("{s:I, s:s*, s:s*, s:o, s:I, s:o, s:I, s:o}", "packets",
		(json_int_t)blocked->packets, "first", blocked->first, "last", blocked->last,
		"ports", ports_json(blocked), "other_ports", (json_int_t)blocked->other_ports,
		"sources", sources_json(blocked), "other_sources",
		(json_int_t)blocked->other_sources, "hours", hours_json(blocked));
}

#define WANTED_SHOWN 3

void print_blocked(const struct blocked *blocked)
{
	char number[NUMBER_SIZE];

	print_label(_("Blocked"));
	printf(_("%s packets"), number_write(blocked->packets, number));
	for (size_t i = 0; i < blocked->ports_count && i < WANTED_SHOWN; i++)
		printf("%s%u/%s %s", i == 0 ? _("; most wanted ") : ", ", blocked->ports[i].port,
			protocol_name(&blocked->ports[i]),
			number_brief(blocked->ports[i].packets, number));
	puts(blocked->ports_count > WANTED_SHOWN ? ", ..." : "");
}
