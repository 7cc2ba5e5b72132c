// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What rpm answers, and its messages, wherever dnf and zypper pass them on.
 *
 * warning: /etc/x.conf created as /etc/x.conf.rpmnew
 * warning: %post(x-1.1-1.noarch) scriptlet failed, exit status 3
 * error: lua script failed: [string "%post(x-1.1-1.noarch)"]:1: post fails
 * Error in POSTIN scriptlet in rpm package x
 * >>> Non-critical error in post-install scriptlet: x-0:1.1-1.noarch     (dnf5; not tried here)
 */

#include "update/rpm/rpm.h"

#include "util/cleanup.h"
#include "util/match.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Behind a name's last dash but one is its version, behind the last its release. */
char *rpm_name(const char *nevra)
{
	const size_t length = strcspn(nevra, " \t\r\n");
	const char *dash = NULL, *before = NULL; /* the last, and the last but one */

	for (size_t i = 0; i < length; i++)
		if (nevra[i] == '-') {
			before = dash;
			dash = nevra + i;
		}
	if (!before || before == nevra || !isalnum((unsigned char)before[1]))
		return strndup(nevra, length);
	return strndup(nevra, (size_t)(before - nevra));
}

static int found(enum rpm_notice notice, char *subject, char **to)
{
	if (!subject)
		return -ENOMEM;
	*to = subject;
	return (int)notice;
}

/* "/etc/x.conf created as /etc/x.conf.rpmnew": the same path twice. */
static size_t find_kept(const char *line, const char **path)
{
	const char *middle = strstr(line, " created as "), *copy;
	size_t length;

	*path = strchr(line, '/');
	if (!middle || !*path || *path > middle)
		return 0;
	copy = middle + strlen(" created as ");
	length = (size_t)(middle - *path);
	return strncmp(*path, copy, length) == 0 && strncmp(copy + length, ".rpmnew", 7) == 0
		       ? length
		       : 0;
}

/* "%post(NEVRA)", of a line that says that it failed. */
static const char *find_script(const char *line)
{
	const char *at = strchr(line, '%'), *open;

	if (!strstr(line, "scriptlet failed") && !strstr(line, "script failed"))
		return NULL;
	open = at ? strchr(at, '(') : NULL;
	return open && strchr(open, ')') ? open + 1 : NULL;
}

int rpm_notice_parse(const char *line, char **subject)
{
	const char *path, *package;
	const size_t length = find_kept(line, &path);
	_cleanup_free_ char *nevra = NULL;

	if (length > 0)
		return found(RPM_NOTICE_KEPT, strndup(path, length), subject);
	package = find_script(line);
	if (package) {
		nevra = strndup(package, strcspn(package, ")"));
		return nevra ? found(RPM_NOTICE_FAILED, rpm_name(nevra), subject) : -ENOMEM;
	}
	package = str_after(line, " scriptlet in rpm package ");
	if (!package && (strstr(line, "rror in ") || strstr(line, "rror: ")))
		package = str_after(line, " scriptlet: ");
	if (!package || !*package || isspace((unsigned char)*package))
		return RPM_NOTICE_NONE;
	return found(RPM_NOTICE_FAILED, rpm_name(package), subject);
}

int rpm_installed_parse(const char *output, struct update_list *list)
{
	_cleanup_free_ char *copy = strdup(output);
	char *rest = copy, *line;

	if (!copy)
		return -ENOMEM;
	while ((line = strsep(&rest, "\n"))) {
		char *name = strsep(&line, "\t"), *version = NULL;
		struct update_package *package;

		if (!*name)
			continue;
		if (!line)
			return -EBADMSG;
		package = update_list_find(list, name);
		version = package ? strdup(line) : NULL;
		if (package && !version)
			return -ENOMEM;
		if (package) {
			free(package->from);
			package->from = version;
		}
	}
	return 0;
}
