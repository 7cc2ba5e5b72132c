// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A copy of the text is cut up in place. Joined lines only ever get shorter than they were in it,
 * so that everything fits where it stands, and each byte is moved once.
 *
 * A setting is told when the next one begins, for a line in between may continue it.
 *
 * MUST NOT lose a line: what is not understood may have been meant to narrow something.
 */

#include "util/ini.h"

#include "util/cleanup.h"
#include "util/language.h"
#include "util/match.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define BLANKS		" \t\r"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct parser {
	const struct ini_dialect *dialect;
	const struct ini_visitor *visitor;
	void *context;
	char *rest, *text_end; /* what has not been looked at yet */
	unsigned int physical; /* lines that have been looked at */
	unsigned int line;     /* where the present one begins */
	const char *section;   /* NULL: its header was not understood */
	/* The setting that may go on; without a key: there is none. */
	struct ini_entry entry;
	char *value, *value_end;
	unsigned int value_line; /* the last that belongs to it */
};

const char *ini_problem_text(enum ini_problem problem)
{
	static const char *const texts[] = {
		[INI_NO_SETTING] = N_("neither a section nor a setting"),
		[INI_NO_KEY] = N_("a value without the name of a setting"),
		[INI_NO_SECTION] = N_("a setting in front of the first section"),
		[INI_CONTINUES_NOTHING] = N_("an indented line continues nothing"),
		[INI_NOT_TEXT] = N_("not text: UTF-8 without control characters is expected"),
		[INI_HEADER_OPEN] = N_("a section without its ]"),
		[INI_HEADER_EMPTY] = N_("a section without a name"),
		[INI_HEADER_TEXT] = N_("something behind the ] of a section"),
	};

	return texts[problem];
}

/* "value" and 'value', as a whole. */
static char *unquote(char *value, char *end)
{
	if (end - value < 2 || (*value != '"' && *value != '\'') || end[-1] != *value)
		return value;
	end[-1] = '\0';
	return value + 1;
}

/* Tells the setting that is complete by now. */
static int tell_entry(struct parser *parser)
{
	struct ini_entry entry = parser->entry;

	parser->entry = (struct ini_entry){0};
	if (!entry.key || !parser->visitor->entry)
		return 0;
	entry.value =
		parser->dialect->quotes ? unquote(parser->value, parser->value_end) : parser->value;
	return parser->visitor->entry(parser->context, &entry);
}

static int tell_problem(struct parser *parser, enum ini_problem problem)
{
	int r = tell_entry(parser);

	if (r != 0 || !parser->visitor->problem)
		return r;
	return parser->visitor->problem(parser->context, problem, parser->line);
}

/* Up to the next line feed; NULL at the end. @length does not count what ends the line. */
static char *next_physical_line(struct parser *parser, size_t *length)
{
	char *line = parser->rest, *end;

	if (line == parser->text_end)
		return NULL;
	end = memchr(line, '\n', (size_t)(parser->text_end - line));
	parser->rest = end ? end + 1 : parser->text_end;
	end = end ? end : parser->text_end;
	while (end > line && end[-1] == '\r')
		end--;
	*end = '\0';
	*length = (size_t)(end - line);
	parser->physical++;
	return line;
}

/* A carriage return ends a line for some editors: what they show below a comment is no part of
 * it. */
static bool hides_a_line(const struct ini_dialect *dialect, const char *line, size_t length)
{
	return memchr(line, '\0', length) || (dialect->text_only && memchr(line, '\r', length));
}

static bool is_comment(const struct ini_dialect *dialect, const char *line, size_t length)
{
	const size_t blanks = dialect->continuation == INI_INDENT ? 0 : strspn(line, BLANKS);

	return line[blanks] && strchr(dialect->comments, line[blanks]) &&
	       !(dialect->text_only && hides_a_line(dialect, line, length));
}

/* Ends in a backslash that no other one quotes. */
static bool ends_in_backslash(const char *line, const char *end)
{
	bool odd = false;

	while (end > line && *--end == '\\')
		odd = !odd;
	return odd;
}

/* The next line that is no comment, with those that a backslash joins to it. */
static char *next_line(struct parser *parser, size_t *length)
{
	char *line = NULL, *end = NULL, *part;
	size_t more;

	while ((part = next_physical_line(parser, &more)) != NULL) {
		if (is_comment(parser->dialect, part, more))
			continue;
		if (!line) {
			line = end = part;
			parser->line = parser->physical;
		}
		memmove(end, part, more);
		end += more;
		*end = '\0';
		if (parser->dialect->continuation != INI_BACKSLASH || !ends_in_backslash(line, end))
			break;
		end[-1] = ' ';
	}
	*length = line ? (size_t)(end - line) : 0;
	return line;
}

