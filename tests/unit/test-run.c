// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/run: children that are told nothing, cannot hang us, and leave nothing behind.
 */

#include "tree.h"

#include "util/run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Runs a line of shell; the test fails when it could not be run. */
static struct output shell(const char *line)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	const struct command command = {.argv = argv, .limit.total = DEADLINE};
	struct output output;

	assert_int_equal(run_command(&command, &output, NULL), 0);
	return output;
}

static void output_and_status_come_back(void **state)
{
	_cleanup_(output_clear) struct output output = shell("echo out; echo error >&2; exit 7");

	(void)state;
	assert_int_equal(output.status, 7);
	assert_string_equal(output.out, "out\n");
	assert_string_equal(output.error, "error\n");
}

static void a_signal_is_128_and_more(void **state)
{
	_cleanup_(output_clear) struct output output = shell("kill -9 $$");

	(void)state;
	assert_int_equal(output.status, 128 + SIGKILL);
}

static void a_missing_program_is_named(void **state)
{
	const char *const argv[] = {"/no/such/program", NULL};
	const struct command command = {.argv = argv};
	struct output output = {.status = 4711};
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(run_command(&command, &output, &why), -ENOENT);
	assert_contains(why, "/no/such/program: cannot be run");
	assert_int_equal(output.status, 4711);
	assert_null(output.out);
}

static void what_is_not_executable_is_named(void **state)
{
	const char *path = tree_write(*state, "/script", "#!/bin/sh\n");
	const char *const argv[] = {path, NULL};
	const struct command command = {.argv = argv};
	_cleanup_free_ char *why = NULL;
	struct output output;

	assert_int_equal(run_command(&command, &output, &why), -EACCES);
	assert_contains(why, path);
}

static void the_environment_is_clean(void **state)
{
	const char *const argv[] = {"/usr/bin/env", NULL};
	const char *const more[] = {"DEBIAN_FRONTEND=noninteractive", NULL};
	const struct command command = {.argv = argv, .environment = more};
	_cleanup_(output_clear) struct output output = {0};

	(void)state;
	setenv("LD_CORDON_TEST", "leaks", 1);
	assert_int_equal(run_command(&command, &output, NULL), 0);
	assert_string_equal(output.out, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C.UTF-8\n"
					"HOME=/root\nDEBIAN_FRONTEND=noninteractive\n");
}

static void standard_input_is_empty(void **state)
{
	_cleanup_(output_clear) struct output output = shell("cat; readlink /proc/self/fd/0");

	(void)state;
	assert_string_equal(output.out, "/dev/null\n");
}

static void signals_are_as_at_birth(void **state)
{
	_cleanup_(output_clear) struct output output = {0};
	sigset_t term, before;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	output = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status");
	sigprocmask(SIG_SETMASK, &before, NULL);
	signal(SIGPIPE, SIG_DFL);
	assert_contains(output.out, "SigBlk:\t0000000000000000\n");
	/* 0x1000 is SIGPIPE; others may have been ignored when the tests were started. */
	assert_int_equal(strtoull(strstr(output.out, "SigIgn:") + 7, NULL, 16) & 0x1000, 0);
}

struct heard {
	const char
		*folder; /* has a file for each line that was heard, by its number; may be NULL */
	int lines;
	char text[256];
};

static void hear(void *context, bool from_stderr, const char *line)
{
	struct heard *heard = context;
	size_t length = strlen(heard->text);
	char name[16];

	snprintf(heard->text + length, sizeof(heard->text) - length, "%c[%s]",
		from_stderr ? 'e' : 'o', line);
	snprintf(name, sizeof(name), "/%d", ++heard->lines);
	if (heard->folder)
		tree_write(heard->folder, name, "");
}

static void follow(const char *line, struct heard *heard)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	const struct command command = {
		.argv = argv, .limit.total = DEADLINE, .line = hear, .context = heard};
	_cleanup_(output_clear) struct output output = {0};

	assert_int_equal(run_command(&command, &output, NULL), 0);
}

