// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is pending, asked three times.
 *
 * A simulated upgrade tells what apt would install. It does not tell what apt would not: a security
 * update of a package that is held, whose source is pinned away, or whose dependencies cannot be
 * met is at most a name under "kept back", and often not even that. So apt-cache policy is asked
 * for all versions of all installed packages; what a security source has above the installed
 * version, and the simulation lacks, is withheld. And a new kernel is no update of the old one, but
 * a package of another name, see successor.c.
 */

#include "update/apt/apt.h"

#include "update/apt/parse.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

DEFINE_CLEANUP(argv, const char **, free)

static int simulate(struct update_list *list, char **why)
{
	static const char *const argv[] = {
		APT_GET,
		"--simulate",
		"-y",
		"-q",
		"-oDebug::NoLocking=1",
		"-oAPT::Get::Show-User-Simulation-Note=0",
		"dist-upgrade",
		NULL,
	};
	const struct call call = {.argv = argv, .limit = LIMIT_QUERY};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *reason = NULL;
	int r = apt_call(&call, &output, why);

	if (r < 0)
		return r;
	if (output.status != 0) {
		reason = apt_reason(&output);
		return fail(why, EIO,
			"apt-get cannot tell what is pending: %s; cordon update repairs packages "
			"that are half-installed",
			reason ? reason : "");
	}
	r = apt_installs_parse(output.out ? output.out : "", list);
	return call_understood(
		r, APT_GET " --simulate dist-upgrade", N_("which updates are pending"), why);
}

/* Lines "ii name" (or "hi", "ri": dpkg's wish before its state); cut up in place. */
static const char **policy_argv(char *packages)
{
	size_t count = 2;
	const char **argv;
	char *line;

	for (const char *at = packages; (at = strchr(at, '\n')); at++)
		count++;
	argv = calloc(count + 2, sizeof(*argv));
	if (!argv)
		return NULL;
	argv[0] = APT_CACHE;
	argv[1] = "policy";
	for (count = 2; (line = strsep(&packages, "\n"));)
		if (strlen(line) > 4 && line[1] != 'n' && line[1] != 'c')
			argv[count++] = line + 4;
	return argv;
}

static int list_installed(struct output *packages, char **why)
{
	static const char *const argv[] = {
		DPKG_QUERY,
		"--show",
		"--showformat=${db:Status-Abbrev} ${binary:Package}\\n",
		NULL,
	};
	int r = apt_query(argv, packages, why);

	if (r == 0 && !packages->out)
		return fail(why, EBADMSG, "%s lists no packages", DPKG_QUERY);
	return r;
}

static int known_security_updates(const char *installed, struct update_list *list, char **why)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};
	_cleanup_(output_clear) struct output policy = {0};
	_cleanup_(cleanup_argv) const char **argv = NULL;
	_cleanup_free_ char *packages = strdup(installed);
	int r;

	if (!packages)
		return -ENOMEM;
	r = apt_sources_load(&sources, why);
	if (r < 0)
		return r;
	argv = policy_argv(packages);
	if (!argv)
		return -ENOMEM;
	r = apt_query(argv, &policy, why);
	if (r < 0)
		return r;
	return apt_policy_parse(policy.out ? policy.out : "", &sources, list);
}

/*
 * A point release that will be installed and contains the fix of a security update is a security
 * update, too, whatever its origin.
 */
static int merge(struct update_list *pending, const struct update_list *known)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < known->count; i++) {
		struct update_package withheld = known->items[i];
		struct update_package *same = update_list_find(pending, withheld.name);

		if (same) {
			same->security = true;
			continue;
		}
		withheld.withheld = true;
		withheld.because = (char *)_("apt-mark showhold, apt-cache policy and apt-get "
					     "install tell why (a hold, a pin, a dependency)");
		r = update_list_add(pending, &withheld);
	}
	return r;
}

static int is_release_file(const struct dirent *entry)
{
	return strstr(entry->d_name, "_InRelease") || strstr(entry->d_name, "_Release");
}

/* Without lists apt says that nothing is pending, which nobody can know. */
static int check_lists(char **why)
{
	_cleanup_(apt_folders_clear) struct apt_folders folders = {0};
	struct dirent **entries;
	int n, r = apt_folders_find(&folders, why);

	if (r < 0)
		return r;
	/* cppcheck-suppress nullPointer ; scandir(3) takes that: in any order */
	n = scandir(folders.lists, &entries, is_release_file, NULL);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	if (n <= 0)
		return fail(why, ENODATA,
			"the package lists were never fetched, so it is not known which updates "
			"are pending; cordon update fetches them");
	return 0;
}

int apt_pending(struct update_list *list, char **why)
{
	_cleanup_(update_list_clear) struct update_list pending = {0}, known = {0};
	_cleanup_(output_clear) struct output installed = {0};
	int r;

	r = check_lists(why);
	if (r == 0)
		r = simulate(&pending, why);
	if (r == 0)
		r = list_installed(&installed, why);
	if (r == 0)
		r = known_security_updates(installed.out, &known, why);
	if (r == 0)
		r = merge(&pending, &known);
	if (r == 0)
		r = apt_kernels_pending(installed.out, &pending, why);
	if (r < 0)
		return r;
	*list = pending;
	pending = (struct update_list){0};
	return 0;
}
