// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fetching and installing: apt-get and dpkg, run as an administrator would.
 *
 * Nothing below may wait for an answer: a question about a changed configuration file is answered
 * with "keep mine" before it is asked, and remembered. dpkg keeps the terminal that apt makes for
 * it, because only what passes through that reaches /var/log/apt/term.log, and because daemons that
 * a package starts would otherwise hold our end of its output open for ever.
 */

#include "update/apt/apt.h"

#include "update/apt/parse.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define DPKG_JOURNAL "/var/lib/dpkg/updates"
#define TERMINAL_LOG "/var/log/apt/term.log"

/* As many as one power cut may leave, and more. */
#define TORN_MAX 64

/* The options of everything that installs. */
#define APT_GET_INSTALL                                                                            \
	APT_GET, "-y", "-q", "-oDpkg::Options::=--force-confdef",                                  \
		"-oDpkg::Options::=--force-confold", "-oAPT::Status-Fd=1"

static const char *const install_options[] = {APT_GET_INSTALL};

/* A run of apt-get, and who hears how it goes on. */
struct installer {
	const char *state;
	const struct update_audience *audience;
	struct update_outcome *outcome; /* NULL: nothing is installed */
	unsigned long long total;	/* bytes to be fetched, as apt announced them */
	char *conffile;			/* that dpkg is speaking of */
	int error;			/* 0, or -ENOMEM: not all that was said was kept */
};

/* "Configuration file '/etc/x'", and some lines later what became of it. */
static int hear_conffile(struct installer *installer, const char *line)
{
	static const char begin[] = "Configuration file '";
	const char *path = strstr(line, begin);
	_cleanup_free_ char *kept = NULL;

	if (path) {
		path += strlen(begin);
		free(installer->conffile);
		installer->conffile = strndup(path, strcspn(path, "'"));
		return installer->conffile ? 0 : -ENOMEM;
	}
	if (!installer->conffile || !(strstr(line, "==> Using current old file") ||
					    strstr(line, "==> Keeping old config file")))
		return 0;
	kept = TAKE_PTR(installer->conffile);
	return strv_addf(&installer->outcome->kept, "%s", kept);
}

static void hear(void *context, bool from_stderr, const char *line)
{
	struct installer *installer = context;
	struct update_step step = {.state = installer->state};
	struct apt_status status;

	if (from_stderr)
		return;
	if (installer->outcome && installer->error == 0)
		installer->error = hear_conffile(installer, line);
	if (installer->total == 0)
		installer->total = apt_bytes_needed(line);
	if (!apt_status_parse(line, &status) || status.kind == APT_STATUS_ERROR)
		return;
	/* What was fetched before is found again at once. */
	if (status.kind == APT_STATUS_DOWNLOAD && strcmp(installer->state, "download") != 0)
		return;
	step.percent = status.percent;
	step.message = status.text;
	step.package = status.package;
	if (status.kind == APT_STATUS_DOWNLOAD) {
		step.bytes = installer->total * status.percent / 100;
		step.bytes_total = installer->total;
		step.seconds_left = apt_seconds_left(status.text);
	}
	installer->audience->listen(installer->audience->context, &step);
}

