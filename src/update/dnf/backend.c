// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend for Fedora, RHEL and their relatives. Written for dnf4, which Debian has, too, and
 * was tried with. dnf5 takes the same command lines, but it could not be tried: where an answer of
 * its own is not understood, the machine stays sealed.
 *
 * Reboots: "dnf needs-restarting" is a plugin that may be missing, and whose exit status is the
 * same for "reboot" and for "error"; kernel.c and stale.c answer what it would.
 */

#include "update/dnf/dnf.h"

#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/language.h"

/* On other distributions dnf is there for those who build packages, without a source. */
static bool detect(void)
{
	return file_exists(DNF) && file_exists(RPM) && repo_files_exist("/etc/yum.repos.d");
}

static int unfinished(char **why)
{
	return rpm_unfinished(why);
}

static int settle(const struct update_audience *audience, char **why)
{
	return rpm_settle(audience, why);
}

static int reboot(struct strv *reasons, char **why)
{
	(void)why;
	return rpm_reboot(reasons);
}

/* Of the configuration alone: this runs before there is a network, and dnf is slow. */
static int egress(void (*add)(void *context, unsigned int port, const char *source), void *context,
	char **why)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	int r = dnf_repos_load(&repos, why);

	for (size_t i = 0; r == 0 && i < repos.count; i++)
		if (repo_is_on(repos.items[i].enabled, true))
			repo_add_ports(&repos.items[i], "dnf", add, context);
	return r;
}

const struct update_backend update_backend_dnf = {
	.name = "dnf",
	.detect = detect,
	.unfinished = unfinished,
	.settle = settle,
	.refresh = dnf_refresh,
	.security_source_hint = N_(
		"no source has advisories (updateinfo), without which nobody knows which updates "
		"are for security: add the updates of this distribution, with its advisories, to "
		"/etc/yum.repos.d, or set Updates=all in /etc/cordon/cordon.conf; then run cordon "
		"update again"),
	.mend = dnf_mend,
	.pending = dnf_pending,
	.download = dnf_download,
	.size = dnf_size,
	.install = dnf_install,
	.reboot = reboot,
	.egress = egress,
	.automatic = dnf_automatic,
	.automate = dnf_automate,
};
