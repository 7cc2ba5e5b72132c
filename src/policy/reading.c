// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A place that says something (a file, the kernel command line), value by value: words are handed
 * to the table of settings, and what is not understood is named, with the line in which it stands.
 *
 * MUST NOT let a mistake open anything: see settings.c.
 */

#include "policy/settings.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define PROBLEM_MAX    1024 /* bytes of a sentence; longer ones quote a word without an end */
#define NAME_MAX_SHOWN 64
#define SEPARATORS     " \t\n,"

void reading_doubt(struct reading *reading)
{
	reading->doubtful = true;
	reading->policy->unclear = true;
}

int reading_problem(struct reading *reading, const char *source, const char *sentence)
{
	_cleanup_free_ char *safe = printable(sentence, PROBLEM_MAX);

	if (!safe)
		return -ENOMEM;
	if (reading->named++ >= READING_PROBLEMS_MAX)
		return 0;
	return strv_addf(&reading->policy->problems, "%s: %s", source, safe);
}

static int report_unknown(
	struct reading *reading, const char *section, const char *name, const char *source)
{
	_cleanup_free_ char *list = NULL, *in = NULL, *what = NULL, *sentence = NULL;

	reading_doubt(reading);
	/* To put it together again and again would be slow in a file that is full of them. */
	if (reading->named >= READING_PROBLEMS_MAX)
		return reading_problem(reading, source, "");
	list = setting_list();
	in = printable(section, NAME_MAX_SHOWN);
	what = printable(name, NAME_MAX_SHOWN);
	if (list && in && what)
		sentence = strdup_printf(
			_("[%s] %s=: no such setting; there are %s; its [Allow] Port= "
			  "stays closed"),
			in, what, list);
	return sentence ? reading_problem(reading, source, sentence) : -ENOMEM;
}

/* A value that is being read. */
struct value {
	struct reading *reading;
	const struct setting *key;
	char *source;	/* of its present line */
	bool continued; /* that is not its first */
	size_t words;
};

static int refuse_value(const struct value *value, const char *why)
{
	const struct setting *key = value->key;

	if (key->decides)
		value->reading->policy->unclear = true;
	if (key->names)
		setting_choice(value->reading->policy, key)->refused = true;
	/* An indented line may have been a From= that lost its '='. */
	if (value->continued)
		reading_doubt(value->reading);
	return reading_problem(value->reading, value->source, why ? why : _("not understood"));
}

static int read_word(const struct value *value, const char *word)
{
	_cleanup_free_ char *why = NULL;
	int r = value->key->read(value->reading, value->key, word, value->source, &why);

	return r == -EINVAL ? refuse_value(value, why) : r;
}

static bool is_one_word(const char *value)
{
	value += strspn(value, SEPARATORS);
	value += strcspn(value, SEPARATORS);
	return value[strspn(value, SEPARATORS)] == '\0';
}

/* The words of one line of a value. */
static int value_words(struct value *value, char *line)
{
	char *word;
	int r = 0;

	while (r == 0 && (word = strsep(&line, SEPARATORS)) != NULL) {
		if (!*word)
			continue;
		value->words++;
		r = read_word(value, word);
	}
	return r;
}

static int value_locate(struct value *value, const char *place, unsigned int line)
{
	free(value->source);
	value->source = line ? strdup_printf("%s:%u", place, line) : strdup(place);
	return value->source ? 0 : -ENOMEM;
}

static int value_lines(struct value *value, char *lines, const char *place, unsigned int line)
{
	char *one;
	int r = 0;

	for (; r == 0 && (one = strsep(&lines, "\n")) != NULL; line += line > 0) {
		r = value_locate(value, place, line);
		if (r == 0)
			r = value_words(value, one);
		value->continued = true;
	}
	if (r < 0 || value->words > 0)
		return r;
	value->continued = false;
	return read_word(value, NULL);
}

static int refuse_several(const struct value *value)
{
	_cleanup_free_ char *why =
		strdup_printf(_("%s=: several values, and one is expected"), value->key->name);

	return why ? refuse_value(value, why) : -ENOMEM;
}

int setting_read(struct reading *reading, const char *section, const char *name, const char *value,
	const char *place, unsigned int line)
{
	struct value one = {.reading = reading, .key = setting_find(section, name)};
	_cleanup_free_ char *copy = strdup(value);
	int r = copy ? value_locate(&one, place, line) : -ENOMEM;

	if (r == 0 && !one.key)
		r = report_unknown(reading, section, name, one.source);
	else if (r == 0 && !one.key->list && !is_one_word(value))
		r = refuse_several(&one);
	else if (r == 0)
		r = value_lines(&one, copy, place, line);
	free(one.source);
	return r;
}

/* Every port for every peer; for anyone only where nothing was said to narrow it. */
static int join_ports(const struct reading *reading)
{
	struct exception_list *allow = &reading->policy->allow;
	int r = 0;

	for (size_t i = 0; r == 0 && i < reading->ports.count; i++) {
		struct exception exception = reading->ports.items[i];

		if (!reading->narrowed)
			r = exception_add(allow, &exception);
		for (size_t k = 0; r == 0 && k < reading->peers.count; k++) {
			exception.peer = reading->peers.items[k];
			r = exception_add(allow, &exception);
		}
	}
	return r;
}

int reading_end(struct reading *reading, const char *place)
{
	const size_t more =
		reading->named > READING_PROBLEMS_MAX ? reading->named - READING_PROBLEMS_MAX : 0;
	int r = reading->doubtful ? 0 : join_ports(reading);

	reading->policy->narrowed |= reading->narrowed;
	if (r == 0)
		r = strv_move(&reading->peers, &reading->policy->from);
	if (r == 0 && more > 0)
		r = strv_addf(&reading->policy->problems,
			"%s: %zu more are not understood, and not listed", place, more);
	exception_list_clear(&reading->ports);
	strv_clear(&reading->peers);
	return r;
}
