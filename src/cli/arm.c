// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon arm and cordon confirm: cordon a live machine on purpose.
 *
 * Over SSH, $SSH_CONNECTION says which session is not to be cut off. sudo does not pass it on, so
 * it is looked for in the processes above this one, too.
 */

#include "lifecycle/arm.h"
#include "blocked/blocked.h"
#include "cli/cli.h"
#include "state/state.h"
#include "util/caller.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/when.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANCESTORS_MAX	16
#define ENVIRONMENT_MAX (1U << 20)

static pid_t parent_of(pid_t pid)
{
	_cleanup_free_ char *path = strdup_printf("/proc/%d/stat", (int)pid), *stat = NULL;
	const char *end;
	int parent = 0;

	if (!path || file_read_virtual(path, 4096, &stat, NULL) < 0)
		return 0;
	/* The name in parentheses may have anything in it. */
	end = strrchr(stat, ')');
	return end && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

static char *find_in_environment(pid_t pid)
{
	static const char name[] = "SSH_CONNECTION=";
	_cleanup_free_ char *path = strdup_printf("/proc/%d/environ", (int)pid), *content = NULL;
	size_t size = 0;

	if (!path || file_read_virtual(path, ENVIRONMENT_MAX, &content, &size) < 0)
		return NULL;
	for (const char *word = content; word < content + size; word += strlen(word) + 1)
		if (strncmp(word, name, strlen(name)) == 0)
			return strdup(word + strlen(name));
	return NULL;
}

static char *find_connection(void)
{
	char *connection = NULL;
	pid_t pid = getpid();

	for (int i = 0; !connection && pid > 1 && i < ANCESTORS_MAX; i++) {
		connection = find_in_environment(pid);
		pid = parent_of(pid);
	}
	return connection;
}

/* Before the deed: whoever is cut off all the same knows why. False: not understood. */
static bool keep_session(const char *connection, struct arm_request *request, char **peer)
{
	if (!connection)
		return true;
	request->port = arm_parse_connection(connection, peer);
	if (request->port == 0) {
		log_error("arm: SSH_CONNECTION=\"%s\" is not understood, so this session would be "
			  "cut off; without that variable, and from the console, nothing is kept",
			connection);
		return false;
	}
	request->peer = *peer;
	printf(_("Port %u stays open to %s, for this session.\n"), request->port, *peer);
	fflush(stdout);
	return true;
}

static void say_armed(unsigned int undo_after)
{
	puts(_("This server is cordoned off. cordon finish opens it."));
	if (undo_after > 0)
		printf(P_("It is undone in %u second, unless you run cordon confirm.\n",
			       "It is undone in %u seconds, unless you run cordon confirm.\n",
			       undo_after),
			undo_after);
}

/* Another quarantine, another count. */
static void begin_counting(void)
{
	_cleanup_close_ int lock = lock_take();
	_cleanup_free_ char *why = NULL;

	if (blocked_begin(&why) < 0)
		log_warning("%s", why ? why : _("what is blocked could not be recorded"));
}

static int run(struct arm_request *request)
{
	_cleanup_free_ char *why = NULL, *connection = find_connection(), *peer = NULL;
	_cleanup_free_ char *by = caller_name();
	int r;

	request->by = by ? by : "unknown";
	if (!keep_session(connection, request, &peer))
		return EXIT_FAILED;
	r = arm_run(request, &why);
	if (r < 0)
		return log_failure("arm", why, r);
	if (why)
		log_warning("%s", why);
	begin_counting();
	say_armed(request->undo_after);
	return EXIT_DONE;
}

int arm_parse(const struct verb *verb, int argc, char **argv, unsigned int *seconds)
{
	const char *undo_after = NULL;
	const struct option_spec options[] = {
		{"undo-after", "TIME", N_("undo it by itself unless confirmed: 90s, 10min, 1h"),
			NULL, &undo_after},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	*seconds = undo_after ? when_parse_span(undo_after, UNDO_AFTER_MAX) : 0;
	if (undo_after && *seconds == 0) {
		log_error("--undo-after=%s: not a time such as 90s, 10min or 1h, at most 30d",
			undo_after);
		return EXIT_USAGE;
	}
	return -1;
}

int verb_arm(const struct verb *verb, int argc, char **argv)
{
	struct arm_request request = {0};
	int r = arm_parse(verb, argc, argv, &request.undo_after);

	return r >= 0 ? r : run(&request);
}

int verb_confirm(const struct verb *verb, int argc, char **argv)
{
	const struct option_spec options[] = {{0}};
	_cleanup_free_ char *why = NULL;
	int r = options_parse(verb, argc, argv, options);

	if (r >= 0)
		return r;
	r = arm_confirm(&why);
	if (r < 0)
		return log_failure("confirm", why, r);
	puts(_("This server stays cordoned off until cordon finish opens it."));
	return EXIT_DONE;
}
