// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An installation that is going on: what its lines say of scripts and configuration files. A failed
 * script is on disk before the next line is read, so that no power cut makes it forgotten.
 */

#include "update/rpm/rpm.h"

#include "update/rpm/scripts.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/printable.h"

#include <errno.h>
#include <string.h>

#define LINE_MAX 200

static int hear_failed(struct rpm_transaction *course, const char *name, const char *line)
{
	_cleanup_free_ char *shown = printable(line + strspn(line, " \t>"), LINE_MAX);
	int r = shown ? 0 : -ENOMEM;

	/* rpm says it, and the package manager says it again. */
	if (r < 0 || strv_has(&course->failed, name))
		return r;
	r = strv_addf(&course->failed, "%s", name);
	if (r == 0)
		r = rpm_scripts_remember(RPM_SCRIPTS_FAILED, name, shown, NULL);
	if (r == 0 && course->outcome)
		r = strv_addf(&course->outcome->failed, "%s: %s", name, shown);
	return r;
}

void rpm_transaction_hear(struct rpm_transaction *course, const char *line)
{
	_cleanup_free_ char *subject = NULL;
	int r = rpm_notice_parse(line, &subject);

	if (r == RPM_NOTICE_KEPT)
		r = course->outcome ? strv_add_once(&course->outcome->kept, subject) : 0;
	else if (r == RPM_NOTICE_FAILED)
		r = hear_failed(course, subject, line);
	if (r < 0 && course->error == 0)
		course->error = r;
}

void rpm_transaction_installed(struct rpm_transaction *course, const char *nevra)
{
	_cleanup_free_ char *name = rpm_name(nevra);
	int r = name ? strv_add_once(&course->done, name) : -ENOMEM;

	if (r < 0 && course->error == 0)
		course->error = r;
}

static int find_mended(const struct rpm_transaction *course, struct strv *names)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < course->done.count; i++)
		if (!strv_has(&course->failed, course->done.items[i]))
			r = strv_addf(names, "%s", course->done.items[i]);
	return r;
}

int rpm_transaction_end(struct rpm_transaction *course, bool well, char **why)
{
	_cleanup_(strv_clear) struct strv mended = {0};
	int r = course->error;

	if (r < 0)
		fail(why, -r, "%s: it cannot be noted which packages' scripts failed: %s",
			RPM_SCRIPTS_FAILED, strerror(-r));
	if (r == 0 && well)
		r = find_mended(course, &mended);
	if (r == 0 && mended.count > 0)
		r = rpm_scripts_forget(RPM_SCRIPTS_FAILED, &mended, why);
	strv_clear(&course->done);
	strv_clear(&course->failed);
	*course = (struct rpm_transaction){0};
	return r;
}
