// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update/drip: a mirror that sends next to nothing is told from a machine that is slow.
 */

#include "tree.h"

#include "update/manager/drip.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A fetcher that only sleeps, or one that works. */
static pid_t start(bool works)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	setpgid(0, 0);
	while (!works)
		pause();
	for (;;)
		;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* Looks for more than a window, as if each were some seconds after the one before. Return: was it
 * worth it? */
static bool look_for_a_window(struct drip *drip, bool is_fetching, pid_t fetcher)
{
	bool worth_it = drip_is_worth_it(drip, is_fetching, fetcher);

	for (int second = 0; worth_it && second < 2 * DRIP_WINDOW; second += 3) {
		drip->looked -= 3000;
		worth_it = drip_is_worth_it(drip, is_fetching, fetcher);
	}
	return worth_it;
}

static void whose_fault_it_is(void **state)
{
	static const struct {
		bool is_fetching, works, worth_it;
	} cases[] = {
		{true, false, false}, /* it waits for the mirror */
		{true, true, true},   /* it works up what it has */
		{false, false, true}, /* it does not say that it fetches */
	};
	const char *const folders[] = {tree_path(*state, ""), NULL};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		struct drip drip = {.folders = folders};
		const pid_t fetcher = start(cases[i].works);

		/* Until it sleeps, it works. */
		assert_int_equal(
			look_for_a_window(&drip, cases[i].is_fetching, fetcher), cases[i].worth_it);
		assert_int_equal(drip.dried_up, !cases[i].worth_it);
		end(fetcher);
	}
}

static void a_machine_that_stood_still_has_not_waited(void **state)
{
	const char *const folders[] = {tree_path(*state, ""), NULL};
	struct drip drip = {.folders = folders};
	const pid_t fetcher = start(false);

	assert_true(drip_is_worth_it(&drip, true, fetcher));
	drip.looked -= 10 * DRIP_WINDOW * 1000LL;
	assert_true(drip_is_worth_it(&drip, true, fetcher));
	end(fetcher);
}

static void what_arrives_is_progress(void **state)
{
	const char *const folders[] = {tree_path(*state, "/lists"), NULL};
	struct drip drip = {.folders = folders};
	const pid_t fetcher = start(false);
	static char enough[DRIP_RATE * DRIP_WINDOW + 1];

	memset(enough, 'x', sizeof(enough) - 1);
	tree_write(*state, "/lists/partial", "");
	assert_true(drip_is_worth_it(&drip, true, fetcher));
	drip.waited = DRIP_WINDOW * 1000LL;
	tree_write(*state, "/lists/partial", enough);
	assert_true(drip_is_worth_it(&drip, true, fetcher));
	assert_int_equal(drip.waited, 0);
	end(fetcher);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(whose_fault_it_is),
		tree_test(a_machine_that_stood_still_has_not_waited),
		tree_test(what_arrives_is_progress),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
