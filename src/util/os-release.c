// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An INI file without sections, whose values are quoted as in a shell.
 */

#include "util/os-release.h"

#include "util/cleanup.h"
#include "util/file.h"
#include "util/ini.h"

#include <errno.h>
#include <string.h>

#define OS_RELEASE_MAX (64U << 10)

struct wanted_field {
	const char *name;
	char *value; /* as it is written */
};

static int remember_field(void *context, const struct ini_entry *entry)
{
	struct wanted_field *wanted = context;

	if (strcmp(entry->key, wanted->name) != 0)
		return 0;
	free(wanted->value);
	wanted->value = strdup(entry->value);
	return wanted->value ? 0 : -ENOMEM;
}

/* Up to the quotation mark that ends it; in place. */
static void unquote_value(char *value)
{
	const char quote = *value == '"' || *value == '\'' ? *value : '\0';
	char *to = value;

	for (const char *from = value + (quote != '\0'); *from && *from != quote; from++) {
		if (*from == '\\' && quote != '\'' && from[1])
			from++;
		*to++ = *from;
	}
	*to = '\0';
}

int os_release_get(const char *content, const char *field, char **value)
{
	static const struct ini_dialect dialect = {
		.comments = "#", .trailing = "", .sectionless = true};
	static const struct ini_visitor visitor = {.entry = remember_field};
	struct wanted_field wanted = {field, NULL};
	int r = ini_parse(content, strlen(content), &dialect, &visitor, &wanted);

	if (r == 0 && wanted.value)
		unquote_value(wanted.value);
	if (r == 0 && wanted.value && *wanted.value) {
		*value = wanted.value;
		return 1;
	}
	free(wanted.value);
	return r == -EFBIG ? 0 : r;
}

int os_release_read(const char *root, char **content)
{
	int r = file_read_in(root, "/etc/os-release", OS_RELEASE_MAX, content, NULL);

	return r == 0 || r == -ENOMEM
		       ? r
		       : file_read_in(root, "/usr/lib/os-release", OS_RELEASE_MAX, content, NULL);
}
