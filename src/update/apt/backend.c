// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend for Debian and its relatives: what apt says of reboots, and where the rest is.
 */

#include "update/apt/apt.h"

#include "update/apt/changelog.h"
#include "update/apt/parse.h"
#include "update/reboot/kernel.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define REBOOT_REQUIRED "/run/reboot-required"
#define REBOOT_PACKAGES "/run/reboot-required.pkgs"
#define REBOOT_MAX	(64U << 10)
#define DPKG_STATUS	"/var/lib/dpkg/status"

/* On other distributions both are there for those who build packages, with nothing installed. */
static bool detect(void)
{
	struct stat st;

	return file_exists(APT_GET) && file_exists(DPKG) && stat(DPKG_STATUS, &st) == 0 &&
	       st.st_size > 0;
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at += length)
		if ((at == list || at[-1] == ' ') && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

/* "a, b, c" of a file with a name a line, in which names repeat. */
static int read_names(const char *path, char **names)
{
	_cleanup_free_ char *content = NULL, *list = NULL;
	char *rest, *line;

	if (file_read(path, REBOOT_MAX, &content, NULL) < 0)
		content = strdup("");
	list = content ? strdup("") : NULL;
	rest = content;
	while (list && (line = strsep(&rest, "\n"))) {
		char *longer;

		if (!*line || is_listed(list, line))
			continue;
		longer = strdup_printf("%s%s%s", list, *list ? ", " : "", line);
		free(list);
		list = longer;
	}
	if (!list)
		return -ENOMEM;
	*names = TAKE_PTR(list);
	return 0;
}

static int add_requested_reboot(struct strv *reasons)
{
	_cleanup_free_ char *names = NULL;
	int r;

	if (!file_exists(REBOOT_REQUIRED))
		return 0;
	r = read_names(REBOOT_PACKAGES, &names);
	if (r < 0)
		return r;
	return strv_addf(reasons, "%s asked for a reboot (%s)",
		*names ? names : _("an installed package"), REBOOT_REQUIRED);
}

/* Debian replaces a kernel in place when its modules stay compatible: same name, other version. */
static int add_replaced_kernel(struct strv *reasons, char **why)
{
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *running = NULL, *package = NULL;
	const char *argv[] = {DPKG_QUERY, "--show", "--showformat=${Version}", NULL, NULL};
	struct utsname kernel;
	int r;

	if (uname(&kernel) < 0)
		return -errno;
	running = kernel_is_shared("") ? NULL : apt_kernel_version(kernel.version);
	if (!running)
		return 0;
	package = strdup_printf("linux-image-%s", kernel.release);
	if (!package)
		return -ENOMEM;
	argv[3] = package;
	r = apt_call(&(struct call){.argv = argv, .limit = LIMIT_QUERY}, &output, why);
	if (r < 0)
		return r;
	if (output.status != 0 || !output.out || strcmp(output.out, running) == 0)
		return 0;
	return strv_addf(reasons,
		"the running kernel %s is version %s, installed is version %s; reboot into it",
		kernel.release, running, output.out);
}

static int reboot(struct strv *reasons, char **why)
{
	int r = add_requested_reboot(reasons);

	return r < 0 ? r : add_replaced_kernel(reasons, why);
}

const struct update_backend update_backend_apt = {
	.name = "apt",
	.detect = detect,
	.unfinished = apt_unfinished,
	.settle = apt_settle,
	.refresh = apt_refresh,
	.security_source_hint =
		N_("no security source is configured in /etc/apt/sources.list or "
		   "/etc/apt/sources.list.d: add the suite CODENAME-security of this distribution "
		   "(\"deb URI CODENAME-security main\"), then run cordon update again"),
	.mend = apt_mend,
	.pending = apt_pending,
	.download = apt_download,
	.size = apt_size,
	.install = apt_install,
	.name_cves = apt_name_cves,
	.reboot = reboot,
	.egress = apt_egress,
	.automatic = apt_automatic,
	.automate = apt_automate,
};
