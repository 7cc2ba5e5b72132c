// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * GloballyOpenPorts: the list of ports that Windows Server 2003 and XP know, still written by the
 * templates of later versions.
 *
 * A line is port:protocol:scope:status:name. The name may have colons, and the scope, since there
 * is IPv6, too; so port and protocol are taken from the left, and the status is the first field
 * behind them that reads "enabled" or "disabled", which nothing in a scope can. What the value is
 * called does not count: it is meant to repeat the line, and nobody checks that it does.
 *
 * Lines with the same port, protocol and scope are one thing, said more than once: there "disabled"
 * wins. Where the scope of a disabled line is not fully understood, it may be that of any line of
 * the same port, and all of them are closed.
 */

#include "policy/grouppolicy/gpo.h"
#include "policy/grouppolicy/port.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

void gpo_port_clear(struct gpo_port *port)
{
	strv_clear(&port->peers);
	strv_clear(&port->bad);
}

static int parse_port(const char *number, const char *protocol, struct exception *port, char **why)
{
	_cleanup_free_ char *both = NULL;

	if (strcasecmp(protocol, "TCP") != 0 && strcasecmp(protocol, "UDP") != 0)
		return fail(why, EINVAL, "its protocol is not TCP or UDP");
	both = strdup_printf("%s/%s", number, strcasecmp(protocol, "TCP") == 0 ? "tcp" : "udp");
	if (!both)
		return -ENOMEM;
	if (strchr(number, '-') || exception_parse_port(both, port, NULL) < 0)
		return fail(why, EINVAL, "its port is not a number from 1 to 65535");
	return 0;
}

/* Ends @scope before the status. */
static int parse_status(char *scope, bool *enabled, char **why)
{
	for (char *colon = strchr(scope, ':'); colon; colon = strchr(colon + 1, ':')) {
		size_t length = strcspn(colon + 1, ":");

		*enabled = length == 7 && strncasecmp(colon + 1, "enabled", length) == 0;
		if (*enabled || (length == 8 && strncasecmp(colon + 1, "disabled", length) == 0)) {
			*colon = '\0';
			return 0;
		}
	}
	return fail(why, EINVAL, "it is neither enabled nor disabled");
}

int gpo_port_parse(const char *text, struct gpo_port *port, char **why)
{
	_cleanup_(gpo_port_clear) struct gpo_port result = {0};
	_cleanup_free_ char *copy = strdup(text);
	char *rest = copy, *number, *protocol;
	int r;

	if (!copy)
		return -ENOMEM;
	number = strsep(&rest, ":");
	protocol = strsep(&rest, ":");
	if (!rest)
		return fail(why, EINVAL, "not port:protocol:scope:status:name");
	r = parse_port(number, protocol, &result.port, why);
	if (r == 0)
		r = parse_status(rest, &result.enabled, why);
	if (r == 0)
		r = gpo_scope(rest, &result.peers, &result.bad);
	if (r < 0)
		return r;
	*port = result;
	result = (struct gpo_port){0};
	return 0;
}

struct line {
	struct gpo_port port;
	const struct gpo_value *value;
};

struct lines {
	struct line *items;
	size_t count;
};

static void lines_clear(struct lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		gpo_port_clear(&lines->items[i].port);
	free(lines->items);
}

static int report_bad(struct gpo_reading *reading, const struct line *line)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < line->port.bad.count; i++)
		r = gpo_problem(reading, line->value,
			"\"%s\" is left out: not *, LocalSubnet, an address or a network%s",
			line->port.bad.items[i],
			line->port.enabled
				? ""
				: _("; as the line is disabled, all of this port is closed"));
	return r;
}

static int read_line(
	struct gpo_reading *reading, const struct gpo_value *value, struct lines *lines)
{
	struct line *line = &lines->items[lines->count];
	struct registry_record record = gpo_value_record(value);
	_cleanup_free_ char *content = NULL, *why = NULL;
	int r = registrypol_text(&record, &content);

