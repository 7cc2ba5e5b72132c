// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon-generator: a systemd.generator(7), run by PID 1 before any unit starts and on reload.
 *
 * On a machine that is finished, or where cordon stands aside, it writes one marker to /run and
 * leaves not a single unit: cordon can never be the reason that a finished server has no network.
 * On any other machine
 *   - the seal's ordinary table is made here and now, before a program of this machine can listen;
 *   - every known network manager gets an assertion that the seal was verified. An assertion rather
 *     than Requires=, because Requires= would also stop the network whenever somebody stops or
 *     restarts cordon-seal.service.
 *
 * MUST NOT need anything but the C library: a missing library, or a crash in a parser, must not be
 * what opens a server. So another program (cordon seal --early) decides and seals, and where it
 * fails before it has said what it decided, the stamp in /etc alone is believed. Should anything
 * else here fail, the units are written: fail closed.
 */

#include "state/state.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"
#include "util/run.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * What brings a link up by itself. Of cloud-init that is the network's stage, too
 * (cloud-init.service until 24.2), where the local one has not run. A name that ends in "-" stands
 * for all that begin so.
 */
static const char *const network_managers[] = {
	"NetworkManager.service",
	"cloud-init-hotplugd.service",
	"cloud-init-local.service",
	"cloud-init-main.service",
	"cloud-init-network.service",
	"cloud-init.service",
	"connman.service",
	"dhcpcd.service",
	"dhcpcd@.service",
	"ifplugd.service",
	"ifup@.service",
	"iwd.service",
	"netplan-wpa-.service",
	"network.service",
	"networking.service",
	"systemd-networkd.service",
	"wicked.service",
	"wickedd.service",
	"wpa_supplicant-nl80211@.service",
	"wpa_supplicant-wired@.service",
	"wpa_supplicant.service",
	"wpa_supplicant@.service",
};

static const char drop_in[] =
	"# Made by cordon-generator: this server is not finished, see cordon(7).\n"
	"[Unit]\n"
	"Wants=cordon-seal.service\n"
	"# The network comes up behind the seal, or not at all.\n"
	"After=cordon-seal.service\n"
	"AssertPathExists=|" RUN_SEALED "\n"
	"AssertPathExists=|" RUN_OPEN "\n";

static int write_text(const char *path, const char *content)
{
	_cleanup_fclose_ FILE *file = fopen(path, "we");

	if (!file || fputs(content, file) < 0 || fflush(file) != 0)
		return -errno;
	return 0;
}

static int require_seal(const char *folder, const char *manager)
{
	_cleanup_free_ char *subfolder = strdup_printf("%s/%s.d", folder, manager);
	_cleanup_free_ char *path = strdup_printf("%s/%s.d/10-cordon.conf", folder, manager);

	if (!subfolder || !path)
		return -ENOMEM;
	if (mkdir(subfolder, 0755) < 0 && errno != EEXIST)
		return -errno;
	return write_text(path, drop_in);
}

static int require_seal_everywhere(const char *folder)
{
	int r = 0;

	/* One that cannot be written must not keep the others open. */
	for (size_t i = 0; i < ELEMENTS(network_managers); i++) {
		int one = require_seal(folder, network_managers[i]);

		if (one < 0)
			log_error("%s: %s: it may start without a seal", network_managers[i],
				strerror(-one));
		r = one < 0 ? one : r;
	}
	return r;
}

/* What is not there need not be removed; what cannot be is fulfilled by RUN_OPEN. */
static void require_nothing(const char *folder)
{
	for (size_t i = 0; i < ELEMENTS(network_managers); i++) {
		_cleanup_free_ char *subfolder =
			strdup_printf("%s/%s.d", folder, network_managers[i]);
		_cleanup_free_ char *path =
			strdup_printf("%s/%s.d/10-cordon.conf", folder, network_managers[i]);

		if (path)
			unlink(path);
		if (subfolder)
			rmdir(subfolder);
	}
}

enum outlook { UNKNOWN, OPEN, SEALED };

/* One word, the first; "undecided" is for the unit to decide, behind a closed network. */
static void take_word(void *context, bool from_stderr, const char *line)
{
	enum outlook *outlook = context;

	if (from_stderr || *outlook != UNKNOWN)
		return;
	if (strcmp(line, "open") == 0)
		*outlook = OPEN;
	else if (strcmp(line, "sealed") == 0 || strcmp(line, "undecided") == 0)
		*outlook = SEALED;
}

/*
 * Decides, and seals where nothing stands yet: at a reload of systemd it does. A word counts even
 * if sealing failed after it.
 */
static enum outlook seal_early(void)
{
	static const char *const argv[] = {"/usr/bin/cordon", "seal", "--early", NULL};
	enum outlook outlook = UNKNOWN;
	const struct command command = {
		.argv = argv, .limit = LIMIT_EARLY, .line = take_word, .context = &outlook};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *why = NULL;

	if (run_command(&command, &output, &why) < 0)
		log_warning("not sealed early: %s", why);
	else if (output.status != 0)
		log_warning("not sealed early: %s",
			output.error && *output.error ? output.error : "no reason given");
	if (outlook != UNKNOWN)
		return outlook;
	log_warning("cordon seal --early did not say what this boot will be; only %s counts",
		STAMP_FILE);
	return stamp_is_valid("") ? OPEN : SEALED;
}

int main(int argc, char **argv)
{
	int r;

	if (argc != 4) {
		log_error("cordon-generator: run by systemd with three folders, see "
			  "systemd.generator(7)");
		return EXIT_FAILURE;
	}
	/* Before anything that takes time: on a slow machine systemd may end this program first. */
	r = require_seal_everywhere(argv[1]);
	if (seal_early() == OPEN) {
		r = file_touch(RUN_OPEN);
		require_nothing(argv[1]);
	}
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
