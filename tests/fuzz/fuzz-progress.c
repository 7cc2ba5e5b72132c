// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress file: what is read is within its bounds, with all its texts, and read the same after
 * it was written again; what is not leaves everything alone.
 */

#include "update/progress.h"

#include "util/cleanup.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct update_progress *progress)
{
	_cleanup_free_ char *content = NULL;
	_cleanup_(progress_clear) struct update_progress again = {0};
	const struct update_step step = {
		.state = progress->state,
		.message = progress->message,
		.package = progress->package,
		.percent = progress->percent,
		.bytes = progress->bytes,
		.bytes_total = progress->bytes_total,
		.seconds_left = progress->seconds_left,
	};

	content = progress_format(&step, progress->since);
	assert(progress_parse(content, strlen(content), &again) == 0);
	assert(strcmp(again.state, progress->state) == 0);
	assert(strcmp(again.message, progress->message) == 0);
	assert(strcmp(again.package, progress->package) == 0);
	assert(strcmp(again.since, progress->since) == 0);
	assert(again.percent == progress->percent && again.pid == getpid());
	assert(again.bytes_total == progress->bytes_total);
	assert(again.seconds_left == progress->seconds_left);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(progress_clear) struct update_progress progress = {.percent = 4711};
	int r = progress_parse((const char *)data, size, &progress);

	assert(r == 0 || r == -EBADMSG);
	if (r < 0) {
		assert(progress.percent == 4711 && !progress.state);
		return 0;
	}
	assert(progress.state && progress.message && progress.since && progress.package);
	assert(progress.percent <= 100);
	check_again(&progress);
	return 0;
}
