// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command line of cordon: whatever it is, it is done, or wrong with a message, and no verb goes
 * on with less than its options have to say.
 *
 * The whole program runs, up to where a verb has read its options: options_parse() stands in front
 * of all that a verb does, and here it ends every verb that would go on. What some verbs read out
 * of their options is looked at beside that.
 *
 * The arguments, with a NUL between any two; cordon itself is not among them.
 */

#include "cli/cli.h"
#include "handover/handover.h"
#include "scratch.h"
#include "state/state.h"
#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define ARGUMENTS_MAX 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What cordon has by the names main(), options_parse() and atexit(), see tests/meson.build. */
int cordon_main(int argc, char **argv);
int cordon_options_parse(
	const struct verb *verb, int argc, char **argv, const struct option_spec *options);
int cordon_atexit(void (*function)(void));

static bool is_whole; /* cordon runs as a whole, not only its parsing */
static int parsed;    /* what options_parse() said; EXIT_FAILED: it was not asked */
static size_t written[2];

int options_parse(const struct verb *verb, int argc, char **argv, const struct option_spec *options)
{
	char *name = argv[0];
	int r = cordon_options_parse(verb, argc, argv, options);

	assert(argv[0] == name);
	assert(r == -1 || r == EXIT_DONE || r == EXIT_USAGE);
	parsed = r;
	return is_whole && r == -1 ? EXIT_DONE : r;
}

/* This process begins many times, and ends once. */
int cordon_atexit(void (*function)(void))
{
	(void)function;
	return 0;
}

static ssize_t count(void *where, const char *buffer, size_t size)
{
	(void)buffer;
	*(size_t *)where += size;
	return (ssize_t)size;
}

static FILE *open_counter(size_t *where)
{
	FILE *file = fopencookie(where, "w", (cookie_io_functions_t){.write = count});

	assert(file);
	setvbuf(file, NULL, where == &written[1] ? _IONBF : _IOFBF, BUFSIZ);
	return file;
}

/* What is said goes nowhere, and is counted. */
static int run_counted(int (*run)(int argc, char **argv), int argc, char **argv)
{
	static FILE *out, *error;
	FILE *const outside[] = {stdout, stderr};
	int status;

	out = out ? out : open_counter(&written[0]);
	error = error ? error : open_counter(&written[1]);
	written[0] = written[1] = 0;
	parsed = EXIT_FAILED;
	stdout = out;
	stderr = error;
	status = run(argc, argv);
	fflush(out);
	stdout = outside[0];
	stderr = outside[1];
	return status;
}

static int run_whole(int argc, char **argv)
{
	int status;

	is_whole = true;
	status = cordon_main(argc, argv);
	is_whole = false;
	return status;
}

static void check_root(const char *root)
{
	assert(!root[0] || root[strlen(root) - 1] != '/');
}

/* What it says of the firewall that takes over is read later, but from here, too. */
static void check_handover(const struct finish_given *given)
{
	_cleanup_(handover_clear) struct handover handover = {0};
	const struct situation situation = {0};
	_cleanup_free_ char *why = NULL;
	int r = handover_choose(&situation, given->to, given->allow, &handover, &why);

	assert(r == 0 || (r == -EINVAL && why && handover.allow.count == 0));
	assert(!given->allow || r < 0 || handover.to != ON_FINISH_OPEN);
	for (size_t i = 0; i < handover.allow.count; i++)
		assert(handover.allow.items[i].first <= handover.allow.items[i].last);
}

/* It goes on record. */
static void check_reason(const char *reason)
{
	json_t *string = json_string(reason);

	assert(string && strlen(reason) <= 1000 && strspn(reason, " \t") < strlen(reason));
	json_decref(string);
}

static int finish(int argc, char **argv)
{
	struct finish_given given = {0};
	int r = finish_parse(&(struct verb){.name = "finish", .summary = "?"}, argc, argv, &given);

	if (r >= 0)
		return r;
	assert(given.force == !!given.reason);
	if (given.reason)
		check_reason(given.reason);
	check_handover(&given);
	return -1;
}

static int wait_for(int argc, char **argv)
{
	struct wait_given given = {0};
	int r = wait_parse(&(struct verb){.name = "wait", .summary = "?"}, argc, argv, &given);

	assert(r >= 0 || given.seconds >= -1);
	return r;
}

static int report(int argc, char **argv)
{
	struct report_given given = {0};
	int r = report_parse(&(struct verb){.name = "report", .summary = "?"}, argc, argv, &given);

	if (r >= 0)
		return r;
	assert(given.view.json + given.metrics + given.textfile <= 1);
	check_root(given.view.root);
	return -1;
}

static int arm(int argc, char **argv)
{
	unsigned int seconds = 0;
	int r = arm_parse(&(struct verb){.name = "arm", .summary = "?"}, argc, argv, &seconds);

	assert(r >= 0 || seconds <= UNDO_AFTER_MAX);
	return r;
}

static int view(int argc, char **argv)
{
	struct view given = {0};
	int r = options_parse_view(
		&(struct verb){.name = "status", .summary = "?"}, argc, argv, &given);

	if (r < 0)
		check_root(given.root);
	return r;
}

static int reset(int argc, char **argv)
{
	const char *root;
	int r = options_parse_root(
		&(struct verb){.name = "reset", .summary = "?"}, argc, argv, &root);

	if (r < 0)
		check_root(root);
	return r;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} readers[] = {
	{"arm", arm},
	{"finish", finish},
	{"report", report},
	{"reset", reset},
	{"status", view},
	{"wait", wait_for},
};

static void test(int argc, char **argv)
{
	int status = run_counted(run_whole, argc, argv), before = parsed;

	assert(status == EXIT_DONE || status == EXIT_USAGE);
	assert((status == EXIT_USAGE) == (written[1] > 0));
	assert((written[0] > 0) == (status == EXIT_DONE && before != -1));
	for (size_t i = 0; argc > 1 && i < ELEMENTS(readers); i++) {
		if (strcmp(argv[1], readers[i].name) != 0)
			continue;
		status = run_counted(readers[i].run, argc - 1, argv + 1);
		assert(parsed == before);
		assert(status == before || (status == EXIT_USAGE && before == -1));
		assert((status == EXIT_USAGE) == (written[1] > 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGUMENTS_MAX + 2] = {(char *)"cordon"};
	char *texts[ARGUMENTS_MAX] = {0};
	size_t words = size > 0;

	/* Becomes root, who is asked for by some verbs. */
	scratch_root();
	for (size_t i = 0; i < size; i++)
		words += data[i] == '\0';
	if (words > ARGUMENTS_MAX)
		words = ARGUMENTS_MAX;
	scratch_cut(data, size, texts, words);
	memcpy(argv + 1, texts, words * sizeof(texts[0]));
	test((int)words + 1, argv);
	if (words == 0)
		test(0, argv + 1);
	scratch_free(texts, words);
	return 0;
}
