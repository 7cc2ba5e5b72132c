// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The backend for Debian and its relatives: apt-get and dpkg, run as an administrator would.
 *
 * Nothing below may wait for an answer: a question about a changed configuration file is answered
 * with "keep mine" before it is asked. dpkg keeps the terminal that apt makes for it, because only
 * what passes through that reaches /var/log/apt/term.log, and because daemons that a package
 * starts would otherwise hold our end of its output open for ever.
 */

#include "update/apt.h"

#include "update/apt-parse.h"
#include "update/kernel.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define DPKG_JOURNAL	 "/var/lib/dpkg/updates"
#define TERMINAL_LOG	 "/var/log/apt/term.log"
#define REBOOT_REQUIRED	 "/run/reboot-required"
#define REBOOT_PACKAGES	 "/run/reboot-required.pkgs"
#define REBOOT_MAX	 (64U << 10)
#define INSTALL_TIMEOUT	 (2 * 60 * 60)
#define INSTALL_PATIENCE (10 * 60)

/* As many as one power cut may leave, and more. */
#define TORN_MAX 64

/* How much of the installation's percentage its download is. */
#define DOWNLOAD_SHARE 30

/* The options of everything that installs. */
#define APT_GET_INSTALL(...)                                                                       \
	{                                                                                          \
		APT_GET, "-y", "-q", "-oDpkg::Options::=--force-confdef",                          \
			"-oDpkg::Options::=--force-confold", "-oDPkg::Lock::Timeout=600",          \
			"-oAPT::Status-Fd=1", __VA_ARGS__, NULL                                    \
	}

/* Who hears how an installation goes on. */
struct audience {
	const char *state;
	update_listener listen;
	void *context;
};

static bool detect(void)
{
	return file_exists(APT_GET) && file_exists(DPKG);
}

static void report(void *context, bool from_stderr, const char *line)
{
	const struct audience *audience = context;
	struct apt_status status;
	unsigned int percent;

	if (from_stderr || !apt_status_parse(line, &status) || status.kind == APT_STATUS_ERROR)
		return;
	if (status.kind == APT_STATUS_DOWNLOAD)
		percent = status.percent * DOWNLOAD_SHARE / 100;
	else
		percent = DOWNLOAD_SHARE + status.percent * (100 - DOWNLOAD_SHARE) / 100;
	audience->listen(audience->context,
		&(struct update_step){
			.state = audience->state, .message = status.text, .percent = percent});
}

/* Returns the exit status of a program that installs, or a negative errno; *reason is its own. */
static int run_installer(
	const char *const *argv, struct audience *audience, char **reason, char **why)
{
	struct apt_call call = {
		.argv = argv,
		.timeout = INSTALL_TIMEOUT,
		.patience = INSTALL_PATIENCE,
		.line = report,
		.context = audience,
	};
	_cleanup_(output_clear) struct output output = {0};
	int r = apt_call(&call, &output, why);

	if (r < 0)
		return r;
	if (output.status != 0) {
		*reason = apt_reason(&output);
		if (!*reason)
			return -ENOMEM;
	}
	return output.status;
}

/* dpkg notes each step in a file of digits, and removes them when it ends in good order. */
static bool has_journal(void)
{
	_cleanup_closedir_ DIR *dir = opendir(DPKG_JOURNAL);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			return true;
	return false;
}

