// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Package managers announce sizes for people: few digits and a unit, of which each has its own.
 * They serve to show progress and for nothing else, so a number that is out of bounds is none.
 */

#include "update/manager/bytes.h"

#include "util/match.h"

#include <stdlib.h>
#include <string.h>

unsigned long long bytes_announced(
	const char *line, const char *begin, const struct bytes_unit *units)
{
	double number;
	char *unit;

	if (!starts_with(line, begin))
		return 0;
	number = strtod(line + strlen(begin), &unit);
	for (; units->name; units++)
		if (starts_with(unit, units->name))
			return number > 0 && number < 1e6
				       ? (unsigned long long)(number * units->bytes)
				       : 0;
	return 0;
}
