// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One way to fail and one way to print into a string. See fail.h for the idea.
 */

#include "util/fail.h"

#include "util/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int fail(char **why, int error, const char *format, ...)
{
	va_list arguments;
	char *sentence;

	if (!why)
		return -error;
	va_start(arguments, format);
	if (vasprintf(&sentence, translated(format), arguments) < 0)
		sentence = NULL;
	va_end(arguments);
	free(*why);
	*why = sentence;
	return -error;
}

char *strdup_printf(const char *format, ...)
{
	va_list arguments;
	char *result;

	va_start(arguments, format);
	if (vasprintf(&result, format, arguments) < 0)
		result = NULL;
	va_end(arguments);
	return result;
}
