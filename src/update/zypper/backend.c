// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend for SUSE and its relatives. What it has in common with dnf is in rpm.h.
 */

#include "update/zypper/zypper.h"

#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/language.h"
#include "util/os-release.h"

#include <string.h>

/* On other distributions it is there for those who build packages, and has no repositories. */
static bool detect(void)
{
	return file_exists(ZYPPER) && rpm_is_in_use() && repo_files_exist(ZYPPER_REPOS);
}

bool zypper_is_rolling(void)
{
	_cleanup_free_ char *content = NULL, *id = NULL;

	return os_release_read("", &content) == 0 && os_release_get(content, "ID", &id) == 1 &&
	       strcmp(id, "opensuse-tumbleweed") == 0;
}

/* zypper needs-rebooting is not asked: it goes by a list of names, kernel.c and stale.c by what
 * really runs. */
static int reboot(struct strv *reasons, char **why)
{
	int r = rpm_reboot(reasons);

	(void)why;
	if (r == 0 && file_exists(ZYPPER_REBOOT))
		r = strv_addf(reasons, "a patch that was installed asked for a reboot (%s)",
			ZYPPER_REBOOT);
	return r;
}

const struct update_backend update_backend_zypper = {
	.name = "zypper",
	.detect = detect,
	.unfinished = rpm_unfinished,
	.settle = rpm_settle,
	.refresh = zypper_refresh,
	.security_source_hint = N_(
		"none of the repositories in /etc/zypp/repos.d has patches that say which updates "
		"are for security: add the update repository of this distribution, or set "
		"Updates=all, then run cordon update again"),
	.mend = zypper_mend,
	.pending = zypper_pending,
	.download = zypper_download,
	.install = zypper_install,
	.reboot = reboot,
	.egress = zypper_egress,
	.automatic = zypper_automatic,
	.automate = zypper_automate,
};
