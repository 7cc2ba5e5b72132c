// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which package manager is this system's? Several may be installed, for those who build packages;
 * each backend looks for a sign that it manages what is installed here.
 */

#include "update/backend.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>

static const struct update_backend *const backends[] = {
	&update_backend_apt, &update_backend_zypper, &update_backend_dnf};

const struct update_backend *backend_detect(void)
{
	for (size_t i = 0; i < ELEMENTS(backends); i++)
		if (backends[i]->detect())
			return backends[i];
	return NULL;
}

int backend_missing(char **why)
{
	return fail(why, ENOTSUP,
		"no package manager that cordon knows (apt, dnf, zypper) is installed, so it "
		"cannot tell which updates this machine lacks");
}

int update_egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why)
{
	const struct update_backend *backend = backend_detect();

	return backend ? backend->egress(add, context, why) : 0;
}

int update_automatic(struct update_automatic *state, char **why)
{
	const struct update_backend *backend = backend_detect();

	return backend ? backend->automatic(state, why) : backend_missing(why);
}

int update_automate(char **why)
{
	const struct update_backend *backend = backend_detect();

	return backend ? backend->automate(why) : backend_missing(why);
}

void update_outcome_clear(struct update_outcome *outcome)
{
	strv_clear(&outcome->kept);
	strv_clear(&outcome->failed);
}
