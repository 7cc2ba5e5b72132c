// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ufw.conf: a firewall that counts as somebody's is enabled on the line that is named, by one of
 * the two words that ufw knows, and no line after it says another thing.
 */

#include "facts/firewall/firewall.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Behind "ENABLED=" of a line; NULL when it is another. */
static const char *assigned(const char *line)
{
	line += strspn(line, " \t");
	return strncmp(line, "ENABLED=", 8) == 0 ? line + 8 : NULL;
}

static const char *skip_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size);
	_cleanup_free_ char *copy = strdup(content);
	const char *line = content, *value = NULL;
	int number = firewall_parse_ufw(copy), last = 0;

	assert(number >= 0);
	for (int i = 1; *line; i++, line = skip_line(line))
		if (assigned(line)) {
			value = assigned(line);
			last = i;
		}
	if (number == 0) {
		assert(!value || strncmp(value, "yes\n", 4) != 0);
		return 0;
	}
	assert(number == last && value);
	value += strspn(value, "\"'");
	assert(strncmp(value, "yes", 3) == 0 || strncmp(value, "YES", 3) == 0);
	assert(!value[3] || strchr("\"' \t\r\n;", value[3]));
	return 0;
}