static int unfinished(char **why)
{
	static const char *const argv[] = {DPKG, "--audit", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	if (has_journal())
		return 1;
	r = apt_query(argv, APT_QUERY_TIMEOUT, &output, why);
	if (r < 0)
		return r;
	return output.out && *output.out ? 1 : 0;
}

/* Do installed packages lack others that they need, or need to be unpacked again? */
static int has_broken_packages(char **why)
{
	static const char *const argv[] = {APT_GET, "check", "-q", "-oDebug::NoLocking=1", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	r = apt_call(&(struct apt_call){.argv = argv, .timeout = APT_QUERY_TIMEOUT}, &output, why);
	return r < 0 ? r : output.status != 0;
}

/*
 * dpkg's exit status decides nothing: what it could not configure is either broken, which apt-get
 * can mend, or fails again, with a better message, when the update installs its successor.
 */
static int finish_configuring(struct audience *audience, char **why)
{
	static const char *const argv[] = {
		DPKG, "--force-confdef", "--force-confold", "--configure", "-a", NULL};
	_cleanup_free_ char *reason = NULL;
	int r = unfinished(why);

	return r > 0 ? run_installer(argv, audience, &reason, why) : r;
}

static int repair(update_listener listen, void *context, char **why)
{
	static const char *const argv[] = APT_GET_INSTALL("--fix-broken", "install");
	struct audience audience = {.state = "repair", .listen = listen, .context = context};
	_cleanup_free_ char *reason = NULL;
	int r;

	r = finish_configuring(&audience, why);
	if (r < 0)
		return r;
	r = has_broken_packages(why);
	if (r <= 0)
		return r;
	r = run_installer(argv, &audience, &reason, why);
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"packages that are half-installed could not be repaired: %s; see %s, run "
		"\"apt-get --fix-broken install\", then cordon update again",
		reason, TERMINAL_LOG);
}

/* Lines "reinstreq name"; cut up in place. Returns how many names were written to @names. */
static size_t find_torn(char *packages, const char **names, size_t max)
{
	static const char mark[] = "reinstreq ";
	size_t count = 0;
	char *line;

	while ((line = strsep(&packages, "\n")) != NULL)
		if (strncmp(line, mark, strlen(mark)) == 0 && count < max)
			names[count++] = line + strlen(mark);
	return count;
}

/*
 * A package that was cut off while it was unpacked has to be unpacked again, also when that is the
 * newest version: dpkg refuses to configure it, and neither apt-get check nor --fix-broken sees it.
 */
static int reinstall_torn(struct audience *audience, char **why)
{
	static const char *const query[] = {
		DPKG_QUERY, "--show", "--showformat=${db:Status-Eflag} ${binary:Package}\n", NULL};
	static const char *const begin[] = APT_GET_INSTALL("--reinstall", "install");
	const char *argv[ELEMENTS(begin) + TORN_MAX] = {NULL};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	size_t count;
	int r = apt_query(query, APT_QUERY_TIMEOUT, &output, why);

	if (r < 0)
		return r;
	memcpy(argv, begin, sizeof(begin));
	count = output.out ? find_torn(output.out, argv + ELEMENTS(begin) - 1, TORN_MAX) : 0;
	r = count > 0 ? run_installer(argv, audience, &reason, why) : 0;
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"%s, half-unpacked when an earlier update was cut off, could not be installed "
		"again: "
		"%s; see %s, run \"apt-get install --reinstall %s\", then cordon update again",
		argv[ELEMENTS(begin) - 1], reason, TERMINAL_LOG, argv[ELEMENTS(begin) - 1]);
}

static int install(update_listener listen, void *context, char **why)
{
	static const char *const argv[] = APT_GET_INSTALL("dist-upgrade");
	struct audience audience = {.state = "install", .listen = listen, .context = context};
	_cleanup_free_ char *reason = NULL;
	int r = reinstall_torn(&audience, why);

	if (r == 0)
		r = run_installer(argv, &audience, &reason, why);
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"apt-get dist-upgrade failed: %s; the whole output is in %s; mend it, then run "
		"cordon update again",
		reason, TERMINAL_LOG);
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
		longer = text("%s%s%s", list, *list ? ", " : "", line);
		free(list);
		list = longer;
	}
	if (!list)
		return -ENOMEM;
	*names = take(list);
	return 0;
}

static int add_requested_reboot(struct sentences *reasons)
{
	_cleanup_free_ char *names = NULL;
	int r;

	if (!file_exists(REBOOT_REQUIRED))
		return 0;
	r = read_names(REBOOT_PACKAGES, &names);
	if (r < 0)
		return r;
	return sentences_add(reasons, "%s asked for a reboot (%s)",
		*names ? names : "an installed package", REBOOT_REQUIRED);
}

/* Debian replaces a kernel in place when its modules stay compatible: same name, other version. */
static int add_replaced_kernel(struct sentences *reasons, char **why)
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
	package = text("linux-image-%s", kernel.release);
	if (!package)
		return -ENOMEM;
	argv[3] = package;
	r = apt_call(&(struct apt_call){.argv = argv, .timeout = APT_CONFIG_TIMEOUT}, &output, why);
	if (r < 0)
		return r;
	if (output.status != 0 || !output.out || strcmp(output.out, running) == 0)
		return 0;
	return sentences_add(reasons,
		"the running kernel %s is version %s, installed is version %s; reboot into it",
		kernel.release, running, output.out);
}

static int reboot(struct sentences *reasons, char **why)
{
	int r = add_requested_reboot(reasons);

	return r < 0 ? r : add_replaced_kernel(reasons, why);
}

const struct update_backend update_backend_apt = {
	.name = "apt",
	.detect = detect,
	.unfinished = unfinished,
	.repair = repair,
	.refresh = apt_refresh,
	.pending = apt_pending,
	.install = install,
	.reboot = reboot,
	.egress = apt_egress,
};
