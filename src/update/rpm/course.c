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

static int hear_failed(struct rpm_course *course, const char *name, const char *line)
{
	_cleanup_free_ char *shown = printable(line + strspn(line, " \t>"), LINE_MAX);
	int r = shown ? 0 : -ENOMEM;

	/* rpm says it, and the package manager says it again. */
	if (r < 0 || sentences_has(&course->failed, name))
		return r;
	r = sentences_add(&course->failed, "%s", name);
	if (r == 0)
		r = rpm_scripts_remember(RPM_SCRIPTS_FAILED, name, shown, NULL);
	if (r == 0 && course->outcome)
		r = sentences_add(&course->outcome->failed, "%s: %s", name, shown);
	return r;
}

void rpm_course_hear(struct rpm_course *course, const char *line)
{
	_cleanup_free_ char *subject = NULL;
	int r = rpm_notice_parse(line, &subject);

	if (r == RPM_NOTICE_KEPT)
		r = course->outcome ? sentences_add_once(&course->outcome->kept, subject) : 0;
	else if (r == RPM_NOTICE_FAILED)
		r = hear_failed(course, subject, line);
	if (r < 0 && course->error == 0)
		course->error = r;
}

void rpm_course_installed(struct rpm_course *course, const char *nevra)
{
	_cleanup_free_ char *name = rpm_name(nevra);
	int r = name ? sentences_add_once(&course->done, name) : -ENOMEM;

	if (r < 0 && course->error == 0)
		course->error = r;
}

static int find_mended(const struct rpm_course *course, struct sentences *names)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < course->done.count; i++)
		if (!sentences_has(&course->failed, course->done.items[i]))
			r = sentences_add(names, "%s", course->done.items[i]);
	return r;
}

int rpm_course_end(struct rpm_course *course, bool well, char **why)
{
	_cleanup_(sentences_clear) struct sentences mended = {0};
	int r = course->error;

	if (r < 0)
		fail(why, -r, "%s: it cannot be noted which packages' scripts failed: %s",
			RPM_SCRIPTS_FAILED, strerror(-r));
	if (r == 0 && well)
		r = find_mended(course, &mended);
	if (r == 0 && mended.count > 0)
		r = rpm_scripts_forget(RPM_SCRIPTS_FAILED, &mended, why);
	sentences_clear(&course->done);
	sentences_clear(&course->failed);
	*course = (struct rpm_course){0};
	return r;
}
