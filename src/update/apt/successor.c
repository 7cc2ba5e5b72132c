// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Asking apt for a newer kernel: which names there are, which of them are on offer, whether an
 * installed meta package brings the newest, and which one would. Where nothing newer is on offer
 * the second question is the last. What the answers mean is in kernel.c.
 *
 * What an installed meta package brings is pending already; or that package is held, and then it is
 * what is withheld, or Ubuntu's phasing has it wait. None of this is said a second time. One whose
 * candidate depends on an older kernel brings nothing (pinned, or of a suite with another series).
 */

#include "update/apt/apt.h"

#include "update/apt/kernel.h"
#include "update/reboot/kernel.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

/* apt-cache with @options (at most two; end with NULL), and names behind them. */
static int ask(
	const char *const *options, const struct strv *names, struct output *output, char **why)
{
	_cleanup_free_ const char **argv = calloc(names->count + 4, sizeof(*argv));
	size_t count = 0;

	if (!argv)
		return -ENOMEM;
	argv[count++] = APT_CACHE;
	for (; *options; options++)
		argv[count++] = *options;
	for (size_t i = 0; i < names->count; i++)
		argv[count++] = names->items[i];
	return apt_query(argv, output, why);
}

static int misunderstood(const char *what, int r, char **why)
{
	if (r != -EBADMSG)
		return r;
	return fail(why, EBADMSG,
		"%s %s: its answer is not understood, so it is not known whether the kernel is "
		"up to date",
		APT_CACHE, what);
}

static int find_offers(const struct strv *related, struct apt_offers *offers, char **why)
{
	static const char *const options[] = {"policy", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r = ask(options, related, &output, why);

	return r < 0 ? r
		     : misunderstood(options[0],
			       apt_offers_parse(output.out ? output.out : "", offers), why);
}

static int add_withheld(const char *kernel, const struct apt_offer *successor, const char *meta,
	struct update_list *list)
{
	_cleanup_free_ char *because = strdup_printf(
		_("%s is not kept up to date: %s is on offer, and nothing installed asks for "
		  "it; install %s"),
		kernel, successor->package, meta ? meta : successor->package);
	const struct update_package package = {
		.name = successor->package,
		.to = successor->version,
		.origin = successor->origin,
		.security = true,
		.withheld = true,
		.because = because,
	};

	return because ? update_list_add(list, &package) : -ENOMEM;
}

static bool is_withheld(const struct update_list *list, const struct strv *names)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct update_package *package = update_list_find(list, names->items[i]);

		if (package && package->withheld)
			return true;
	}
	return false;
}

/* 1: an installed meta package brings it, or is withheld itself. */
static int is_brought(
	const struct strv *metas, const char *successor, const struct update_list *list, char **why)
{
	static const char *const options[] = {"depends", "--important", NULL};
	_cleanup_(output_clear) struct output output = {0};
	int r;

	if (is_withheld(list, metas))
		return 1;
	if (metas->count == 0)
		return 0;
	r = ask(options, metas, &output, why);
	return r < 0 ? r
		     : misunderstood(options[0],
			       apt_metas_bring(output.out ? output.out : "", successor), why);
}

static int find_meta(const char *kernel, const char *successor, const struct strv *metas,
	char **meta, char **why)
{
	static const char *const options[] = {"rdepends", "--important", NULL};
	_cleanup_(output_clear) struct output output = {0};
	const struct strv names = {(char *[]){(char *)successor}, 1};
	int r = ask(options, &names, &output, why);

	return r < 0 ? r
		     : misunderstood(options[0],
			       apt_metas_recommend(
				       output.out ? output.out : "", kernel, metas, meta),
			       why);
}

static int judge(const char *kernel, const struct apt_offer *successor, const char *installed,
	struct update_list *list, char **why)
{
	_cleanup_(strv_clear) struct strv metas = {0};
	_cleanup_free_ char *meta = NULL;
	int r = apt_metas_installed(installed, &metas);

	if (r == 0)
		r = is_brought(&metas, successor->package, list, why);
	if (r != 0)
		return r < 0 ? r : 0;
	r = find_meta(kernel, successor->package, &metas, &meta, why);
	return r < 0 ? r : add_withheld(kernel, successor, meta, list);
}

static int look_at(const char *kernel, const char *known, const char *installed,
	struct update_list *list, char **why)
{
	_cleanup_(strv_clear) struct strv related = {0};
	_cleanup_(apt_offers_clear) struct apt_offers offers = {0};
	const struct apt_offer *successor;
	int r = apt_kernels_related(kernel, known, &related);

	if (r == 0)
		r = find_offers(&related, &offers, why);
	if (r < 0)
		return r;
	successor = apt_kernel_successor(kernel, &offers);
	if (!successor || update_list_find(list, successor->package))
		return 0;
	return judge(kernel, successor, installed, list, why);
}

int apt_kernels_pending(const char *installed, struct update_list *list, char **why)
{
	static const char *const options[] = {"pkgnames", "linux-image-", NULL};
	const struct strv nothing = {0};
	_cleanup_(strv_clear) struct strv kernels = {0};
	_cleanup_(output_clear) struct output known = {0};
	int r = kernel_is_shared("") ? 0 : apt_kernels_newest(installed, &kernels);

	if (r == 0 && kernels.count > 0)
		r = ask(options, &nothing, &known, why);
	for (size_t i = 0; r == 0 && i < kernels.count; i++)
		r = look_at(kernels.items[i], known.out ? known.out : "", installed, list, why);
	return r;
}
