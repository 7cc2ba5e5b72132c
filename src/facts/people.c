// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy may arrive late, but not after an administrator was met: from then on it is that person
 * who decides. So a login has to be noticed, live (logind) and afterwards (wtmp).
 *
 * Users and groups are read from files, not through NSS: a directory service could not be reached,
 * and would be waited for.
 */

#include "facts/people.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <string.h>
#include <systemd/sd-login.h>
#include <utmpx.h>

#define WTMP	 "/var/log/wtmp"
#define WTMP_MAX (16U << 20)

static FILE *open_in(const char *root, const char *path)
{
	int fd = file_open_in(root, path, O_RDONLY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");

	if (fd >= 0 && !file)
		close(fd);
	return file;
}

static bool is_member(const struct group *group, const char *user, gid_t primary)
{
	if (group->gr_gid == primary)
		return true;
	for (char **member = group->gr_mem; *member; member++)
		if (strcmp(*member, user) == 0)
			return true;
	return false;
}

bool people_look_up(FILE *users, FILE *all, const struct finding_list *groups, const char *user)
{
	const struct passwd *entry = NULL;
	const struct group *group;
	gid_t primary;

	while (users && (entry = fgetpwent(users)) != NULL && strcmp(entry->pw_name, user) != 0)
		;
	if (!entry || entry->pw_uid == 0)
		return true;
	primary = entry->pw_gid;
	while (all && (group = fgetgrent(all)) != NULL)
		if (finding_list_has(groups, group->gr_name) && is_member(group, user, primary))
			return true;
	return false;
}

bool people_is_administrator(const char *root, const struct finding_list *groups, const char *user)
{
	_cleanup_fclose_ FILE *users = open_in(root, "/etc/passwd");
	_cleanup_fclose_ FILE *all = open_in(root, "/etc/group");

	return people_look_up(users, all, groups, user);
}

/* A name that /etc/passwd does not know either, for a user whom it does not know. */
static char *name_of(uid_t uid)
{
	_cleanup_fclose_ FILE *users = open_in("", "/etc/passwd");
	const struct passwd *entry;

	while (users && (entry = fgetpwent(users)) != NULL)
		if (entry->pw_uid == uid)
			return strdup(entry->pw_name);
	return text(_("user %u"), (unsigned int)uid);
}

/* 1: an administrator's, who is added to @met; 0: somebody else's; -ENOMEM. */
static int look_at_session(
	const char *session, const struct finding_list *groups, struct finding_list *met)
{
	_cleanup_free_ char *class = NULL, *user = NULL;
	uid_t uid;

	if (sd_session_get_class(session, &class) < 0 || strcmp(class, "user") != 0 ||
		sd_session_get_uid(session, &uid) < 0)
		return 0;
	user = name_of(uid);
	if (!user)
		return -ENOMEM;
	if (!people_is_administrator("", groups, user))
		return 0;
	return finding_add(met, "systemd-logind", "%s is logged in", user) < 0 ? -ENOMEM : 1;
}

static int find_sessions(const struct finding_list *groups, struct finding_list *met)
{
	char **sessions = NULL;
	int n = sd_get_sessions(&sessions), r = 0;

	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = look_at_session(sessions[i], groups, met);
		free(sessions[i]);
	}
	free(sessions);
	return r < 0 ? r : 0;
}

static int find_logins(time_t since, const struct finding_list *groups, struct finding_list *met)
{
	_cleanup_free_ char *content = NULL;
	struct utmpx record;
	size_t size;

	if (file_read_in("", WTMP, WTMP_MAX, &content, &size) < 0)
		return 0;
	for (size_t at = 0; at + sizeof(record) <= size; at += sizeof(record)) {
		char user[sizeof(record.ut_user) + 1] = "";

		memcpy(&record, content + at, sizeof(record));
		memcpy(user, record.ut_user, sizeof(record.ut_user));
		if (record.ut_type == USER_PROCESS && record.ut_tv.tv_sec >= since &&
			people_is_administrator("", groups, user))
			return finding_add(met, WTMP, "%s was logged in", user);
	}
	return 0;
}

int people_find_administrators(
	time_t since, const struct finding_list *groups, struct finding_list *met)
{
	int r = find_sessions(groups, met);

	return r < 0 || met->count > 0 ? r : find_logins(since, groups, met);
}
