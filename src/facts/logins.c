// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy may arrive late, but not after an administrator was met: from then on it is that person
 * who decides. So a login has to be noticed, live (logind) and afterwards (login records).
 *
 * Users and groups are read from files, not through NSS: a directory service could not be reached,
 * and would be waited for.
 */

#include "facts/logins.h"

#include "facts/records.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <systemd/sd-login.h>

#define LOGIND "systemd-logind"

static FILE *open_in(const char *root, const char *path)
{
	int fd = file_open_in(root, path, O_RDONLY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "re");

	if (fd >= 0 && !file)
		close(fd); /* cppcheck-suppress doubleFree ; fdopen(3) that fails leaves it open */
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

bool people_look_up(FILE *users, FILE *all, const struct sourced_list *groups, const char *user)
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
		if (sourced_list_has(groups, group->gr_name) && is_member(group, user, primary))
			return true;
	return false;
}

bool people_is_administrator(const char *root, const struct sourced_list *groups, const char *user)
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
	return strdup_printf(_("user %u"), (unsigned int)uid);
}

/*
 * Of the classes of systemd 258 these are none of a person's: programs by themselves (background:
 * cron), service managers that may live without a login (manager), and a screen that waits for one
 * (greeter, as a user of its own that /etc/passwd need not know). A lock screen stands before
 * a session of a person's.
 */
bool people_is_person(const char *class)
{
	static const char *const others[] = {
		"background", "background-light", "manager", "manager-early", "greeter", "none"};

	for (size_t i = 0; i < ELEMENTS(others); i++)
		if (strcmp(class, others[i]) == 0)
			return false;
	return true;
}

struct search {
	const struct sourced_list *groups;
	struct sourced_list *met, *doubts;
};

/* 1: an administrator's, who has been noted; 0: another's; -ENOMEM. */
static int look_at_session(const char *session, const struct search *search)
{
	_cleanup_free_ char *class = NULL, *user = NULL;
	uid_t uid;
	int r = sd_session_get_class(session, &class);

	if (r >= 0 && !people_is_person(class))
		return 0;
	if (r >= 0)
		r = sd_session_get_uid(session, &uid);
	if (r < 0)
		return sourced_add(search->doubts, LOGIND, "session %s cannot be read: %s", session,
			strerror(-r));
	user = name_of(uid);
	if (!user)
		return -ENOMEM;
	if (!people_is_administrator("", search->groups, user))
		return 0;
	return sourced_add(search->met, LOGIND, "%s is logged in", user) < 0 ? -ENOMEM : 1;
}

static int find_sessions(const struct search *search)
{
	char **sessions = NULL;
	int n = sd_get_sessions(&sessions), r = 0;

	if (n < 0)
		return sourced_add(
			search->doubts, LOGIND, "its sessions cannot be read: %s", strerror(-n));
	for (int i = 0; i < n; i++) {
		if (r == 0)
			r = look_at_session(sessions[i], search);
		free(sessions[i]);
	}
	free(sessions);
	return r;
}

static int note_login(void *context, const char *source, const char *user)
{
	const struct search *search = context;

	if (!people_is_administrator("", search->groups, user))
		return 0;
	return sourced_add(search->met, source, "%s was logged in", user) < 0 ? -ENOMEM : 1;
}

int people_find_administrators(time_t since, const struct sourced_list *groups,
	struct sourced_list *met, struct sourced_list *doubts)
{
	struct search search = {groups, met, doubts};
	const struct records_query query = {
		.kind = RECORDS_LOGINS,
		.first = since,
		.end = INT64_MAX,
		.found = note_login,
		.context = &search,
	};
	int r = find_sessions(&search);

	if (r == 0)
		r = records_find("", &query, doubts);
	return r < 0 ? r : 0;
}
