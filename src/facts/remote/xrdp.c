// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * xrdp.ini(5), as xrdp reads it: the first [Globals], the last port= in it, # and ; begin a comment
 * anywhere in a line.
 *
 * Options of the service may name other ports or another file. Nobody ships them so; where they are
 * set nothing is opened, and it is said.
 */

#include "facts/remote/xrdp.h"

#include "facts/remote/listen.h"
#include "facts/systemd/service.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/ini.h"
#include "util/match.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define CONFIG		"/etc/xrdp/xrdp.ini"
#define CONFIG_SIZE_MAX (256U << 10)
#define PORT_SIZE_MAX	1023 /* of port=, as xrdp has it */
#define BLANKS		" \t\r"

struct globals {
	char *port; /* malloc'ed; NULL: there is none */
	unsigned int line;
	bool vsock; /* a number alone is no TCP port */
	bool found; /* the section has begun */
};

static void globals_clear(struct globals *globals)
{
	free(globals->port);
}

static bool is_true(const char *value)
{
	return strcmp(value, "1") == 0 || strcasecmp(value, "true") == 0 ||
	       strcasecmp(value, "on") == 0 || strcasecmp(value, "yes") == 0;
}

static bool is_globals(const char *section)
{
	return strcasecmp(section, "Globals") == 0;
}

/* The section behind it ends the reading: 1. */
static int enter_section(void *context, const char *name, unsigned int line)
{
	struct globals *globals = context;

	(void)line;
	if (globals->found)
		return 1;
	globals->found = is_globals(name);
	return 0;
}

static int read_global(void *context, const struct ini_entry *entry)
{
	struct globals *globals = context;

	if (!is_globals(entry->section))
		return 0;
	if (strcasecmp(entry->key, "use_vsock") == 0)
		globals->vsock = is_true(entry->value);
	if (strcasecmp(entry->key, "port") != 0)
		return 0;
	free(globals->port);
	globals->port = strdup(entry->value);
	globals->line = entry->line;
	return globals->port ? 0 : -ENOMEM;
}

/* What is not understood xrdp passes over. */
static int read_globals(const char *text, struct globals *globals)
{
	static const struct ini_dialect dialect = {
		.comments = "#;",
		.trailing = "#;",
		.any_header = true,
		.exact_header = true,
	};
	static const struct ini_visitor visitor = {.section = enter_section, .entry = read_global};
	int r = ini_parse(text, strlen(text), &dialect, &visitor, globals);

	return r == -ENOMEM ? r : 0;
}

/*
 * The port of "tcp://:3389", "tcp://192.0.2.1:3389", "tcp6://{2001:db8::1}:3389"; NULL when it is
 * nobody's but this server's: "tcp://.:3389"; "" when there is none.
 */
static const char *port_of_url(char *url)
{
	char *address = strstr(url, "://") + 3, *colon = strrchr(address, ':');
	size_t length;

	if (!colon)
		return "";
	*colon = '\0';
	length = strlen(address);
	if (*address == '{' && address[length - 1] == '}') {
		address[length - 1] = '\0';
		address++;
	}
	return strcmp(address, ".") == 0 || listen_is_loopback(address) ? NULL : colon + 1;
}

static int add_word(char *word, bool vsock, const char *source, struct exception_list *ports,
	struct strv *problems)
{
	const char *port = word;
	_cleanup_free_ char *why = NULL;
	int r;

	if (starts_with(word, "unix://") || starts_with(word, "vsock://"))
		return 0;
	if (starts_with(word, "tcp://") || starts_with(word, "tcp6://"))
		port = port_of_url(word);
	else if (vsock)
		return 0;
	if (!port)
		return 0;
	r = listen_add_port(port, "xrdp", source, ports, &why);
	return r == -EINVAL ? strv_addf(problems, "%s: port=: %s; it stays closed", source,
				      why ? why : word)
			    : r;
}

static int add_words(const struct globals *globals, const char *source,
	struct exception_list *ports, struct strv *problems)
{
	char *rest = globals->port, *word;
	int r = 0;

	if (strlen(rest) > PORT_SIZE_MAX)
		return strv_addf(problems, "%s: port=: longer than %d bytes; it stays closed",
			source, PORT_SIZE_MAX);
	while (r == 0 && (word = strsep(&rest, BLANKS ",")) != NULL)
		if (*word)
			r = add_word(word, globals->vsock, source, ports, problems);
	return r;
}

int xrdp_parse(
	const char *file, const char *text_in, struct exception_list *ports, struct strv *problems)
{
	_cleanup_(globals_clear) struct globals globals = {0};
	_cleanup_free_ char *source = NULL;
	int r = read_globals(text_in, &globals);

	if (r < 0)
		return r;
	if (!globals.port)
		return strv_addf(
			problems, "%s: [Globals] has no port=; nothing is opened for xrdp", file);
	source = strdup_printf("%s:%u", file, globals.line);
	return source ? add_words(&globals, source, ports, problems) : -ENOMEM;
}

/* -p and -c, --port and --config, in any case. */
static bool changes_ports(const char *option)
{
	static const char *const options[] = {"-p", "--port", "-c", "--config"};

	for (size_t i = 0; i < ELEMENTS(options); i++)
		if (strcasecmp(option, options[i]) == 0)
			return true;
	return false;
}

static int check_options(struct unit_lookup *lookup, const char *unit, char **why)
{
	_cleanup_(strv_clear) struct strv words = {0};
	int r = service_command_line(lookup, unit, "xrdp", &words, why);

	for (size_t i = 1; r == 0 && i < words.count; i++)
		if (changes_ports(words.items[i]))
			r = fail(why, EINVAL, "%s: its option %s is not followed", unit,
				words.items[i]);
	return r;
}

int xrdp_find_ports(struct unit_lookup *lookup, struct exception_list *ports, struct strv *problems)
{
	static const char *const services[] = {"xrdp.service", NULL};
	_cleanup_free_ char *content = NULL, *why = NULL;
	const char *unit;
	int r = service_find_enabled(lookup, services, &unit);

	if (r <= 0)
		return r;
	r = check_options(lookup, unit, &why);
	if (r == 0)
		r = file_read_text_in(lookup->root, CONFIG, CONFIG_SIZE_MAX, &content, &why);
	if (r == 0)
		return xrdp_parse(CONFIG, content, ports, problems);
	if (r == -ENOMEM)
		return r;
	if (!why)
		return strv_addf(problems, "%s: missing; nothing is opened for xrdp", CONFIG);
	return strv_addf(problems, "%s; nothing is opened for xrdp", why);
}
