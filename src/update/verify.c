// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one place that may call a machine updated.
 *
 * MUST: ask the security sources anew, every time; "up to date" by old lists is what worms live on.
 * MUST: count what could not be found out as missing.
 * MUST NOT: change anything but the metadata.
 */

#include "update/backend.h"
#include "update/figures.h"
#include "update/reboot/kernel.h"
#include "update/reboot/stale.h"
#include "update/refresh.h"
#include "update/update.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

int update_reboot_reasons(struct strv *reasons, char **why)
{
	const struct update_backend *backend = backend_detect();
	struct utsname kernel;
	int r = backend ? backend->reboot(reasons, why) : 0;

	if (r < 0)
		return r;
	if (uname(&kernel) < 0)
		return -errno;
	r = kernel_add_reason("", kernel.release, reasons);
	return r < 0 ? r : stale_add_reasons("/proc", reasons, why);
}

/* While an update is going on, or was cut off, only what its backend has to say beyond that. */
static int add_unfinished(const struct update_backend *backend, struct strv *missing, char **why)
{
	_cleanup_free_ char *what = NULL;
	const bool interrupted = update_was_interrupted();
	int r = 0;

	if (interrupted)
		r = strv_addf(missing,
			"an update has begun and not ended; run cordon update, which continues it");
	if (r == 0)
		r = backend->unfinished(&what);
	if (r < 0)
		return fail(why, -r, "%s", what ? what : strerror(-r));
	if (r == 0 || (interrupted && !what))
		return 0;
	return strv_addf(missing, "%s",
		what ? what
		     : _("packages are half-installed; run cordon update, which repairs them"));
}

/* Where that cannot be written, or nothing of cordon runs in this boot, they are found anew. */
static void keep_figures(struct update_figures figures)
{
	figures_save(FIGURES_FILE, &figures);
}

int update_look(const struct update_settings *settings, struct update_list *list,
	struct strv *missing, struct strv *reboot, char **why)
{
	_cleanup_(update_list_clear) struct update_list pending = {0};
	const struct update_backend *backend = backend_detect();
	const time_t now = time(NULL);
	size_t before;
	int r;

	if (!backend)
		return backend_missing(why);
	r = refresh_pending(backend, settings, &pending, why);
	if (r == 0)
		r = add_unfinished(backend, missing, why);
	if (r == 0)
		r = update_list_explain(&pending, missing);
	before = reboot->count;
	if (r == 0)
		r = update_reboot_reasons(reboot, why);
	if (r < 0)
		return r;
	keep_figures(update_figures(&pending, reboot->count > before, now));
	*list = pending;
	pending = (struct update_list){0};
	return 0;
}

int update_size(const struct update_settings *settings, const struct update_list *list,
	unsigned long long *bytes, char **why)
{
	const struct update_backend *backend = backend_detect();

	if (!backend)
		return backend_missing(why);
	if (backend->size && list->count > update_list_withheld(list))
		return backend->size(list, settings, bytes, why);
	*bytes = 0;
	return 0;
}

int update_verify(const struct update_settings *settings, const struct update_audience *audience,
	struct strv *missing, struct strv *warnings, char **why)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	const struct update_backend *backend = backend_detect();
	int r = backend ? refresh_sources(backend, settings, audience, warnings, why) : 0;

	return r < 0 ? r : update_look(settings, &list, missing, missing, why);
}