static int refuse_header(struct parser *parser, enum ini_problem problem)
{
	parser->section = NULL;
	return tell_problem(parser, problem);
}

static int take_header(struct parser *parser, char *line)
{
	const struct ini_dialect *dialect = parser->dialect;
	char *name = line + 1, *end = strchr(name, ']'), *more;
	int r;

	if (!end)
		return refuse_header(parser, INI_HEADER_OPEN);
	*end = '\0';
	more = end + 1 + strspn(end + 1, BLANKS);
	if (*more && !strchr(dialect->comments, *more) && !dialect->any_header)
		return refuse_header(parser, INI_HEADER_TEXT);
	name = dialect->exact_header ? name : trim(name, BLANKS);
	if (!*name)
		return refuse_header(parser, INI_HEADER_EMPTY);
	r = tell_entry(parser);
	parser->section = name;
	if (r != 0 || !parser->visitor->section)
		return r;
	return parser->visitor->section(parser->context, name, parser->line);
}

static int take_setting(struct parser *parser, char *line)
{
	char *value = strchr(line, '='), *key;
	int r;

	if (!value)
		return tell_problem(parser, INI_NO_SETTING);
	*value++ = '\0';
	key = trim(line, BLANKS);
	if (!*key)
		return tell_problem(parser, INI_NO_KEY);
	if (!*parser->section && !parser->dialect->sectionless)
		return tell_problem(parser, INI_NO_SECTION);
	r = tell_entry(parser);
	parser->entry = (struct ini_entry){parser->section, key, NULL, parser->line};
	parser->value = trim(value, BLANKS);
	parser->value_end = parser->value + strlen(parser->value);
	parser->value_line = parser->line;
	return r;
}

static bool is_continuation(const struct ini_dialect *dialect, const char *line)
{
	if (*line != ' ' && *line != '\t')
		return false;
	return dialect->continuation == INI_INDENT ||
	       (dialect->continuation == INI_INDENT_WITHOUT_SETTING && !strchr(line, '='));
}

static int take_continuation(struct parser *parser, const char *line)
{
	const size_t feeds = parser->line - parser->value_line, length = strlen(line);

	if (!parser->entry.key)
		return tell_problem(parser, INI_CONTINUES_NOTHING);
	memset(parser->value_end, '\n', feeds);
	parser->value_end += feeds;
	memmove(parser->value_end, line, length + 1);
	parser->value_end += length;
	parser->value_line = parser->line;
	return 0;
}

static int understand_line(struct parser *parser, char *line, size_t length)
{
	const struct ini_dialect *dialect = parser->dialect;
	bool continues;

	if (hides_a_line(dialect, line, length))
		return tell_problem(parser, INI_NOT_TEXT);
	line[strcspn(line, dialect->trailing)] = '\0';
	if (dialect->text_only && !is_printable(line))
		return tell_problem(parser, INI_NOT_TEXT);
	continues = is_continuation(dialect, line);
	line = trim(line, BLANKS);
	if (*line == '[')
		return take_header(parser, line);
	if (!*line || !parser->section)
		return 0;
	return continues ? take_continuation(parser, line) : take_setting(parser, line);
}

int ini_parse(const char *text, size_t size, const struct ini_dialect *dialect,
	const struct ini_visitor *visitor, void *context)
{
	_cleanup_free_ char *copy = size <= INI_SIZE_MAX ? malloc(size + 1) : NULL;
	struct parser parser = {
		.dialect = dialect, .visitor = visitor, .context = context, .section = ""};
	size_t length;
	char *line;
	int r = 0;

	if (!copy)
		return size <= INI_SIZE_MAX ? -ENOMEM : -EFBIG;
	memcpy(copy, text, size);
	copy[size] = '\0';
	parser.text_end = copy + size;
	parser.rest = strncmp(copy, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0
			      ? copy + strlen(BYTE_ORDER_MARK)
			      : copy;
	while (r == 0 && (line = next_line(&parser, &length)) != NULL)
		r = understand_line(&parser, line, length);
	return r == 0 ? tell_entry(&parser) : r;
}
