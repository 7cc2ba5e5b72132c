// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update/waiting: what an audience hears of it. Pauses take no time here.
 */

#include "tree.h"

#include "update/waiting.h"

#include <errno.h>
#include <string.h>

struct heard {
	char text[512];
	bool is_to_end;
};

static void hear(void *context, const struct update_step *step)
{
	struct heard *heard = context;
	size_t length = strlen(heard->text);

	snprintf(heard->text + length, sizeof(heard->text) - length, "%s: %s\n", step->state,
		step->message);
}

static bool is_to_end(void *context)
{
	return ((struct heard *)context)->is_to_end;
}

static void each_obstacle_is_told_once(void **state)
{
	struct heard heard = {.text = ""};
	const struct update_audience audience = {hear, &heard, is_to_end};
	struct waiting waiting = {.audience = &audience};

	(void)state;
	waiting_end(&waiting);
	assert_string_equal(heard.text, "");
	assert_int_equal(waiting_pause(&waiting, RETRY_LOCK, "process 1", 0, NULL), 0);
	assert_int_equal(waiting_pause(&waiting, RETRY_LOCK, "process 2", 0, NULL), 0);
	assert_int_equal(waiting_pause(&waiting, RETRY_CLOCK, "another 7s", 0, NULL), 0);
	assert_int_equal(waiting_pause(&waiting, RETRY_CLOCK, "another 2s", 0, NULL), 0);
	assert_int_equal(waiting_pause(&waiting, RETRY_STALE, "since 1s", 0, NULL), 0);
	waiting_end(&waiting);
	waiting_end(&waiting);
	assert_string_equal(heard.text,
		"wait: Waiting for another program to end: process 1\n"
		"wait: Waiting for the clock to be set (timedatectl): another 7s\n"
		"wait: Going on: the clock has been set\n");
}

static void it_ends_with_the_update(void **state)
{
	struct heard heard = {.is_to_end = true};
	const struct update_audience audience = {hear, &heard, is_to_end};
	struct waiting waiting = {.audience = &audience};
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(waiting_pause(&waiting, RETRY_LOCK, "process 1", 1, &why), -ECANCELED);
	assert_contains(why, "told to end");
}

static void nobody_need_listen(void **state)
{
	struct waiting waiting = {0};

	(void)state;
	assert_int_equal(waiting_pause(&waiting, RETRY_LOCK, "process 1", 0, NULL), 0);
	waiting_end(&waiting);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_obstacle_is_told_once),
		cmocka_unit_test(it_ends_with_the_update),
		cmocka_unit_test(nobody_need_listen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
