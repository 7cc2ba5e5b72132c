// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * assistant/ticks: doubt closes.
 */

#include "tree.h"

#include "assistant/ticks.h"

#include <netinet/in.h>
#include <stdlib.h>

static struct exposure_item items[] = {
	{.protocol = "tcp", .port = 22, .after = true, .remote_admin = true},
	{.protocol = "tcp", .port = 25, .local = true},
	{.protocol = "tcp", .port = 443, .after = true},
	{.protocol = "tcp", .port = 443, .after = true},
	{.protocol = "udp", .port = 443, .after = true},
	{.protocol = "tcp", .port = 8080, .after = true},
};
static const struct policy opens = {.on_finish.value = ON_FINISH_OPEN};

static void merge(struct ticks *ticks, size_t count, const struct policy *policy)
{
	const struct exposure exposure = {.items = items, .count = count};

	assert_int_equal(ticks_merge(ticks, &exposure, policy), 0);
}

static void assert_allow(const struct ticks *ticks, const char *expected)
{
	char *allow = ticks_allow(ticks);

	assert_string_equal(allow, expected);
	free(allow);
}

static void new_ones_are_ticked_until_somebody_chose(void **state)
{
	struct ticks ticks = {0};

	(void)state;
	merge(&ticks, 3, &opens);
	assert_allow(&ticks, "22/tcp,443/tcp");
	merge(&ticks, 5, &opens);
	assert_allow(&ticks, "22/tcp,443/tcp,443/udp");
	ticks_toggle(&ticks, ticks_find(&ticks, 443, "tcp"));
	merge(&ticks, 1, &opens);
	assert_allow(&ticks, "22/tcp");
	merge(&ticks, 6, &opens);
	assert_allow(&ticks, "22/tcp,443/udp");
	assert_int_equal(ticks_count(&ticks, false), 2);
	ticks_clear(&ticks);
}

static void a_policy_says_what_is_ticked(void **state)
{
	struct exception port = {.protocol = IPPROTO_UDP, .first = 400, .last = 500};
	const struct policy policy = {
		.on_finish.value = ON_FINISH_UFW, .finish_allow = {.items = &port, .count = 1}};
	struct ticks ticks = {0};

	(void)state;
	merge(&ticks, 5, &policy);
	assert_allow(&ticks, "443/udp");
	assert_true(ticks_locks_out(&ticks));
	merge(&ticks, 6, &policy);
	assert_allow(&ticks, "443/udp");
	ticks_clear(&ticks);
}

static void narrowed_administration_stays_narrowed(void **state)
{
	struct ticks ticks = {0};

	(void)state;
	items[0].from = "192.0.2.1";
	merge(&ticks, 3, &opens);
	items[0].from = NULL;
	assert_allow(&ticks, "443/tcp,remote-admin");
	ticks_toggle(&ticks, ticks_find(&ticks, 22, "tcp"));
	assert_allow(&ticks, "443/tcp");
	assert_true(ticks_locks_out(&ticks));
	ticks_clear(&ticks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_ones_are_ticked_until_somebody_chose),
		cmocka_unit_test(a_policy_says_what_is_ticked),
		cmocka_unit_test(narrowed_administration_stays_narrowed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
