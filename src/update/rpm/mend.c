// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is anything of rpm's half-done, and what puts it right: of two versions of a package, which an
 * upgrade leaves that was cut off, one is removed; a package whose scripts failed is
 * installed again, for rpm has no other way to run them.
 */

#include "update/rpm/rpm.h"

#include "update/rpm/scripts.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>

int rpm_scripts_failed(struct strv *names, char **why)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	int r = rpm_scripts_read(RPM_SCRIPTS_FAILED, &lines, why);

	for (size_t i = 0; r == 0 && i < lines.count; i++) {
		_cleanup_free_ char *name = rpm_scripts_name(lines.items[i]);

		r = name ? strv_add_once(names, name) : -ENOMEM;
	}
	return r;
}

static int say_scripts(char **why)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	int r = rpm_scripts_read(RPM_SCRIPTS_FAILED, &lines, why);

	if (r < 0 || lines.count == 0)
		return r;
	if (lines.count > 1)
		fail(why, EBUSY,
			"scripts of %zu packages failed, or did not run: %s ...; run cordon "
			"update, "
			"which installs these packages again; what you have mended by hand, take "
			"from the list in %s",
			lines.count, lines.items[0], RPM_SCRIPTS_FAILED);
	else
		fail(why, EBUSY,
			"a script of a package failed, or did not run: %s; run cordon update, "
			"which "
			"installs that package again; if you have mended that by hand, remove %s",
			lines.items[0], RPM_SCRIPTS_FAILED);
	return 1;
}

static int say_duplicates(char **why)
{
	_cleanup_(strv_clear) struct strv names = {0};
	int r = rpm_duplicates(&names, why);

	if (r < 0 || names.count == 0)
		return r;
	fail(why, EBUSY,
		"two versions of %s are installed, because an update was cut off; run cordon "
		"update, which repairs that",
		names.items[0]);
	return 1;
}

int rpm_unfinished(char **why)
{
	int r;

	if (rpm_is_locked()) {
		fail(why, EBUSY, "another program is installing rpm packages; wait until it ends");
		return 1;
	}
	if (file_exists(RPM_BEGUN)) {
		fail(why, EBUSY,
			"an installation was cut off (%s); run cordon update, which repairs that",
			RPM_BEGUN);
		return 1;
	}
	r = say_scripts(why);
	return r != 0 ? r : say_duplicates(why);
}

static int mend_duplicates(
	const struct rpm_mender *mender, const struct update_audience *audience, char **why)
{
	_cleanup_(strv_clear) struct strv names = {0};
	_cleanup_free_ char *reason = NULL;
	int r = rpm_duplicates(&names, why);

	if (r < 0 || names.count == 0)
		return r;
	r = mender->remove_duplicates(audience, &reason, why);
	if (r <= 0)
		return r;
	return fail(why, EIO,
		"two versions of %s are installed, because an update was cut off, and %s cannot "
		"repair that: %s; run \"%s\", then cordon update again",
		names.items[0], mender->manager, reason, mender->by_hand);
}

static int mend_scripts(
	const struct rpm_mender *mender, const struct update_audience *audience, char **why)
{
	_cleanup_(strv_clear) struct strv names = {0}, gone = {0};
	int r = rpm_scripts_failed(&names, why);

	for (size_t i = 0; r >= 0 && i < names.count; i++) {
		r = rpm_has(names.items[i], why);
		if (r > 0)
			r = mender->reinstall(audience, names.items[i], why);
		else if (r == 0)
			r = strv_addf(&gone, "%s", names.items[i]);
	}
	if (r >= 0 && gone.count > 0)
		return rpm_scripts_forget(RPM_SCRIPTS_FAILED, &gone, why);
	return r < 0 ? r : 0;
}

int rpm_mend(const struct rpm_mender *mender, const struct update_audience *audience, char **why)
{
	int r = mend_duplicates(mender, audience, why);

	return r < 0 ? r : mend_scripts(mender, audience, why);
}