static void lines_are_handed_over_as_they_come(void **state)
{
	struct heard heard = {.folder = *state};
	char line[512];

	/* The child does not go on before its lines were heard. */
	snprintf(line, sizeof(line),
		"heard() { until [ -e %s/$1 ]; do sleep 0.02; done; };"
		"printf 'a\\n\\nb'; heard 2; echo c; heard 3; echo d >&2; heard 4",
		heard.folder);
	follow(line, &heard);
	assert_string_equal(heard.text, "o[a]o[]o[bc]e[d]");
}

static void a_last_line_without_newline_is_a_line(void **state)
{
	struct heard heard = {0};

	(void)state;
	follow("echo a; printf b", &heard);
	assert_string_equal(heard.text, "o[a]o[b]");
}

static void nul_bytes_do_not_hide_the_rest(void **state)
{
	_cleanup_(output_clear) struct output output = shell("printf 'a\\0b\\n'");

	(void)state;
	assert_string_equal(output.out, "a?b\n");
}

/*
 * What is kept is the beginning; nothing from behind the gap may look as if it belonged there. The
 * tail would have room, were it not for the gap, if it is read by itself, as the pauses make
 * likely.
 */
static void output_is_bounded(void **state)
{
	_cleanup_(output_clear) struct output output =
		shell("head -c 16777000 /dev/zero | tr '\\0' a; sleep 0.3;"
		      "head -c 4096 /dev/zero | tr '\\0' b; sleep 0.3; echo tail");
	size_t length, begin;

	(void)state;
	length = strlen(output.out);
	begin = strspn(output.out, "a");
	assert_in_range(length, RUN_OUTPUT_MAX - 8192, RUN_OUTPUT_MAX);
	assert_int_equal(begin + strspn(output.out + begin, "b"), length);
	assert_true(begin == 16777000 || begin == length);
}

/* Runs @line, which does not end by itself, with a limit that must strike. */
static void expect_limit(const char *line, struct limit limit, const char *message)
{
	const char *const argv[] = {"/bin/sh", "-c", line, NULL};
	const struct command command = {.argv = argv, .limit = limit};
	struct output output = {.status = 4711};
	_cleanup_free_ char *why = NULL;

	deadline_set();
	assert_int_equal(run_command(&command, &output, &why), -ETIMEDOUT);
	deadline_clear();
	assert_contains(why, message);
	assert_int_equal(output.status, 4711);
}

static void expect_timeout(const char *line, unsigned int seconds)
{
	expect_limit(line, (struct limit){.total = seconds}, "/bin/sh: did not end within ");
}

