// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every line of a text is told once, understood or not, in the order of the file; and what was
 * understood, written down again, is understood as the same.
 *
 * The first byte chooses the dialect.
 */

#include "util/cleanup.h"
#include "util/ini.h"
#include "util/printable.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct ini_dialect dialects[] = {
	{.continuation = INI_INDENT_WITHOUT_SETTING,
		.comments = "#;",
		.trailing = "#",
		.quotes = true,
		.text_only = true},
	{.continuation = INI_BACKSLASH, .comments = "#;", .trailing = "", .exact_header = true},
	{.continuation = INI_INDENT, .comments = "#;", .trailing = "", .quotes = true},
	{.comments = "#;", .trailing = "#;", .any_header = true, .exact_header = true},
	{.comments = "#", .trailing = "", .sectionless = true},
};

struct told {
	const struct ini_dialect *dialect;
	unsigned int lines, last; /* of the text; the last that was told */
	bool lost;		  /* below a header that was not understood */
	FILE *out;		  /* what was understood, as it can be read again */
};

static void advance(struct told *told, unsigned int line)
{
	assert(line > told->last && line <= told->lines);
	told->last = line;
}

static int see_section(void *context, const char *name, unsigned int line)
{
	struct told *told = context;

	assert(*name && !strpbrk(name, "]\n"));
	advance(told, line);
	told->lost = false;
	fprintf(told->out, "[%s]\n", name);
	return 0;
}

/* Quoted where quotation marks go, with blanks in front of lines that go on, and one behind what
 * may end in a backslash. */
static void write_value(const struct told *told, const char *value)
{
	const char *quote = told->dialect->quotes ? "\"" : "";

	fputs(quote, told->out);
	for (; *value; value++)
		fprintf(told->out, *value == '\n' ? "\n " : "%c", *value);
	fprintf(told->out, "%s \n", quote);
}

static int see_entry(void *context, const struct ini_entry *entry)
{
	struct told *told = context;

	assert(*entry->key && !strpbrk(entry->key, "=\n") && !strchr(" \t\r", *entry->key));
	assert(*entry->section || told->dialect->sectionless);
	assert(!told->lost);
	if (told->dialect->text_only)
		assert(is_printable(entry->key) && is_printable(entry->section));
	advance(told, entry->line);
	/* The lines of its value are told by nothing else. */
	for (const char *at = entry->value; *at; at++)
		told->last += *at == '\n';
	assert(told->last <= told->lines);
	fprintf(told->out, "%s=", entry->key);
	write_value(told, entry->value);
	return 0;
}

static int see_problem(void *context, enum ini_problem problem, unsigned int line)
{
	struct told *told = context;

	assert(*ini_problem_text(problem));
	advance(told, line);
	told->lost = told->lost || problem >= INI_HEADER_OPEN;
	return 0;
}

/* What was understood; the first line is blank, so that no second byte order mark is one. */
static char *read_text(const struct ini_dialect *dialect, const char *content, size_t size)
{
	static const struct ini_visitor seeing = {see_section, see_entry, see_problem};
	struct told told = {.dialect = dialect, .lines = 1};
	char *written = NULL;
	size_t length = 0;

	for (size_t i = 0; i < size; i++)
		told.lines += content[i] == '\n';
	told.out = open_memstream(&written, &length);
	fputc('\n', told.out);
	assert(ini_parse(content, size, dialect, &seeing, &told) == 0);
	fclose(told.out);
	return written;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct ini_dialect *dialect = &dialects[size ? data[0] % ELEMENTS(dialects) : 0];
	_cleanup_free_ char *written = NULL, *again = NULL;

	if (size == 0)
		return 0;
	written = read_text(dialect, (const char *)data + 1, size - 1);
	again = read_text(dialect, written, strlen(written));
	assert(strcmp(written, again) == 0);
	return 0;
}
