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
