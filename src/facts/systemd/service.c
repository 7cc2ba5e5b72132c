// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line of a service.
 *
 * Distributions keep the options of a daemon in a file of their own (/etc/default/ssh,
 * /etc/sysconfig/sshd) and name it in the unit, so the unit is asked for it. systemd replaces $NAME
 * as a word of its own, by words, and ${NAME}, by one word; both are done here where they are a
 * whole word, as everybody writes them.
 */

#include "facts/systemd/service.h"

#include "facts/systemd/units.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/words.h"

#include <errno.h>
#include <string.h>

#define ENVIRONMENT_SIZE_MAX (64U << 10)
#define WORDS_MAX	     256

int service_find_enabled(struct unit_lookup *lookup, const char *const *units, const char **unit)
{
	for (; *units; units++) {
		int state = unit_lookup_state(lookup, *units, NULL);

		if (state < 0)
			return state;
		if (state != UNIT_ENABLED)
			continue;
		*unit = *units;
		return 1;
	}
	return 0;
}

/* The words of a value, with one blank between them: quotation marks are gone. */
static int join_words(const char *rest, char **value)
{
	_cleanup_free_ char *all = strdup("");
	int r = all ? 1 : -ENOMEM;

	while (r == 1) {
		_cleanup_free_ char *word = NULL;
		char *longer;

		r = words_next(&rest, &word);
		if (r != 1)
			break;
		longer = strdup_printf("%s%s%s", all, *all ? " " : "", word);
		free(all);
		all = longer;
		r = all ? 1 : -ENOMEM;
	}
	if (r == 0)
		*value = TAKE_PTR(all);
	return r;
}

/* The part of "NAME=VALUE" behind the '='; NULL when it is of another name. */
static const char *find_assignment(const char *line, const char *name)
{
	const size_t length = strlen(name);

	line += strspn(line, " \t");
	return strncmp(line, name, length) == 0 && line[length] == '=' ? line + length + 1 : NULL;
}

/* Takes the last assignment of the text; *value stays as it is without one. */
static int read_environment_text(const char *content, const char *name, char **value)
{
	_cleanup_free_ char *copy = strdup(content);
	const char *found = NULL;
	char *rest = copy, *line;
	char *joined = NULL;
	int r;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *assigned = find_assignment(line, name);

		found = assigned ? assigned : found;
	}
	if (!found)
		return 0;
	r = join_words(found, &joined);
	if (r < 0)
		return r;
	free(*value);
	*value = joined;
	return 0;
}

/* "-/etc/default/ssh": without the file there is nothing in it. Nor does systemd take a path that
 * is not absolute. */
static int read_environment_file(
	const struct service *service, const char *path, const char *name, char **value, char **why)
{
	_cleanup_free_ char *content = NULL;
	int r;

	path += *path == '-';
	if (*path != '/')
		return 0;
	r = service->read(service, path, &content, why);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	r = read_environment_text(content, name, value);
	return r == -EINVAL ? fail(why, EINVAL, "%s: %s= is not understood", path, name) : r;
}

/* The words of one Environment= are assignments, each quoted as a whole. */
static int read_environment(const char *assignments, const char *name, char **value)
{
	int r = 1;

	while (r == 1) {
		_cleanup_free_ char *word = NULL;
		const char *assigned;

		r = words_next(&assignments, &word);
		assigned = r == 1 ? find_assignment(word, name) : NULL;
		if (!assigned)
			continue;
		free(*value);
		*value = strdup(assigned);
		r = *value ? 1 : -ENOMEM;
	}
	return r;
}

/* *value becomes NULL when nothing sets it. Files win over the unit, as systemd.exec(5) has it. */
static int find_variable(const struct service *service, const char *name, char **value, char **why)
{
	_cleanup_free_ char *found = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < service->environment.count; i++) {
		r = read_environment(service->environment.items[i], name, &found);
		if (r == -EINVAL)
			fail(why, EINVAL, "%s: Environment= is not understood", service->unit);
	}
	for (size_t i = 0; r == 0 && i < service->files.count; i++)
		r = read_environment_file(service, service->files.items[i], name, &found, why);
	if (r == 0)
		*value = TAKE_PTR(found);
	return r;
}

static int add_words(struct strv *words, const char *line)
{
	int r = 1;

	while (r == 1) {
		_cleanup_free_ char *word = NULL;

		r = words_next(&line, &word);
		if (r == 1 && words->count >= WORDS_MAX)
			return -EINVAL;
		if (r == 1 && strv_addf(words, "%s", word) < 0)
			return -ENOMEM;
	}
	return r;
}

/* A word of ExecStart=, which may stand for a variable. */
static int add_word(const struct service *service, const char *word, struct strv *words, char **why)
{
	_cleanup_free_ char *name = NULL, *value = NULL;
	const size_t length = strlen(word);
	const bool braces = length > 3 && word[1] == '{' && word[length - 1] == '}';
	int r;

	if (*word != '$')
		return strv_addf(words, "%s", word);
	name = braces ? strndup(word + 2, length - 3) : strdup(word + 1);
	r = name ? find_variable(service, name, &value, why) : -ENOMEM;
	if (r < 0)
		return r;
	if (braces)
		return strv_addf(words, "%s", value ? value : "");
	return add_words(words, value ? value : "");
}

static int check_program(
	const char *unit, const struct strv *words, const char *program, char **why)
{
	const char *path = words->count > 0 ? words->items[0] : "nothing", *name;

	path += strspn(path, "-@:+!|");
	name = strrchr(path, '/');
	if (strcmp(name ? name + 1 : path, program) != 0)
		return fail(why, EINVAL, "%s: runs %s, not %s", unit, path, program);
	return 0;
}

static int expand(const struct service *service, const char *line, struct strv *words, char **why)
{
	_cleanup_(strv_clear) struct strv raw = {0};
	int r = add_words(&raw, line);

	for (size_t i = 0; r == 0 && i < raw.count; i++)
		r = add_word(service, raw.items[i], words, why);
	if (r == -EINVAL && !*why)
		fail(why, EINVAL, "%s: ExecStart= is not understood", service->unit);
	return r;
}

int service_expand(
	const struct service *service, const char *program, struct strv *words, char **why)
{
	_cleanup_(strv_clear) struct strv found = {0};
	const struct strv *commands = &service->commands;
	int r = 0;

	if (commands->count > 0)
		r = expand(service, commands->items[commands->count - 1], &found, why);
	if (r == 0)
		r = check_program(service->unit, &found, program, why);
	return r < 0 ? r : strv_move(&found, words);
}

static int read_file(const struct service *service, const char *path, char **content, char **why)
{
	return file_read_text_in(service->root, path, ENVIRONMENT_SIZE_MAX, content, why);
}

int service_command_line(struct unit_lookup *lookup, const char *unit, const char *program,
	struct strv *words, char **why)
{
	_cleanup_(service_clear) struct service service = {
		.root = lookup->root, .unit = unit, .read = read_file};
	const struct {
		const char *name;
		struct strv *values;
	} settings[] = {
		{"ExecStart", &service.commands},
		{"Environment", &service.environment},
		{"EnvironmentFile", &service.files},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(settings); i++)
		r = unit_read_setting(
			lookup, unit, "Service", settings[i].name, settings[i].values, NULL);
	return r < 0 ? r : service_expand(&service, program, words, why);
}

void service_clear(struct service *service)
{
	strv_clear(&service->commands);
	strv_clear(&service->environment);
	strv_clear(&service->files);
}