	if (r == -EINVAL)
		return gpo_problem(reading, value, "left out: not a text");
	if (r < 0)
		return r;
	r = gpo_port_parse(content, &line->port, &why);
	if (r == -EINVAL)
		return gpo_problem(reading, value, "\"%s\" is left out: %s", content,
			why ? why : _("not understood"));
	if (r < 0)
		return r;
	line->value = value;
	lines->count++;
	return report_bad(reading, line);
}

static int by_port(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	const struct exception *x = &left->port.port, *y = &right->port.port;

	if (x->protocol != y->protocol)
		return x->protocol - y->protocol;
	return x->first - y->first;
}

/* Lines that say the same side by side, in the order of the map. */
static int by_port_and_scope(const void *a, const void *b)
{
	const struct line *left = a, *right = b;
	int order = by_port(a, b);

	if (order == 0)
		order = gpo_scope_compare(&left->port.peers, &right->port.peers);
	return order ? order : (left->value > right->value) - (left->value < right->value);
}

static bool is_closed(const struct line *line)
{
	return !line->port.enabled;
}

static bool is_closed_in_doubt(const struct line *line)
{
	return !line->port.enabled && line->port.bad.count > 0;
}

static bool any(const struct line *lines, size_t count, bool (*is)(const struct line *line))
{
	for (size_t i = 0; i < count; i++)
		if (is(&lines[i]))
			return true;
	return false;
}

/* How many lines from @first on have the same port, or also the same scope. */
static size_t count_same(const struct line *first, const struct line *end, bool scope)
{
	const struct line *line = first;

	while (line < end && by_port(line, first) == 0 &&
		(!scope || gpo_scope_compare(&line->port.peers, &first->port.peers) == 0))
		line++;
	return (size_t)(line - first);
}

static int open_port(struct gpo_reading *reading, const struct line *lines, size_t count)
{
	int r = 0;

	if (any(lines, count, is_closed_in_doubt))
		return 0;
	for (size_t i = 0, same; r == 0 && i < count; i += same) {
		same = count_same(&lines[i], &lines[count], true);
		if (!any(&lines[i], same, is_closed))
			r = gpo_open(
				reading, lines[i].value, &lines[i].port.port, &lines[i].port.peers);
	}
	return r;
}

static int read_lines(struct gpo_reading *reading, const struct gpo_value *values, size_t count)
{
	_cleanup_(lines_clear) struct lines lines = {0};
	int r = 0;

	lines.items = calloc(count, sizeof(*lines.items));
	if (!lines.items)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = read_line(reading, &values[i], &lines);
	if (lines.count > 0)
		qsort(lines.items, lines.count, sizeof(lines.items[0]), by_port_and_scope);
	for (size_t i = 0, same; r == 0 && i < lines.count; i += same) {
		same = count_same(&lines.items[i], &lines.items[lines.count], false);
		r = open_port(reading, &lines.items[i], same);
	}
	return r;
}

int gpo_ports_read(struct gpo_reading *reading)
{
	_cleanup_free_ char *key = gpo_profile_key(reading, "GloballyOpenPorts");
	_cleanup_free_ char *list = gpo_profile_key(reading, "GloballyOpenPorts\\List");
	const struct gpo_value *enabled, *values;
	size_t count;

	if (!key || !list)
		return -ENOMEM;
	values = gpo_map_values(reading->map, list, &count);
	if (count == 0)
		return 0;
	enabled = gpo_map_find(reading->map, key, "Enabled");
	if (gpo_switch(enabled) == GPO_SWITCH_OFF || gpo_switch(enabled) == GPO_SWITCH_BAD)
		return gpo_problem(reading, enabled,
			"not 1, so GloballyOpenPorts\\List with %zu lines opens nothing", count);
	return read_lines(reading, values, count);
}
