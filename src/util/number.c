// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Large numbers as people read them.
 */

#include "util/number.h"

#include <stdio.h>

char *number_write(unsigned long long number, char buffer[static NUMBER_SIZE])
{
	char digits[NUMBER_SIZE];
	int length = snprintf(digits, sizeof(digits), "%llu", number), at = 0;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			buffer[at++] = ',';
		buffer[at++] = digits[i];
	}
	buffer[at] = '\0';
	return buffer;
}

char *number_brief(unsigned long long number, char buffer[static NUMBER_SIZE])
{
	static const char units[] = "kMGTPE";
	unsigned long long tenths = number / 100;
	size_t unit = 0;

	if (number < 10000)
		return number_write(number, buffer);
	for (; tenths >= 10000; unit++)
		tenths /= 1000;
	if (tenths < 100)
		snprintf(
			buffer, NUMBER_SIZE, "%llu.%llu %c", tenths / 10, tenths % 10, units[unit]);
	else
		snprintf(buffer, NUMBER_SIZE, "%llu %c", tenths / 10, units[unit]);
	return buffer;
}
