// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of `firewall`, and the ports that they open.
 *
 * An option that is not understood fails the command: whatever it is, Anaconda knows more of it. A
 * port or service that is not is left out, which closes it.
 */

#include "policy/kickstart/firewall.h"

#include "policy/kickstart/services.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define NAMES_MAX 256 /* ports and services of a command; the rest stays closed */

static int add_list(struct strv *list, const char *value)
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy, *name;
	int r = copy ? 0 : -ENOMEM;

	/* One more than counts, so that it is seen that there were too many. */
	while (r == 0 && list->count <= NAMES_MAX && (name = strsep(&rest, ", \t")) != NULL)
		if (*name)
			r = strv_addf(list, "%s", name);
	return r;
}

static int read_enabled(struct kickstart_firewall *command, const char *value)
{
	(void)value;
	command->disabled = false;
	return 0;
}

static int read_disabled(struct kickstart_firewall *command, const char *value)
{
	(void)value;
	command->disabled = true;
	return 0;
}

static int read_as_shipped(struct kickstart_firewall *command, const char *value)
{
	(void)value;
	command->as_shipped = true;
	return 0;
}

static int read_ports(struct kickstart_firewall *command, const char *value)
{
	return add_list(&command->ports, value);
}

static int read_services(struct kickstart_firewall *command, const char *value)
{
	return add_list(&command->services, value);
}

static int read_removed(struct kickstart_firewall *command, const char *value)
{
	return add_list(&command->removed, value);
}

static int read_trusted(struct kickstart_firewall *command, const char *value)
{
	return strv_addf(&command->trusted, "%s", value);
}

struct option {
	const char *name;
	const char *service; /* what an option without a value stands for */
	int (*read)(struct kickstart_firewall *command, const char *value);
};

/* --telnet, --high and --medium went with Fedora 14, before there was systemd. */
static const struct option options[] = {
	{"--enabled", "", read_enabled},
	{"--enable", "", read_enabled},
	{"--disabled", "", read_disabled},
	{"--disable", "", read_disabled},
	{"--use-system-defaults", "", read_as_shipped},
	{"--ssh", "ssh", read_services},
	{"--http", "http", read_services},
	{"--smtp", "smtp", read_services},
	{"--ftp", "ftp", read_services},
	{"--port", NULL, read_ports},
	{"--service", NULL, read_services},
	{"--remove-service", NULL, read_removed},
	{"--trust", NULL, read_trusted},
};

/* What the options without a value open, whatever the machine's own file says. */
static const char usual_services[] = "ssh 22/tcp\nhttp 80/tcp\nsmtp 25/tcp\nftp 21/tcp\n";

static const struct option *find_option(const char *word, size_t length)
{
	for (size_t i = 0; i < ELEMENTS(options); i++)
		if (strlen(options[i].name) == length &&
			strncmp(options[i].name, word, length) == 0)
			return &options[i];
	return NULL;
}

/* "--port=X", or "--port" with X as the next word. */
static int read_option(
	struct kickstart_firewall *command, const char *word, const char **rest, char **why)
{
	const size_t length = strcspn(word, "=");
	const struct option *option = find_option(word, length);
	_cleanup_free_ char *next = NULL;
	int r;

	if (!option)
		return fail(why, EINVAL, "firewall %s: no such option", word);
	if (option->service && word[length])
		return fail(why, EINVAL, "firewall %s: it takes no value", word);
	if (option->service)
		return option->read(command, option->service);
	if (word[length])
		return option->read(command, word + length + 1);
	r = words_next(rest, &next);
	if (r == -ENOMEM)
		return r;
	if (r <= 0 || *next == '-')
		return fail(why, EINVAL, "firewall %s: its value is missing", word);
	return option->read(command, next);
}

static int read_options(struct kickstart_firewall *command, const char *rest, char **why)
{
	int r = 1;

	while (r == 1) {
		_cleanup_free_ char *word = NULL;

		r = words_next(&rest, &word);
		if (r == -EINVAL)
			fail(why, EINVAL, "firewall: a quotation is not closed");
		if (r == 1 && (r = read_option(command, word, &rest, why)) == 0)
			r = 1;
	}
	return r;
}

