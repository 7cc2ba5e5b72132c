// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One small JSON file, replaced as a whole with every look.
 *
 * When it does not count any more is told by the files that a package manager, or cordon, writes
 * when packages or what is offered have changed. These are no more than hints, of which others may
 * lack one; so it does not count for long either.
 */

#include "update/figures.h"

#include "update/dates.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/json.h"
#include "util/when.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#define SCHEMA	    1
#define FIGURES_MAX 4096

int figures_save(const char *path, const struct update_figures *figures)
{
	_cleanup_(cleanup_json) json_t *root = NULL;
	_cleanup_free_ char *content = NULL;
	char when[WHEN_SIZE];

	root = json_pack("{s:i, s:s, s:I, s:I, s:b}", "schema", SCHEMA, "when",
		when_write(figures->when, when), "pending", (json_int_t)figures->pending,
		"security", (json_int_t)figures->security, "reboot", figures->reboot);
	content = json_write(root, JSON_COMPACT);
	return content ? file_write_atomic(path, content, strlen(content), 0644) : -ENOMEM;
}

int figures_load(const char *path, struct update_figures *figures)
{
	_cleanup_(cleanup_json) json_t *root = NULL;
	_cleanup_free_ char *content = NULL;
	json_int_t pending, security;
	const char *when;
	int schema, reboot;
	time_t then;
	size_t size;
	int r = file_read(path, FIGURES_MAX, &content, &size);

	if (r < 0)
		return r;
	root = json_loadb(content, size, 0, NULL);
	if (!root ||
		json_unpack(root, "{s:i, s:s, s:I, s:I, s:b}", "schema", &schema, "when", &when,
			"pending", &pending, "security", &security, "reboot", &reboot) < 0)
		return -EBADMSG;
	if (schema != SCHEMA || pending < 0 || security < 0 || security > pending ||
		when_parse(when, &then) < 0)
		return -EBADMSG;
	*figures = (struct update_figures){.pending = (size_t)pending,
		.security = (size_t)security,
		.reboot = reboot,
		.when = then};
	return 0;
}

/* In the same second counts as newer. */
static bool is_newer(const char *root, const char *path, time_t when)
{
	_cleanup_free_ char *full = strdup_printf("%s%s", root, path);
	struct stat st;

	return !full || (stat(full, &st) == 0 && st.st_mtime >= when);
}

bool figures_hold(
	const struct update_figures *figures, const char *root, unsigned int max_age, time_t now)
{
	static const char *const witnesses[] = {
		UPDATE_PROGRESS,
		DATES_FILE,
		"/var/lib/apt/lists",
		"/var/lib/dpkg/status",
		"/usr/lib/sysimage/rpm/rpmdb.sqlite",
		"/var/lib/rpm/rpmdb.sqlite",
	};

	if (figures->when > now || now - figures->when > (time_t)max_age)
		return false;
	for (size_t i = 0; i < ELEMENTS(witnesses); i++)
		if (is_newer(root, witnesses[i], figures->when))
			return false;
	return true;
}

struct update_figures update_figures(const struct update_list *list, bool reboot, time_t when)
{
	return (struct update_figures){.pending = list->count,
		.security = update_list_security(list),
		.reboot = reboot,
		.when = when};
}

int update_recall(unsigned int max_age, struct update_figures *figures)
{
	struct update_figures last;
	int r = figures_load(FIGURES_FILE, &last);

	if (r == 0 && !figures_hold(&last, "", max_age, time(NULL)))
		r = -ESTALE;
	if (r == 0)
		*figures = last;
	return r;
}
