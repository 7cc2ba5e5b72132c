// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Package managers announce sizes for people: few digits and a unit, of which each has its own.
 * They serve to show progress and for nothing else, so a number that is out of bounds is none.
 */

#include "update/bytes.h"

#include <stdlib.h>
#include <string.h>

unsigned long long bytes_announced(
	const char *line, const char *begin, const struct bytes_unit *units)
{
	double number;
	char *behind;

	if (strncmp(line, begin, strlen(begin)) != 0)
		return 0;
	number = strtod(line + strlen(begin), &behind);
	for (; units->name; units++)
		if (strncmp(behind, units->name, strlen(units->name)) == 0)
			return number > 0 && number < 1e6
				       ? (unsigned long long)(number * units->bytes)
				       : 0;
	return 0;
}