static void what_only_sleeps_hangs(void **state)
{
	static const char *const lines[] = {"sleep 1000", "sleep 1000 & wait",
		"setsid sleep 1000 & wait", "exec >&- 2>&-; sleep 1000"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		expect_limit(lines[i], (struct limit){.still = 2}, "/bin/sh: hung");
}

/* For twice as long as it might sleep. A session of its own is what apt gives dpkg. */
static void what_works_does_not_hang(void **state)
{
	static const char *const lines[] = {
		"i=0; while [ $i -lt 80 ]; do sleep 0.05; echo; i=$((i + 1)); done",
		"exec timeout 4 sh -c 'while :; do :; done'",
		"setsid sh -c 'timeout 4 sh -c \"while :; do :; done\"' & wait",
		"exec >/dev/null 2>&1; i=0; while [ $i -lt 80 ]; do sleep 0.05; i=$((i + 1)); done",
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		const char *const argv[] = {"/bin/sh", "-c", lines[i], NULL};
		const struct command command = {.argv = argv, .limit.still = 2};
		_cleanup_(output_clear) struct output output = {0};

		assert_int_equal(run_command(&command, &output, NULL), 0);
	}
}

static void what_works_for_ever_is_ended(void **state)
{
	(void)state;
	expect_limit("while :; do :; done", (struct limit){.still = 60, .total = 1},
		"/bin/sh: did not end within ");
}

/* Is the process whose id stands in the file gone, or dead and not yet reaped by init? */
static bool is_dead(const char *path)
{
	_cleanup_free_ char *id = tree_read(path);
	char stat_path[64], line[512] = "";
	FILE *file;

	snprintf(stat_path, sizeof(stat_path), "/proc/%d/stat", atoi(id));
	file = fopen(stat_path, "re");
	if (!file)
		return true;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	return !line[0] || strstr(line, ") Z ") || strstr(line, ") X ");
}

static void the_time_limit_ends_children_of_children(void **state)
{
	const char *path = tree_path(*state, "/pid");
	char line[5000];

	snprintf(line, sizeof(line), "sleep 1000 & echo $! > %s; wait", path);
	/* A machine that is busy may need more than a second to begin. */
	for (unsigned int limit = 1; access(path, F_OK) < 0; limit *= 2)
		expect_timeout(line, limit);
	deadline_set();
	while (!is_dead(path))
		nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
	deadline_clear();
}

static void the_time_limit_holds_without_output(void **state)
{
	(void)state;
	expect_timeout("exec >/dev/null 2>&1; sleep 1000", 1);
}

static void the_time_limit_holds_for_a_talker(void **state)
{
	(void)state;
	expect_timeout("while :; do echo more; sleep 0.05; done", 1);
}

static void nothing_leaks_descriptors(void **state)
{
	const char *const missing[] = {"/no/such/program", NULL};
	const struct command command = {.argv = missing};
	size_t before = tree_count_descriptors();
	struct output output = shell("true");

	(void)state;
	output_clear(&output);
	assert_int_equal(run_command(&command, &output, NULL), -ENOENT);
	expect_timeout("sleep 1000", 1);
	assert_int_equal(tree_count_descriptors(), before);
}

static int run_true_with_descriptors(rlim_t more)
{
	const char *const argv[] = {"/bin/true", NULL};
	const struct command command = {.argv = argv};
	struct output output = {0};
	struct rlimit old, few;
	int lowest = dup(0), r;

	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)lowest + more;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	r = run_command(&command, &output, NULL);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	output_clear(&output);
	return r;
}

/* With room for one, two ... pipes only. */
static void a_shortage_of_descriptors_is_survived(void **state)
{
	size_t before = tree_count_descriptors();

	(void)state;
	for (rlim_t more = 0; more < 6; more++) {
		assert_int_equal(run_true_with_descriptors(more), -EMFILE);
		assert_int_equal(tree_count_descriptors(), before);
	}
}

static void the_excerpt_is_the_last_line_worth_showing(void **state)
{
	static const struct {
		const char *out, *error, *expected;
	} cases[] = {
		{"a\nb\n", "c\nE: locked\n \n\n", "E: locked"},
		{"a\nb\r\n", NULL, "b"},
		{"a", "", "a"},
		{"a\n", "\n \n", "a"},
		{NULL, NULL, "no output"},
		{"", "\n", "no output"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct output output = {
			.out = (char *)cases[i].out, .error = (char *)cases[i].error};
		_cleanup_free_ char *excerpt = output_excerpt(&output);

		assert_string_equal(excerpt, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_and_status_come_back),
		cmocka_unit_test(a_signal_is_128_and_more),
		cmocka_unit_test(a_missing_program_is_named),
		tree_test(what_is_not_executable_is_named),
		cmocka_unit_test(the_environment_is_clean),
		cmocka_unit_test(standard_input_is_empty),
		cmocka_unit_test(signals_are_as_at_birth),
		tree_test(lines_are_handed_over_as_they_come),
		cmocka_unit_test(a_last_line_without_newline_is_a_line),
		cmocka_unit_test(nul_bytes_do_not_hide_the_rest),
		cmocka_unit_test(output_is_bounded),
		tree_test(the_time_limit_ends_children_of_children),
		cmocka_unit_test(the_time_limit_holds_without_output),
		cmocka_unit_test(the_time_limit_holds_for_a_talker),
		cmocka_unit_test(what_only_sleeps_hangs),
		cmocka_unit_test(what_works_does_not_hang),
		cmocka_unit_test(what_works_for_ever_is_ended),
		cmocka_unit_test(nothing_leaks_descriptors),
		cmocka_unit_test(a_shortage_of_descriptors_is_survived),
		cmocka_unit_test(the_excerpt_is_the_last_line_worth_showing),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
