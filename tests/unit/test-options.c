// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cli/options: what a verb is given, and what it says about it.
 *
 * Standard output and standard error go to files while a case runs, so that the messages can be
 * read back.
 */

#include "tree.h"

#include "cli/cli.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

struct given {
	bool json, force;
	const char *reason;
	int status;
	char *out, *error;
};

static void given_clear(struct given *given)
{
	free(given->out);
	free(given->error);
}

static int redirect(int fd, const char *path)
{
	int saved = dup(fd), file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(saved >= 0 && file >= 0);
	assert_int_equal(dup2(file, fd), fd);
	close(file);
	return saved;
}

static void restore(int fd, int saved)
{
	fflush(stdout);
	fflush(stderr);
	assert_int_equal(dup2(saved, fd), fd);
	close(saved);
}

static const struct verb verb = {
	"finish", "[--json] [--force --reason=TEXT]", "open this server", NULL, false};

/* Words are separated by blanks. */
static struct given parse(const char *root, const char *line)
{
	_cleanup_free_ char *copy = strdup(line);
	struct given given = {0};
	const struct option_spec options[] = {
		{"json", NULL, "as JSON", &given.json, NULL},
		{"force", NULL, "open it anyway", &given.force, NULL},
		{"reason", "TEXT", "why", NULL, &given.reason},
		{0},
	};
	static char words[8][64];
	char *argv[10] = {(char *)"finish"}, *rest = copy, *word;
	const char *out = tree_path(root, "/out"), *error = tree_path(root, "/error");
	int argc = 1, saved_out, saved_error;

	while ((word = strsep(&rest, " ")) != NULL) {
		if (!*word)
			continue;
		snprintf(words[argc - 1], sizeof(words[0]), "%s", word);
		argv[argc] = words[argc - 1];
		argc++;
	}
	fflush(stdout);
	saved_out = redirect(STDOUT_FILENO, out);
	saved_error = redirect(STDERR_FILENO, error);
	given.status = options_parse(&verb, argc, argv, options);
	restore(STDERR_FILENO, saved_error);
	restore(STDOUT_FILENO, saved_out);
	assert_string_equal(argv[0], "finish");
	given.out = tree_read(out);
	given.error = tree_read(error);
	return given;
}

static void nothing_given_is_nothing_set(void **state)
{
	_cleanup_(given_clear) struct given given = parse(*state, "");

	assert_int_equal(given.status, -1);
	assert_false(given.json);
	assert_false(given.force);
	assert_null(given.reason);
	assert_string_equal(given.out, "");
	assert_string_equal(given.error, "");
}

static void options_are_set_in_any_order(void **state)
{
	static const char *const lines[] = {
		"--json --force --reason=why",
		"--reason why --force --json",
		"--force --reason=no --json --reason=why",
	};

	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		_cleanup_(given_clear) struct given given = parse(*state, lines[i]);

		assert_int_equal(given.status, -1);
		assert_true(given.json);
		assert_true(given.force);
		assert_string_equal(given.reason, "why");
	}
}

static void an_argument_may_be_empty_or_look_like_an_option(void **state)
{
	_cleanup_(given_clear) struct given empty = parse(*state, "--reason=");
	_cleanup_(given_clear) struct given odd = parse(*state, "--reason --json");

	assert_int_equal(empty.status, -1);
	assert_string_equal(empty.reason, "");
	assert_int_equal(odd.status, -1);
	assert_string_equal(odd.reason, "--json");
	assert_false(odd.json);
}

static void help_goes_to_standard_output(void **state)
{
	static const char *const lines[] = {"--help", "--json --help", "--help --nonsense"};

	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		_cleanup_(given_clear) struct given given = parse(*state, lines[i]);

		assert_int_equal(given.status, EXIT_DONE);
		assert_contains(given.out, "Usage: cordon finish [--json] [--force --reason=TEXT]");
		assert_contains(given.out, "open this server");
		assert_contains(given.out, "--json               as JSON\n");
		assert_contains(given.out, "--reason=TEXT        why\n");
		assert_contains(given.out, "--help               show this\n");
		assert_string_equal(given.error, "");
	}
}

static void mistakes_are_named_on_standard_error(void **state)
{
	static const struct {
		const char *line, *part;
	} cases[] = {
		{"--nonsense", "--nonsense"},
		{"--force --nonsense", "--nonsense"},
		{"--json=yes", "--json"},
		{"--reason", "--reason"},
		{"-j", "j"},
		{"now", "now: unexpected; cordon finish --help shows the options"},
		{"--json now", "now: unexpected"},
		{"now --json", "now: unexpected"},
		{"-- --json", "--json: unexpected"},
	};

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(given_clear) struct given given = parse(*state, cases[i].line);

		assert_int_equal(given.status, EXIT_USAGE);
		assert_contains(given.error, "cordon: finish: ");
		assert_contains(given.error, cases[i].part);
		assert_string_equal(given.out, "");
	}
}

/* A verb without options of its own: --help must not be taken for the first of none. */
static void no_options_are_a_table_too(void **state)
{
	const struct option_spec none[] = {{0}};
	char *plain[] = {(char *)"check", NULL};
	const struct verb check = {"check", "", "repair", NULL, false};

	(void)state;
	assert_int_equal(options_parse(&check, 1, plain, none), -1);
}

static const char *root_of(const char *folder, const char *value, char **error)
{
	const char *path = tree_path(folder, "/error");
	int saved = redirect(STDERR_FILENO, path);
	const char *root = options_root(value);

	restore(STDERR_FILENO, saved);
	*error = tree_read(path);
	return root;
}

static void assert_root(const char *folder, const char *value, const char *expected)
{
	_cleanup_free_ char *error = NULL;
	const char *root = root_of(folder, value, &error);

	assert_non_null(root);
	assert_string_equal(root, expected);
	assert_string_equal(error, "");
}

static void assert_no_root(const char *folder, const char *value)
{
	_cleanup_free_ char *error = NULL;

	if (root_of(folder, value, &error))
		fail_msg("--root=%s was accepted", value);
	assert_contains(error, "--root=");
	assert_contains(error, "not a folder");
}

static void roots_are_folders_without_a_slash(void **state)
{
	char slashes[4200];

	assert_root(*state, NULL, "");
	assert_root(*state, "/", "");
	assert_root(*state, "//", "");
	assert_root(*state, *state, *state);
	snprintf(slashes, sizeof(slashes), "%s///", (char *)*state);
	assert_root(*state, slashes, *state);
}

static void what_is_no_folder_is_no_root(void **state)
{
	static char longer[5000];

	memset(longer, 'x', sizeof(longer) - 1);
	assert_no_root(*state, tree_path(*state, "/none"));
	assert_no_root(*state, tree_write(*state, "/file", ""));
	assert_no_root(*state, longer);
}

/* `cordon reset --root="$DIR"` with DIR not set must not reset the machine that runs it. */
static void an_empty_root_is_not_the_running_system(void **state)
{
	assert_no_root(*state, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(nothing_given_is_nothing_set),
		tree_test(options_are_set_in_any_order),
		tree_test(an_argument_may_be_empty_or_look_like_an_option),
		tree_test(help_goes_to_standard_output),
		tree_test(mistakes_are_named_on_standard_error),
		cmocka_unit_test(no_options_are_a_table_too),
		tree_test(roots_are_folders_without_a_slash),
		tree_test(what_is_no_folder_is_no_root),
		tree_test(an_empty_root_is_not_the_running_system),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
