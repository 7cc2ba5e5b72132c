// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What iptables-save wrote: a person has decided where there is a rule or a chain that drops. Lines
 * say so each by itself: in another order, or with a comment before them, they say the same.
 */

#include "facts/firewall/firewall.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *content = strndup((const char *)data, size), *copy = strdup(content);
	_cleanup_free_ char *longer = strdup_printf("# saved\n*filter\n%s\nCOMMIT\n", content);
	char *rest = copy, *line;
	bool found = firewall_parse_iptables(content), any = false;

	while ((line = strsep(&rest, "\n")) != NULL) {
		const bool rule = strncmp(line, "-A ", 3) == 0;
		const bool drops = *line == ':' && strstr(line, " DROP");

		assert(firewall_parse_iptables(line) == (rule || drops));
		any = any || rule || drops;
	}
	assert(found == any);
	assert(firewall_parse_iptables(longer) == found);
	return 0;
}
