// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A firewall rule: every text is one, and what is said of it holds together. An address or port
 * that was not understood must have left a trace.
 */

#include "policy/grouppolicy/rule.h"
#include "util/cleanup.h"

#include <assert.h>
#include <string.h>

/* Longer input only repeats what it says, and takes its time. */
#define SIZE_MAX_USEFUL 400

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct gpo_rule *rule)
{
	for (size_t i = 0; i < rule->port_count; i++)
		assert(rule->ports[i].first > 0 && rule->ports[i].first <= rule->ports[i].last);
	for (size_t i = 0; i < rule->peers.count; i++) {
		_cleanup_free_ char *again = NULL;

		assert(exception_parse_peer(rule->peers.items[i], &again, NULL) == 0);
		assert(strcmp(rule->peers.items[i], again) == 0);
	}
	assert(rule->has_ports == (rule->port_count + rule->bad_ports.count > 0));
	assert(rule->has_peers ==
		(rule->peers.count + rule->bad_peers.count > 0 || rule->local != 0));
}

static void test(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct gpo_rule rule;

	assert(gpo_rule_parse(text, &rule) == 0);
	check(&rule);
	gpo_rule_clear(&rule);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= SIZE_MAX_USEFUL)
		test(data, size);
	return 0;
}
