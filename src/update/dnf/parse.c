// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dnf's answers to questions: which sources, which updates, which of them are for security, which
 * would be installed. Where an answer is not understood, nothing is known.
 */

#include "update/dnf/parse.h"

#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/match.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

int dnf_repos_parse(const char *output, struct strv *ids)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;
	bool has_header = false;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		if (starts_with(line, "repo id "))
			has_header = true;
		else if (has_header && *line && *line != ' ')
			r = strv_addf(ids, "%.*s", (int)strcspn(line, " "), line);
	}
	/* Without sources dnf says nothing at all. */
	return r < 0 || has_header || output[strspn(output, " \n")] == '\0' ? r : -EBADMSG;
}

static int add_update(char *fields[static 4], struct update_list *list)
{
	_cleanup_free_ char *name = strdup_printf("%s.%s", fields[0], fields[2]);
	const struct update_package package = {.name = name, .to = fields[1], .origin = fields[3]};

	if (!name)
		return -ENOMEM;
	return update_list_find(list, name) ? 0 : update_list_add(list, &package);
}

int dnf_updates_parse(const char *output, struct update_list *list)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		char *fields[4] = {NULL};

		if (!*line)
			continue;
		for (size_t i = 0; i < ELEMENTS(fields); i++)
			fields[i] = strsep(&line, "\t");
		if (line || !fields[3] || !isalnum((unsigned char)*fields[0]) || !*fields[1] ||
			!*fields[2])
			return -EBADMSG;
		r = add_update(fields, list);
	}
	return r;
}

/* A line of updateinfo: of dnf4 "ID Important/Sec. NEVRA" or "ID bugfix NEVRA", of dnf5
 * "ID security Important NEVRA DATE TIME". */
struct advisory {
	const char *severity; /* NULL: none */
	const char *nevra;
	bool security;
};

static bool is_kind(const char *word)
{
	static const char *const kinds[] = {
		"security", "bugfix", "enhancement", "newpackage", "unknown"};

	for (size_t i = 0; i < ELEMENTS(kinds); i++)
		if (strcmp(word, kinds[i]) == 0)
			return true;
	return false;
}

/* Cut up in place. */
static int read_advisory(char *line, struct advisory *advisory)
{
	char *words[6] = {NULL}, *word, *slash;
	size_t count = 0;

	while (count < ELEMENTS(words) && (word = strsep(&line, " \t")))
		if (*word)
			words[count++] = word;
	*advisory = (struct advisory){0};
	if (count == 3) {
		slash = strstr(words[1], "/Sec.");
		if (!slash && !is_kind(words[1]))
			return -EBADMSG;
		advisory->security = slash || strcmp(words[1], "security") == 0;
		advisory->nevra = words[2];
		if (slash) {
			*slash = '\0';
			advisory->severity = words[1];
		}
		return 0;
	}
	if (count < 4 || !is_kind(words[1]))
		return -EBADMSG;
	advisory->security = strcmp(words[1], "security") == 0;
	advisory->severity = words[2];
	advisory->nevra = words[3];
	return 0;
}

static int rank(const char *severity)
{
	static const char *const order[] = {"low", "moderate", "important", "critical"};

	for (size_t i = 0; severity && i < ELEMENTS(order); i++)
		if (strcasecmp(severity, order[i]) == 0)
			return (int)i + 1;
	return 0;
}

static int mark(struct update_package *package, const struct advisory *advisory)
{
	char *severity;

	package->security = true;
	if (rank(advisory->severity) <= rank(package->severity))
		return 0;
	severity = strdup(advisory->severity);
	if (!severity)
		return -ENOMEM;
	for (char *at = severity; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	free(package->severity);
	package->severity = severity;
	return 0;
}

/* One that no source offers: its module is off, or somebody filters it in a way that is not seen.
 */
static int add_unknown(const char *name, const char *nevra, struct update_list *list)
{
	const size_t begin = strlen(name) - strlen(strrchr(name, '.'));
	const char *version = nevra + begin + 1;
	_cleanup_free_ char *to = strndup(version, strlen(version) - strlen(strrchr(name, '.')));
	const struct update_package package = {.name = (char *)name,
		.to = to,
		.origin = (char *)"",
		.security = true,
		.withheld = true,
		.because =
			(char *)_("its advisory is there, and no source offers it: look at \"dnf "
				  "module list\", and at filters of the sources")};

	return to ? update_list_add(list, &package) : -ENOMEM;
}

static int join(const struct advisory *advisory, struct update_list *list)
{
	const char *arch = strrchr(advisory->nevra, '.');
	_cleanup_free_ char *bare = rpm_name(advisory->nevra), *name = NULL;
	struct update_package *package;
	int r = 0;

	if (!bare)
		return -ENOMEM;
	if (!arch || strlen(bare) + 1 >= (size_t)(arch - advisory->nevra))
		return -EBADMSG;
	if (!advisory->security)
		return 0;
	name = strdup_printf("%s%s", bare, arch);
	if (!name)
		return -ENOMEM;
	package = update_list_find(list, name);
	if (!package) {
		r = add_unknown(name, advisory->nevra, list);
		package = r == 0 ? update_list_find(list, name) : NULL;
	}
	return package ? mark(package, advisory) : r;
}

int dnf_advisories_parse(const char *output, struct update_list *list)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		struct advisory advisory;

		if (!line[strspn(line, " \t")] || starts_with(line, "Name "))
			continue;
		r = read_advisory(line, &advisory);
		if (r == 0)
			r = join(&advisory, list);
	}
	return r;
}

/* " name   arch   version ...", of which a long name or version puts the rest on the next line. */
static int add_row(const char *line, const char *rest, struct strv *names)
{
	_cleanup_free_ char *name = strndup(line + 1, strcspn(line + 1, " "));
	const char *arch = line + 1 + strcspn(line + 1, " ");

	arch += strspn(arch, " ");
	if (!*arch && rest)
		arch = rest + strspn(rest, " ");
	if (!name)
		return -ENOMEM;
	return strv_addf(names, "%s.%.*s", name, (int)strcspn(arch, " \n"), arch);
}

/* "Upgrading:", "Installing dependencies:"; not "Skipping ..." nor "Removing:". */
static bool is_installing(const char *section)
{
	static const char *const begins[] = {
		"Installing", "Upgrading", "Reinstalling", "Downgrading"};

	for (size_t i = 0; i < ELEMENTS(begins); i++)
		if (starts_with(section, begins[i]))
			return true;
	return false;
}

int dnf_transaction_parse(const char *out, struct strv *names)
{
	_cleanup_free_ char *copy = strdup(out);
	char *rest = copy, *line;
	bool understood = false, installing = false, in_table = false;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (line = strsep(&rest, "\n"))) {
		const size_t length = strlen(line);

		understood = understood || starts_with(line, "Nothing to do") ||
			     starts_with(line, "Transaction Summary");
		in_table = (in_table || starts_with(line, " Package")) &&
			   !starts_with(line, "Transaction Summary");
		if (!in_table)
			continue;
		if (isupper((unsigned char)*line) && line[length - 1] == ':')
			installing = is_installing(line);
		else if (installing && line[0] == ' ' && isalnum((unsigned char)line[1]))
			r = add_row(line, rest, names);
	}
	return r < 0 || understood ? r : -EBADMSG;
}
