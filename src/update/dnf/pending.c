// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is pending, asked three times.
 *
 * repoquery knows every update, those that somebody excludes included; updateinfo, which of them
 * are for security; and a simulated upgrade, which of them dnf would install. What the first two
 * have and the third lacks is withheld. An upgrade that only leaves out what it cannot install
 * succeeds, and check-update calls a machine up to date that excludes everything.
 *
 * A security update that is withheld is listed; others are the administrator's own affair, as with
 * apt.
 */

#include "update/dnf/dnf.h"

#include "update/dnf/parse.h"
#include "update/rpm/rpm.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define BECAUSE_MAX 400

static const char unknown[] = N_("which updates are pending");

static int list_updates(struct update_list *list, char **why)
{
	static const char *const argv[] = {DNF_COMMON, "-q", "-C", "--disableexcludes=all",
		"repoquery", "--upgrades", "--latest-limit=1", "--qf", DNF_UPDATES_FORMAT, NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = dnf_query(argv, &output, why);

	if (r == 0)
		r = dnf_updates_parse(output.out ? output.out : "", list);
	return call_understood(r, "dnf repoquery --upgrades", unknown, why);
}

static int mark_security(struct update_list *list, char **why)
{
	static const char *const argv[] = {DNF_COMMON, "-q", "-C", "--disableexcludes=all",
		"updateinfo", "list", "--updates", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = dnf_query(argv, &output, why);

	if (r == 0)
		r = dnf_advisories_parse(output.out ? output.out : "", list);
	return call_understood(r, "dnf updateinfo list --updates", unknown, why);
}

/* --assumeno makes it fail in any case; what it would do stands in its table. */
static int simulate(struct output *output, struct strv *names, char **why)
{
	static const char *const argv[] = {DNF, "--setopt=exit_on_lock=1",
		"--setopt=cachedir=" DNF_CACHE, "-C", "--assumeno", "--setopt=best=0", "upgrade",
		NULL};
	const struct call call = {.argv = argv, .limit = LIMIT_QUERY, .waits = true};
	_cleanup_free_ char *reason = NULL;
	int r = dnf_call(&call, output, why);

	if (r < 0)
		return r;
	r = dnf_transaction_parse(output->out ? output->out : "", names);
	if (r != -EBADMSG)
		return r;
	reason = dnf_reason(output);
	return fail(why, EIO, "dnf cannot tell what is pending (upgrade --assumeno): %s",
		reason ? reason : "");
}

static char *explain(const char *error, const char *name)
{
	_cleanup_free_ char *problem = dnf_problem_find(error, name);

	if (problem)
		return printable(problem, BECAUSE_MAX);
	return strdup_printf(
		_("it is excluded (excludepkgs= in %s or in a file of /etc/yum.repos.d, or "
		  "\"dnf versionlock list\")"),
		DNF_CONF);
}

static int add(const struct update_package *package, const struct strv *names, const char *error,
	struct update_list *list)
{
	struct update_package copy = *package;
	_cleanup_free_ char *because = NULL;

	if (copy.withheld || strv_has(names, copy.name))
		return update_list_add(list, &copy);
	if (!copy.security)
		return 0;
	copy.withheld = true;
	because = explain(error, copy.name);
	copy.because = because;
	return because ? update_list_add(list, &copy) : -ENOMEM;
}

int dnf_pending(struct update_list *list, char **why)
{
	_cleanup_(update_list_clear) struct update_list known = {0}, pending = {0};
	_cleanup_(strv_clear) struct strv names = {0};
	_cleanup_(output_clear) struct output output = {0};
	int r = list_updates(&known, why);

	if (r == 0)
		r = mark_security(&known, why);
	if (r == 0 && known.count > 0)
		r = call_understood(rpm_fill_installed(&known, why), "rpm -qa", unknown, why);
	if (r == 0 && known.count > 0)
		r = simulate(&output, &names, why);
	for (size_t i = 0; r == 0 && i < known.count; i++)
		r = add(&known.items[i], &names, output.error ? output.error : "", &pending);
	if (r < 0)
		return r;
	*list = pending;
	pending = (struct update_list){0};
	return 0;
}

/* What it says is of everything; of a part, named one by one, nothing is said. */
int dnf_size(const struct update_list *list, const struct update_settings *settings,
	unsigned long long *bytes, char **why)
{
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_(strv_clear) struct strv names = {0};
	char *rest, *line;
	int r = settings->security_only ? 0 : simulate(&output, &names, why);

	(void)list;
	if (r < 0)
		return r;
	*bytes = 0;
	for (rest = output.out; *bytes == 0 && (line = strsep(&rest, "\n"));)
		*bytes = dnf_bytes_needed(line);
	return 0;
}
