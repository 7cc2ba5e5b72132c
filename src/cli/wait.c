// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon wait: for scripts that must not go on before the decision is in force, or before the
 * server is released.
 */

#include "cli/cli.h"
#include "util/file.h"
#include "util/language.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/when.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* /run/cordon may not exist yet, so there may be nothing to watch: look every so often. */
#define LOOK_EVERY_MS 200

static bool is_over(bool finished)
{
	return file_exists(RUN_OPEN) || (!finished && file_exists(RUN_SEALED));
}

static int parse_timeout(const char *value, long *seconds)
{
	char *end;

	if (!value)
		return 0;
	errno = 0;
	*seconds = strtol(value, &end, 10);
	return errno || *value == '\0' || *end != '\0' || *seconds < 0 ? -EINVAL : 0;
}

int wait_parse(const struct verb *verb, int argc, char **argv, struct wait_given *given)
{
	const char *timeout = NULL;
	const struct option_spec options[] = {
		{"finished", NULL, N_("until this server is released"), &given->finished, NULL},
		{"timeout", "SECONDS", N_("give up after that long, with exit status 3"), NULL,
			&timeout},
		{0},
	};
	int r = options_parse(verb, argc, argv, options);

	given->seconds = -1;
	if (r < 0 && parse_timeout(timeout, &given->seconds) < 0) {
		log_error("wait: --timeout=%s: not a number of seconds", timeout);
		return EXIT_USAGE;
	}
	return r;
}

int verb_wait(const struct verb *verb, int argc, char **argv)
{
	const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
	const long long begin = boottime_ms();
	struct wait_given given = {0};
	int r = wait_parse(verb, argc, argv, &given);

	if (r >= 0)
		return r;
	while (!is_over(given.finished)) {
		if (given.seconds >= 0 && (boottime_ms() - begin) / 1000 >= given.seconds)
			return EXIT_NOT_YET;
		nanosleep(&pause, NULL);
	}
	return EXIT_DONE;
}
