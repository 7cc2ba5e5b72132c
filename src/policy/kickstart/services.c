// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * services(5): "name port/protocol alias...", one a line, # begins a comment.
 *
 * getservbyname(3) would ask the running system, and whatever nsswitch.conf names; here it is one
 * file of the system that is looked at.
 */

#include "policy/kickstart/services.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define BLANKS " \t\r\f\v"

/* Moves to the next field of the line. Return: its length; 0 when there is none. */
static size_t next_field(const char **place)
{
	*place += strspn(*place, BLANKS);
	return strcspn(*place, BLANKS "#\n");
}

static bool is_field(const char *field, size_t length, const char *name)
{
	return strlen(name) == length && memcmp(field, name, length) == 0;
}

/* "22/tcp" when this line is of @name; NULL when it is not. */
static char *port_of_line(const char *line, const char *name)
{
	const char *place = line, *port;
	size_t length = next_field(&place), port_length;
	bool found = is_field(place, length, name);

	place += length;
	port_length = next_field(&place);
	port = place;
	place += port_length;
	while (!found && (length = next_field(&place)) > 0) {
		found = is_field(place, length, name);
		place += length;
	}
	return found ? strndup(port, port_length) : NULL;
}

int services_add(const char *services, const char *name, const char *protocol,
	const struct exception *exception, struct exception_list *list)
{
	int found = 0;

	for (const char *line = services; *name && *line; line += *line == '\n') {
		_cleanup_free_ char *port = port_of_line(line, name);
		struct exception one = *exception;

		line += strcspn(line, "\n");
		if (!port || exception_parse_port(port, &one, NULL) < 0)
			continue;
		if (protocol && strcmp(strchr(port, '/') + 1, protocol) != 0)
			continue;
		if (exception_add(list, &one) < 0)
			return -ENOMEM;
		found++;
	}
	return found;
}
