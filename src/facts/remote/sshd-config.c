// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sshd_config(5): of all its keywords Port, ListenAddress, Include and Match.
 *
 * Ports add up; addresses add up; at the end each address without a port of its own listens on
 * every port, so nothing is certain before all is read. A line that is not understood opens
 * nothing, but it is there: because of it the default does not stand. What could hide any number of
 * lines, such as a file that cannot be believed, makes all of it unknown.
 */

#include "facts/remote/listen.h"
#include "facts/remote/sshd.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/words.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#define DEPTH_MAX    16	 /* as sshd has it */
#define PORTS_MAX    256 /* likewise */
#define STEPS_MAX    256
#define SIZE_MAX_ALL (1U << 20)
#define DEFAULT_PORT "22"

/* The line that is read. sshd takes no Include as an option; that counts as nested too deeply. */
struct place {
	const char *source; /* FILE:LINE */
	unsigned int depth;
	bool in_match; /* behind a Match: it lasts to the end of its file, and has no ports */
};

static int not_understood(
	struct sshd *sshd, const struct place *place, const char *keyword, const char *why)
{
	return strv_addf(
		sshd->problems, "%s: %s: %s; it stays closed", place->source, keyword, why);
}

int sshd_fail(struct sshd *sshd, const char *format, ...)
{
	_cleanup_free_ char *why = NULL;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vasprintf(&why, translated(format), arguments);
	va_end(arguments);
	if (n < 0) {
		why = NULL;
		return -ENOMEM;
	}
	sshd->unknown = true;
	return strv_addf(sshd->problems, "%s; no port is opened for sshd", why);
}

/* The one word that @rest must be; NULL when there is none, or more. */
static int read_word(const char *rest, char **word)
{
	_cleanup_free_ char *first = NULL, *second = NULL;
	int r = words_next(&rest, &first);

	if (r == 1)
		r = words_next(&rest, &second) == 0 ? 1 : -EINVAL;
	if (r == 1)
		*word = TAKE_PTR(first);
	return r == -ENOMEM ? r : 0;
}

static int read_port(struct sshd *sshd, const char *rest, struct place *place)
{
	_cleanup_free_ char *port = NULL, *why = NULL;
	int r;

	if (sshd->fixed_ports)
		return 0;
	sshd->has_port = true;
	r = read_word(rest, &port);
	if (r < 0)
		return r;
	if (!port || sshd->ports.count >= PORTS_MAX)
		return not_understood(sshd, place, "Port",
			port ? _("sshd takes at most 256") : _("one port must follow"));
	r = listen_add_port(port, "sshd", place->source, &sshd->ports, &why);
	return r == -EINVAL ? not_understood(sshd, place, "Port", why ? why : port) : r;
}

/* ADDRESS [rdomain NAME] */
static int read_address_words(const char *rest, struct listen *listen)
{
	_cleanup_free_ char *address = NULL, *keyword = NULL, *name = NULL, *more = NULL;
	int r = words_next(&rest, &address);

	if (r != 1)
		return r == -ENOMEM ? r : -EINVAL;
	r = words_next(&rest, &keyword);
	if (r == 1 && (strcmp(keyword, "rdomain") != 0 || words_next(&rest, &name) != 1 ||
			      words_next(&rest, &more) != 0))
		r = -EINVAL;
	return r < 0 ? r : listen_parse(address, listen);
}

static int read_address(struct sshd *sshd, const char *rest, struct place *place)
{
	_cleanup_(listen_clear) struct listen listen = {0};
	_cleanup_free_ char *why = NULL;
	int r = read_address_words(rest, &listen);

	sshd->has_address = true;
	if (r == 0 && listen_is_loopback(listen.address))
		return 0;
	if (r == 0 && !listen.port)
		sshd->has_open_address = true;
	else if (r == 0 && sshd->bound.count < PORTS_MAX)
		r = listen_add_port(listen.port, "sshd", place->source, &sshd->bound, &why);
	return r == -EINVAL ? not_understood(sshd, place, "ListenAddress",
				      why ? why : _("an address must follow"))
			    : r;
}

