// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A whole Registry.pol, from its bytes to exceptions. Where there is damage nothing is decided or
 * open; what is open is a port that can be written into a rule, and says who wants it.
 */

#include "policy/grouppolicy/gpo.h"
#include "util/cleanup.h"

#include <assert.h>
#include <string.h>

/* Longer input only repeats what it says, and takes its time. */
#define SIZE_MAX_USEFUL 2048

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_exception(const struct exception *exception)
{
	_cleanup_free_ char *again = NULL;

	assert(exception->protocol == IPPROTO_ICMP || exception->first > 0);
	assert(exception->first <= exception->last);
	assert(strncmp(exception->source, "x.pol: ", 7) == 0);
	assert(!strpbrk(exception->source, "\n\r\033"));
	if (!exception->peer || strcmp(exception->peer, PEER_LOCAL_SUBNET) == 0)
		return;
	assert(exception_parse_peer(exception->peer, &again, NULL) == 0);
	assert(strcmp(exception->peer, again) == 0);
}

static void check(const struct group_policy *policy)
{
	assert(policy->damage.count == 0 || (!policy->decided && policy->allow.count == 0));
	assert(policy->decided == (policy->decision.what != NULL));
	for (size_t i = 0; i < policy->allow.count; i++)
		check_exception(&policy->allow.items[i]);
	for (size_t i = 0; i < policy->problems.count; i++)
		assert(!strpbrk(policy->problems.items[i], "\n\r\033"));
}

static void test(const uint8_t *data, size_t size)
{
	_cleanup_(group_policy_clear) struct group_policy policy = {0};
	_cleanup_(gpo_map_clear) struct gpo_map map = {0};
	_cleanup_free_ char *why = NULL;
	/* Each profile has its turn. */
	enum group_policy_profile profile = size % 4;

	if (gpo_map_merge(&map, "x.pol", data, size, &why) < 0) {
		assert(why);
		return;
	}
	assert(gpo_map_settle(&map) == 0);
	for (size_t i = 0; i < map.count; i++)
		assert(gpo_map_find(&map, map.items[i].key, map.items[i].name) == &map.items[i]);
	assert(gpo_interpret(&map, profile, &policy) == 0);
	check(&policy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= SIZE_MAX_USEFUL)
		test(data, size);
	return 0;
}
