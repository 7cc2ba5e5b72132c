// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A rule set as text: its lines, and how many of them are rules.
 */

#include "seal/writer.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdarg.h>

int writer_open(struct writer *writer)
{
	writer->out = stream_open(&writer->stream);
	return writer->out ? 0 : -ENOMEM;
}

int writer_close(struct writer *writer, char **text, unsigned int *rules)
{
	_cleanup_free_ char *whole = stream_close(&writer->stream);

	if (!whole || writer->error < 0)
		return -ENOMEM;
	*text = TAKE_PTR(whole);
	*rules = writer->rules;
	return 0;
}

void rule_begin(struct writer *writer)
{
	fputs("\t\t", writer->out);
}

void rule_end(struct writer *writer)
{
	fputc('\n', writer->out);
	writer->rules++;
}

void rule(struct writer *writer, const char *format, ...)
{
	va_list arguments;

	rule_begin(writer);
	va_start(arguments, format);
	vfprintf(writer->out, format, arguments);
	va_end(arguments);
	rule_end(writer);
}

void chain_begin(struct writer *writer, const char *name, const char *hook, const char *priority,
	const char *policy)
{
	fprintf(writer->out, "\tchain %s {\n", name);
	if (hook)
		fprintf(writer->out, "\t\ttype filter hook %s priority %s; policy %s;\n", hook,
			priority, policy);
}

void chain_end(struct writer *writer)
{
	fputs("\t}\n", writer->out);
}