/* Counts what is read, so that files which include each other end. */
static int count_step(struct sshd *sshd, const char *source, size_t size)
{
	sshd->size += size;
	if (++sshd->steps > STEPS_MAX || sshd->size > SIZE_MAX_ALL)
		return sshd_fail(sshd, "%s: too much is included", source);
	return 0;
}

static int read_include(struct sshd *sshd, const char *rest, struct place *place)
{
	int r = 1;

	if (place->depth == DEPTH_MAX)
		return sshd_fail(sshd, "%s: Include is nested too deeply", place->source);
	while (r == 1 && !sshd->unknown) {
		_cleanup_free_ char *pattern = NULL;

		r = words_next(&rest, &pattern);
		if (r == -EINVAL)
			return sshd_fail(sshd, "%s: Include is not understood", place->source);
		if (r != 1)
			return r;
		r = count_step(sshd, place->source, 0);
		if (r == 0 && !sshd->unknown)
			r = sshd->include(sshd, pattern, place->source, place->depth + 1);
		r = r < 0 ? r : 1;
	}
	return r < 0 ? r : 0;
}

static int read_match(struct sshd *sshd, const char *rest, struct place *place)
{
	(void)sshd;
	(void)rest;
	place->in_match = true;
	return 0;
}

struct keyword {
	const char *name;
	int (*read)(struct sshd *sshd, const char *rest, struct place *place);
};

static const struct keyword keywords[] = {
	{"Port", read_port},
	{"ListenAddress", read_address},
	{"Include", read_include},
	{"Match", read_match},
};

static const struct keyword *find_keyword(const char *word, size_t length)
{
	for (size_t i = 0; i < ELEMENTS(keywords); i++)
		if (strlen(keywords[i].name) == length &&
			strncasecmp(keywords[i].name, word, length) == 0)
			return &keywords[i];
	return NULL;
}

/* "Keyword value", "Keyword=value", "Keyword = value". */
static const struct keyword *read_keyword(const char *line, const char **rest)
{
	const char *word = line + strspn(line, " \t\r");
	const size_t length = strcspn(word, " \t\r=");

	*rest = word + length;
	*rest += strspn(*rest, " \t\r");
	if (**rest == '=')
		(*rest)++;
	return find_keyword(word, length);
}

static int read_line(struct sshd *sshd, const char *line, const char *file, unsigned long number,
	struct place *place)
{
	const char *rest;
	const struct keyword *keyword = read_keyword(line, &rest);
	_cleanup_free_ char *source = NULL;
	int r;

	if (!keyword || place->in_match)
		return 0;
	source = number ? strdup_printf("%s:%lu", file, number) : strdup(file);
	place->source = source;
	r = source ? keyword->read(sshd, rest, place) : -ENOMEM;
	place->source = NULL;
	return r;
}

int sshd_parse_option(struct sshd *sshd, const char *line, const char *source)
{
	struct place place = {.depth = DEPTH_MAX};

	return read_line(sshd, line, source, 0, &place);
}

int sshd_parse(struct sshd *sshd, const char *file, const char *text, unsigned int depth)
{
	_cleanup_free_ char *copy = strdup(text);
	struct place place = {.depth = depth};
	char *rest = copy, *line;
	unsigned long number = 1;
	int r = copy ? count_step(sshd, file, strlen(text)) : -ENOMEM;

	for (; r == 0 && !sshd->unknown && (line = strsep(&rest, "\n")) != NULL; number++)
		r = read_line(sshd, line, file, number, &place);
	return r;
}

int sshd_add_ports(const struct sshd *sshd, struct exception_list *ports)
{
	int r;

	if (sshd->unknown)
		return 0;
	r = exception_add_all(ports, &sshd->bound);
	if (sshd->has_address && !sshd->has_open_address)
		return r;
	if (r == 0 && !sshd->has_port)
		return listen_add_port(DEFAULT_PORT, "sshd", N_("sshd's default"), ports, NULL);
	return r < 0 ? r : exception_add_all(ports, &sshd->ports);
}

void sshd_clear(struct sshd *sshd)
{
	exception_list_clear(&sshd->ports);
	exception_list_clear(&sshd->bound);
}
