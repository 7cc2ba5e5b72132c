// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon register and cordon reset: where the record of a machine begins.
 *
 * The package's postinst calls register. Where no systemd runs (a chroot: an image or an installer
 * is being built) the first boot is still to come, so the phase is pending; on a running system
 * there is no first boot left to protect, and cordon stands aside (P12). A record that is there
 * already stays: upgrading the package changes nothing.
 */

#include "cli/cli.h"
#include "decision/situation.h"
#include "report/textfile.h"
#include "update/update.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/lock.h"
#include "util/process.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int record_install(const char *root, bool live, const char *machine_id, char **why)
{
	_cleanup_(state_clear) struct state state = {0};
	const char *reason = live ? "installed-on-running-system" : "installed-into-image";
	int r = state_enter(&state, live ? EVENT_INSTALL_LIVE : EVENT_INSTALL_IMAGE, reason);

	if (r == 0 && live)
		r = state_set(&state.machine_id, machine_id);
	if (r == 0)
		r = state_save(root, &state, why);
	if (r == 0)
		r = history_append(root, "installed", json_pack("{s:s}", "reason", reason), why);
	return r;
}

/* A record, or a seal that stands: this is no installation, whatever called for it. */
static bool is_known(const char *root)
{
	return file_exists_in(root, STATE_FILE) || (!root[0] && file_exists(RUN_SEALED));
}

int verb_register(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_free_ char *why = NULL;
	const char *root;
	bool live;
	int r = options_parse_root(verb, argc, argv, &root);

	if (r >= 0)
		return r;
	if (is_known(root))
		return EXIT_DONE;
	live = !root[0] && process_is_in_running_system();
	r = situation_gather(root, SITUATION_NEEDED, &situation);
	if (r == 0)
		r = record_install(root, live, situation.inputs.facts.machine_id, &why);
	if (r == 0 && live)
		r = file_touch(RUN_OPEN);
	return r < 0 ? log_failure(verb->name, why, r) : EXIT_DONE;
}

static int remove_trace(const char *root, const char *trace, char **why)
{
	_cleanup_free_ char *path = NULL;
	int r = file_resolve_in(root, trace, false, &path);

	if (r == -ENOENT)
		return 0;
	if (r == 0 && unlink(path) < 0 && errno != ENOENT)
		r = -errno;
	if (r == 0)
		r = file_sync_parent(path);
	return r < 0 ? fail(why, -r, "%s: cannot be removed: %s", trace, strerror(-r)) : 0;
}

/* What opens goes first: cut off at any line, this is no finished machine any more. All else that
 * lies in the folder is of this machine, too: whatever was set aside, or left of a power cut. */
static int remove_traces(const char *root, char **why)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r = remove_trace(root, STAMP_FILE, why);

	if (r == 0)
		r = remove_trace(root, STATE_FILE, why);
	if (r == 0 && file_list_in(root, STATE_DIRECTORY, &names) == -ENOMEM)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		_cleanup_free_ char *trace = strdup_printf(STATE_DIRECTORY "/%s", names.items[i]);

		r = trace ? remove_trace(root, trace, why) : -ENOMEM;
	}
	return r;
}

int verb_reset(const struct verb *verb, int argc, char **argv)
{
	_cleanup_(state_clear) struct state state = {0};
	_cleanup_free_ char *why = NULL;
	_cleanup_close_ int lock = -1;
	const char *root;
	int r = options_parse_root(verb, argc, argv, &root);

	if (r >= 0)
		return r;
	if (!root[0])
		lock = lock_take();
	/* A seal that stands goes on to stand, and nothing is recorded of it any more. */
	r = !root[0] && process_is_in_running_system() ? file_touch(RUN_RESET) : 0;
	if (r == 0)
		r = remove_traces(root, &why);
	if (r == 0)
		r = textfile_remove(root, &why);
	if (r == 0)
		r = state_enter(&state, EVENT_RESET, "reset");
	if (r == 0)
		r = state_save(root, &state, &why);
	return r < 0 ? log_failure(verb->name, why, r) : EXIT_DONE;
}