int kickstart_firewall_parse(const char *rest, struct kickstart_firewall *command, char **why)
{
	struct kickstart_firewall result = {0};
	int r = read_options(&result, rest, why);

	if (r < 0)
		kickstart_firewall_clear(&result);
	else
		*command = result;
	return r;
}

/* "22:tcp", "8000-8010:udp", "imap:tcp"; without a protocol pykickstart takes tcp. */
static int open_port(const char *port, const char *services, const struct exception *exception,
	struct exception_list *allow, char **why)
{
	const size_t length = strcspn(port, ":");
	const char *protocol = port[length] ? port + length + 1 : "tcp";
	_cleanup_free_ char *name = strndup(port, length);
	_cleanup_free_ char *number = strdup_printf("%.*s/%s", (int)length, port, protocol);
	struct exception one = *exception;
	int r;

	if (!name || !number)
		return -ENOMEM;
	if (isdigit((unsigned char)*port)) {
		r = exception_parse_port(number, &one, why);
		return r < 0 ? r : exception_add(allow, &one);
	}
	r = services_add(services, name, protocol, exception, allow);
	return r == 0 ? fail(why, EINVAL, "%s: not in %s", number, SERVICES_FILE) : r;
}

static int open_service(const char *name, const char *services, const struct exception *exception,
	struct exception_list *allow, char **why)
{
	int r = services_add(usual_services, name, NULL, exception, allow);

	if (r == 0)
		r = services_add(services, name, NULL, exception, allow);
	return r == 0 ? fail(why, EINVAL, "%s: not in %s", name, SERVICES_FILE) : r;
}

typedef int open_name(const char *name, const char *services, const struct exception *exception,
	struct exception_list *allow, char **why);

/* What a command opens, and where that goes. */
struct opening {
	const char *services, *source;
	struct exception_list *allow;
	struct strv *problems;
};

static int report_closed(const struct opening *opening, const char *option, const char *why)
{
	return strv_addf(opening->problems, "%s: firewall %s=%s; it stays closed", opening->source,
		option, why);
}

/* Opens what @names lists, but for those in @removed. */
static int open_names(const struct opening *opening, const char *option, const struct strv *names,
	const struct strv *removed, open_name *open)
{
	struct exception exception = {
		.reason = (char *)_("opened by Kickstart"), .source = (char *)opening->source};
	int r = 0;

	for (size_t i = 0; r >= 0 && i < names->count && i < NAMES_MAX; i++) {
		_cleanup_free_ char *why = NULL;

		if (strv_has(removed, names->items[i]))
			continue;
		r = open(names->items[i], opening->services, &exception, opening->allow, &why);
		if (r == -EINVAL)
			r = report_closed(opening, option, why ? why : names->items[i]);
	}
	if (r >= 0 && names->count > NAMES_MAX)
		r = report_closed(opening, option, _("...: more than 256"));
	return r < 0 ? r : 0;
}

int kickstart_firewall_open(const struct kickstart_firewall *command, const char *services,
	const char *source, struct exception_list *allow, struct strv *problems)
{
	const struct opening opening = {services, source, allow, problems};
	const struct strv none = {0};
	int r = open_names(&opening, "--port", &command->ports, &none, open_port);

	/* A service that was to be removed and is forgotten would be open. */
	if (r == 0 && command->removed.count > NAMES_MAX)
		r = report_closed(&opening, "--remove-service",
			_("...: more than 256, so every --service is left out"));
	else if (r == 0)
		r = open_names(
			&opening, "--service", &command->services, &command->removed, open_service);
	for (size_t i = 0; r == 0 && i < command->trusted.count; i++) {
		_cleanup_free_ char *why =
			strdup_printf(_("%s: cordon opens ports, not network interfaces"),
				command->trusted.items[i]);

		r = why ? report_closed(&opening, "--trust", why) : -ENOMEM;
	}
	return r;
}

void kickstart_firewall_clear(struct kickstart_firewall *command)
{
	strv_clear(&command->ports);
	strv_clear(&command->services);
	strv_clear(&command->removed);
	strv_clear(&command->trusted);
	*command = (struct kickstart_firewall){0};
}
