// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A process that nobody can kill: PID 1 keeps the socket, so none of ours has to.
 *
 * FDPOLL=0, because systemd would otherwise drop the descriptor at the first error event that the
 * kernel reports on a netlink socket, an overrun for instance. The barrier returns when systemd has
 * read everything before it.
 */

#include "seal/hold.h"

#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/limits.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-login.h>

bool hold_possible(void)
{
	_cleanup_free_ char *unit = NULL;

	/* Another service's socket is inherited by what it starts; its store is not ours. */
	return getenv("NOTIFY_SOCKET") && sd_pid_get_unit(0, &unit) >= 0 &&
	       strcmp(unit, SEAL_UNIT) == 0;
}

void hold_close_inherited(void)
{
	int count = sd_listen_fds(1);

	for (int i = 0; i < count; i++)
		close(SD_LISTEN_FDS_START + i);
}

static int notify(const char *message, const int *fds, unsigned int count, char **why)
{
	int r = sd_pid_notify_with_fds(0, 0, message, fds, count);

	if (r > 0)
		r = sd_notify_barrier(0, LIMIT_ANSWER * 1000000ULL);
	else if (r == 0)
		r = -ENOTCONN;
	if (r < 0)
		return fail(why, -r, "systemd's file descriptor store cannot be used: %s",
			strerror(-r));
	return 0;
}

int hold_store(int fd, const char *name, char **why)
{
	_cleanup_free_ char *message = strdup_printf("FDSTORE=1\nFDNAME=%s\nFDPOLL=0", name);

	return message ? notify(message, &fd, 1, why) : -ENOMEM;
}

int hold_drop(const char *name, char **why)
{
	_cleanup_free_ char *message = strdup_printf("FDSTOREREMOVE=1\nFDNAME=%s", name);

	return message ? notify(message, NULL, 0, why) : -ENOMEM;
}
