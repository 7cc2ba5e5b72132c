// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which system this is about, as it calls itself.
 */

#include "report/report-parts.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define RELEASE_MAX    (64U << 10)
#define NAME_MAX_SHOWN 200

/* Takes quotes and backslashes away, as a shell would; in place. */
static char *unquote(char *value)
{
	char quote = *value == '"' || *value == '\'' ? *value : '\0';
	char *to = value;

	for (const char *from = value + (quote != '\0'); *from && *from != quote; from++) {
		if (*from == '\\' && quote != '\'' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
	return value;
}

static int set(char **text, const char *value)
{
	char *copy = printable(value, NAME_MAX_SHOWN);

	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	if (!*copy) {
		free(copy);
		*text = NULL;
	}
	return 0;
}

static int parse_line(char *line, struct report_machine *machine)
{
	const struct {
		const char *key;
		char **text;
	} keys[] = {
		{"PRETTY_NAME", &machine->name},
		{"ID", &machine->id},
		{"VERSION_ID", &machine->version_id},
		{"VARIANT_ID", &machine->variant_id},
		{"BUILD_ID", &machine->build_id},
		{"IMAGE_ID", &machine->image_id},
		{"IMAGE_VERSION", &machine->image_version},
	};
	char *value = strchr(line, '=');

	if (!value)
		return 0;
	*value++ = '\0';
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (strcmp(keys[i].key, line) == 0)
			return set(keys[i].text, unquote(value));
	return 0;
}

int report_parse_release(char *content, struct report_machine *machine)
{
	char *rest = content, *line;
	int r = 0;

	while (r == 0 && (line = strsep(&rest, "\n")) != NULL)
		r = parse_line(line, machine);
	return r;
}

/* What is missing is not known. */
static int read_release(const char *root, struct report_machine *machine)
{
	_cleanup_free_ char *content = NULL;

	if (file_read_in(root, "/etc/os-release", RELEASE_MAX, &content, NULL) < 0 &&
		file_read_in(root, "/usr/lib/os-release", RELEASE_MAX, &content, NULL) < 0)
		return 0;
	return report_parse_release(content, machine);
}

static int read_hostname(const char *root, struct report_machine *machine)
{
	_cleanup_free_ char *content = NULL;

	if (file_read_in(root, "/etc/hostname", RELEASE_MAX, &content, NULL) < 0)
		return 0;
	content[strcspn(content, "\n")] = '\0';
	return set(&machine->hostname, content);
}

int report_read_machine(const char *root, struct report_machine *machine)
{
	struct utsname name;
	int r = read_release(root, machine);

	if (r < 0)
		return r;
	if (root[0])
		return read_hostname(root, machine);
	if (uname(&name) < 0)
		return 0;
	r = set(&machine->hostname, name.nodename);
	return r < 0 ? r : set(&machine->architecture, name.machine);
}