/* Returns the exit status of a program that installs, or a negative errno; *reason is its own. */
static int run_installer(
	const char *const *argv, struct installer *installer, char **reason, char **why)
{
	const bool fetches = strcmp(installer->state, "download") == 0;
	_cleanup_(apt_folders_clear) struct apt_folders folders = {0};
	_cleanup_(output_clear) struct output output = {0};
	struct call call = {
		.argv = argv,
		.limit = LIMIT_PACKAGES,
		.waits = true,
		.audience = installer->audience,
		.is_downloading = apt_is_downloading,
		.line = hear,
		.context = installer,
	};
	int r = fetches ? apt_folders_find(&folders, why) : 0;

	if (r < 0)
		return r;
	call.fetches = fetches ? folders.all : NULL;
	r = apt_call(&call, &output, why);
	free(TAKE_PTR(installer->conffile));
	if (r == 0)
		r = installer->error;
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

int apt_unfinished(char **why)
{
	static const char *const argv[] = {DPKG, "--audit", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	if (has_journal())
		return 1;
	r = apt_query(argv, &output, why);
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

	r = apt_call(&(struct call){.argv = argv, .limit = LIMIT_QUERY}, &output, why);
	return r < 0 ? r : output.status != 0;
}

/*
 * dpkg's exit status decides nothing: what it could not configure is either broken, which apt-get
 * can mend, or fails again, with a better message, when the update installs its successor.
 */
static int finish_configuring(struct installer *installer, char **why)
{
	static const char *const argv[] = {
		DPKG, "--force-confdef", "--force-confold", "--configure", "-a", NULL};
	_cleanup_free_ char *reason = NULL;
	int r = apt_unfinished(why);

	return r > 0 ? run_installer(argv, installer, &reason, why) : r;
}

int apt_settle(const struct update_audience *audience, char **why)
{
	struct installer installer = {.state = "repair", .audience = audience};

	return finish_configuring(&installer, why);
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
static int reinstall_torn(struct installer *installer, char **why)
{
	static const char *const query[] = {
		DPKG_QUERY, "--show", "--showformat=${db:Status-Eflag} ${binary:Package}\n", NULL};
	static const char *const begin[] = {APT_GET_INSTALL, "--reinstall", "install", "--"};
	const char *argv[ELEMENTS(begin) + TORN_MAX + 1] = {NULL};
	const char **names = argv + ELEMENTS(begin);
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	size_t count;
	int r = apt_query(query, &output, why);

	if (r < 0)
		return r;
	memcpy(argv, begin, sizeof(begin));
	count = output.out ? find_torn(output.out, names, TORN_MAX) : 0;
	r = count > 0 ? run_installer(argv, installer, &reason, why) : 0;
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"%s, half-unpacked when an earlier update was cut off, could not be installed "
		"again: %s; see %s, run \"apt-get install --reinstall %s\", then cordon update "
		"again",
		names[0], reason, TERMINAL_LOG, names[0]);
}

static int fix_broken(struct installer *installer, char **why)
{
	static const char *const argv[] = {APT_GET_INSTALL, "--fix-broken", "install", NULL};
	_cleanup_free_ char *reason = NULL;
	int r = has_broken_packages(why);

	if (r <= 0)
		return r;
	r = run_installer(argv, installer, &reason, why);
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"packages that are half-installed could not be repaired: %s; see %s, run "
		"\"apt-get --fix-broken install\", then cordon update again",
		reason, TERMINAL_LOG);
}

int apt_mend(const struct update_audience *audience, char **why)
{
	struct installer installer = {.state = "repair", .audience = audience};
	int r = fix_broken(&installer, why);

	return r < 0 ? r : reinstall_torn(&installer, why);
}

/*
 * Everything, or the packages of the list and what they need. Their newest version, for it has the
 * fix in it, wherever it comes from. @option is one more, or NULL. The array refers to @list; its
 * last element is NULL.
 */
static const char **upgrade_argv(
	const struct update_list *list, const struct update_settings *settings, const char *option)
{
	const char **argv = calloc(ELEMENTS(install_options) + list->count + 6, sizeof(*argv));
	size_t count = ELEMENTS(install_options);

	if (!argv)
		return NULL;
	memcpy(argv, install_options, sizeof(install_options));
	if (option)
		argv[count++] = option;
	if (!settings->security_only) {
		argv[count++] = "dist-upgrade";
		return argv;
	}
	argv[count++] = "--only-upgrade";
	argv[count++] = "install";
	argv[count++] = "--";
	for (size_t i = 0; i < list->count; i++)
		if (!list->items[i].withheld && list->items[i].from)
			argv[count++] = list->items[i].name;
	return argv;
}

static int upgrade(const struct update_list *list, const struct update_settings *settings,
	struct installer *installer, char **why)
{
	const bool download = strcmp(installer->state, "download") == 0;
	_cleanup_free_ char *reason = NULL;
	_cleanup_free_ const char **argv = NULL;
	int r;

	if (list->count == update_list_withheld(list))
		return 0;
	argv = upgrade_argv(list, settings, download ? "--download-only" : NULL);
	r = argv ? run_installer(argv, installer, &reason, why) : -ENOMEM;
	if (r <= 0)
		return r;
	if (download)
		return fail(why, EIO,
			"the updates could not be fetched: %s; then run cordon "
			"update again",
			reason);
	return fail(why, EIO,
		"apt-get failed to install the updates: %s; the whole output is in %s; mend it, "
		"then run cordon update again",
		reason, TERMINAL_LOG);
}

int apt_size(const struct update_list *list, const struct update_settings *settings,
	unsigned long long *bytes, char **why)
{
	_cleanup_free_ const char **argv = upgrade_argv(list, settings, "--print-uris");
	_cleanup_(output_clear) struct output output = {0};
	int r = argv ? apt_query(argv, &output, why) : -ENOMEM;

	if (r == 0)
		*bytes = apt_uris_size(output.out ? output.out : "");
	return r;
}

int apt_download(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, char **why)
{
	struct installer installer = {.state = "download", .audience = audience};

	return upgrade(list, settings, &installer, why);
}

int apt_install(const struct update_list *list, const struct update_settings *settings,
	const struct update_audience *audience, struct update_outcome *outcome, char **why)
{
	struct installer installer = {.state = "install", .audience = audience, .outcome = outcome};

	return upgrade(list, settings, &installer, why);
}
