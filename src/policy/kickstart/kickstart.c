// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command `firewall` of a Kickstart, as pykickstart reads it.
 *
 * Everything else is skipped: other commands, and sections from %packages, %post and the like to
 * %end. The last `firewall` counts, and counts alone; Anaconda would keep the lists of an earlier
 * one where the last names none, which opens more. A file that Anaconda would have refused (an
 * option that does not exist, a section without an end) did not install this machine; what it seems
 * to say is no decision.
 */

#include "policy/kickstart/kickstart.h"

#include "policy/kickstart/firewall.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/words.h"

#include <errno.h>
#include <string.h>

#define FILE_SIZE_MAX (1U << 20)

struct reading {
	struct kickstart *kickstart;
	struct kickstart_firewall command;
	unsigned long command_line; /* where the last `firewall` is; 0: there is none */
	unsigned long line;	    /* the present one */
	unsigned long section;	    /* where the section began that this line is in; 0: in none */
};

static int damage(struct reading *reading, const char *what)
{
	return strv_addf(&reading->kickstart->damage,
		"%s:%lu: %s; Anaconda would refuse it, so no decision is read from this file",
		KICKSTART_FILE, reading->line, what);
}

static int read_firewall(struct reading *reading, const char *options)
{
	struct kickstart_firewall command = {0};
	_cleanup_free_ char *why = NULL;
	int r = kickstart_firewall_parse(options, &command, &why);

	kickstart_firewall_clear(&reading->command);
	reading->command = command;
	reading->command_line = reading->line;
	return r == -EINVAL ? damage(reading, why) : r;
}

/* The file that it names is not kept on the machine. */
static int report_include(struct reading *reading, const char *word)
{
	return strv_addf(&reading->kickstart->problems,
		"%s:%lu: %s is not followed; a firewall command in that file does not count",
		KICKSTART_FILE, reading->line, word);
}

static int read_command(struct reading *reading, const char *line)
{
	_cleanup_free_ char *word = NULL;
	int r = words_next(&line, &word);

	if (r == -EINVAL)
		return damage(reading, _("a quotation is not closed"));
	if (r <= 0)
		return r;
	if (strcmp(word, "firewall") == 0)
		return read_firewall(reading, line);
	if (strcmp(word, "%include") == 0 || strcmp(word, "%ksappend") == 0)
		return report_include(reading, word);
	if (strcmp(word, "%end") == 0)
		return damage(reading, _("%end without a section"));
	if (*word == '%')
		reading->section = reading->line;
	return 0;
}

static bool is_section(const char *word, size_t length)
{
	static const char *const sections[] = {"%packages", "%pre", "%pre-install", "%post",
		"%onerror", "%traceback", "%certificate", "%addon", "%anaconda"};

	for (size_t i = 0; i < ELEMENTS(sections); i++)
		if (strlen(sections[i]) == length && strncmp(word, sections[i], length) == 0)
			return true;
	return false;
}

/* Scripts may have any line, but not one that begins as a section does. */
static int read_section_line(struct reading *reading, const char *line)
{
	const char *word = line + strspn(line, " \t");
	const size_t length = strcspn(word, " \t\r");

	if (length == 4 && strncmp(word, "%end", 4) == 0) {
		reading->section = 0;
		return 0;
	}
	if (!is_section(word, length))
		return 0;
	reading->section = reading->line;
	return damage(reading, _("a section begins before the one above it has its %end"));
}

static int read_lines(struct reading *reading, const char *text)
{
	_cleanup_free_ char *copy = NULL;
	char *rest, *line;
	int r = 0;

	/* A byte order mark, as some editors leave it, would hide a command on the first line. */
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3;
	rest = copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	while (r == 0 && reading->kickstart->damage.count == 0 &&
		(line = strsep(&rest, "\n")) != NULL) {
		reading->line++;
		r = reading->section ? read_section_line(reading, line)
				     : read_command(reading, line);
	}
	if (r == 0 && reading->section && reading->kickstart->damage.count == 0) {
		reading->line = reading->section;
		r = damage(reading, _("this section has no %end"));
	}
	return r;
}

static int use_command(struct reading *reading, const char *services)
{
	const struct kickstart_firewall *command = &reading->command;
	struct kickstart *kickstart = reading->kickstart;

	if (!reading->command_line || command->as_shipped || kickstart->damage.count > 0)
		return 0;
	kickstart->decided = true;
	kickstart->decision.what = strdup(command->disabled ? _("Kickstart disables the firewall")
							    : _("Kickstart enables the firewall"));
	kickstart->decision.source = strdup_printf(KICKSTART_FILE ":%lu", reading->command_line);
	if (!kickstart->decision.what || !kickstart->decision.source)
		return -ENOMEM;
	if (command->disabled)
		return 0;
	return kickstart_firewall_open(command, services, kickstart->decision.source,
		&kickstart->allow, &kickstart->problems);
}

int kickstart_parse(const char *text, const char *services, struct kickstart *kickstart)
{
	_cleanup_(kickstart_clear) struct kickstart result = {0};
	struct reading reading = {.kickstart = &result};
	int r = read_lines(&reading, text);

	if (r == 0)
		r = use_command(&reading, services ? services : "");
	kickstart_firewall_clear(&reading.command);
	if (r < 0)
		return r;
	*kickstart = result;
	result = (struct kickstart){0};
	return 0;
}

int kickstart_load(const char *root, struct kickstart *kickstart)
{
	_cleanup_free_ char *text = NULL, *services = NULL, *why = NULL, *why_services = NULL;
	_cleanup_(kickstart_clear) struct kickstart result = {0};
	int r = file_read_text_in(root, KICKSTART_FILE, FILE_SIZE_MAX, &text, &why);

	if (r == 0)
		r = file_read_text_in(root, SERVICES_FILE, FILE_SIZE_MAX, &services, &why_services);
	if (r == -ENOMEM)
		return r;
	r = text ? kickstart_parse(text, services, &result) : 0;
	if (r == 0 && why)
		r = strv_addf(&result.damage, "%s", why);
	if (r == 0 && why_services)
		r = strv_addf(&result.problems, "%s", why_services);
	if (r < 0)
		return r;
	*kickstart = result;
	result = (struct kickstart){0};
	return 0;
}

void kickstart_clear(struct kickstart *kickstart)
{
	free(kickstart->decision.what);
	free(kickstart->decision.source);
	exception_list_clear(&kickstart->allow);
	strv_clear(&kickstart->problems);
	strv_clear(&kickstart->damage);
	*kickstart = (struct kickstart){0};
}
