// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Only a person who has just logged in, at a terminal, and who may do something about it is shown
 * the assistant, and once in one login. Where it is not to be shown, root has been met all the
 * same; not every system has another witness of a login at the console.
 *
 * "Once" is known in two ways. Whatever the shell starts inherits CORDON_MET, which the snippet of
 * /etc/profile.d sets when the assistant has ended. su and sudo drop that; but they stay in the
 * session that logind, or the kernel's audit, gave to the login, and for that one root's assistant
 * leaves a marker in /run. So a member of sudo who did not give the password meets it in "sudo -i".
 *
 * MUST NOT ask anybody over the network: groups are those that the kernel knows of this process,
 * their names those of /etc/group.
 */

#include "assistant/login.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/log.h"
#include "util/paths.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <systemd/sd-login.h>
#include <unistd.h>

#define SUDO	   "/usr/bin/sudo"
#define CORDON	   "/usr/bin/cordon"
#define NO_SESSION 4294967295UL /* of the kernel's audit: not a login */

static bool is_dumb(const char *term)
{
	return !term || !*term || strcmp(term, "dumb") == 0 || strcmp(term, "unknown") == 0;
}

/* A person at a terminal, in a shell that has not asked before. */
static bool is_login(const struct login_facts *facts)
{
	return facts->is_terminal && !facts->is_nested && !facts->has_met;
}

/* Is the assistant wanted, and can it be shown here? */
static bool has_place(const struct login_facts *facts)
{
	return facts->is_wanted && !is_dumb(facts->term) && !facts->is_command && !facts->is_window;
}

enum login_answer login_decide(const struct login_facts *facts)
{
	if (!facts->is_sealed || !is_login(facts))
		return LOGIN_NO;
	/* Only root can write the record. */
	if (!has_place(facts))
		return facts->is_root ? LOGIN_RECORDED : LOGIN_NO;
	if (facts->is_root)
		return LOGIN_AS_ROOT;
	return facts->is_member ? LOGIN_THROUGH_SUDO : LOGIN_NO;
}

/* Where it is noted that this login has met the assistant: *path stays NULL where nobody counts
 * logins. logind first: in a container the audit's number may be the one of whoever started it. */
static int find_marker(char **path)
{
	_cleanup_free_ char *session = NULL, *content = NULL;
	unsigned long audit = NO_SESSION;

	if (sd_pid_get_session(0, &session) < 0) {
		if (file_read_virtual("/proc/self/sessionid", 32, &content, NULL) == 0)
			audit = strtoul(content, NULL, 10);
		if (audit == NO_SESSION)
			return 0;
	}
	*path = session ? strdup_printf(RUN_DIRECTORY "/met-%s", session)
			: strdup_printf(RUN_DIRECTORY "/met-audit-%lu", audit);
	return *path ? 0 : -ENOMEM;
}

static bool has_group(gid_t gid, const gid_t *gids, int count)
{
	for (int i = 0; i < count; i++)
		if (gids[i] == gid)
			return true;
	return gid == getegid();
}

/* 1 or 0; -ENOMEM. */
static int find_membership(const struct sourced_list *names)
{
	int count = getgroups(0, NULL);
	_cleanup_free_ gid_t *gids = calloc(count > 0 ? (size_t)count : 1, sizeof(gid_t));
	_cleanup_fclose_ FILE *groups = fopen("/etc/group", "re");
	const struct group *group;

	if (!gids)
		return -ENOMEM;
	count = getgroups(count, gids);
	while (groups && (group = fgetgrent(groups)) != NULL)
		if (sourced_list_has(names, group->gr_name) &&
			has_group(group->gr_gid, gids, count))
			return 1;
	return 0;
}

static int gather(const struct policy *policy, struct login_facts *facts)
{
	_cleanup_free_ char *marker = NULL;
	int r = find_marker(&marker), member;

	if (r < 0)
		return r;
	member = find_membership(&policy->admin_groups);
	if (member < 0)
		return member;
	*facts = (struct login_facts){
		.is_sealed = file_exists(RUN_SEALED),
		.is_wanted = policy->login.value == LOGIN_ASSISTANT_YES,
		.is_root = geteuid() == 0,
		.is_member = member == 1,
		.is_terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
		.term = getenv("TERM"),
		.is_command = getenv("SSH_ORIGINAL_COMMAND") != NULL,
		.is_window = getenv("TMUX") || getenv("STY"),
		.is_nested = getenv("CORDON_MET") != NULL,
		.has_met = marker && file_exists(marker),
	};
	return 0;
}

/* To whom would have met it on another terminal. */
static void tell_dumb(struct login_facts facts)
{
	if (!is_dumb(facts.term))
		return;
	facts.term = "linux";
	if (login_decide(&facts) >= LOGIN_AS_ROOT)
		log_notice("this server is cordoned off until its security updates are in; to "
			   "update and open it, run: %scordon assistant --plain",
			facts.is_root ? "" : "sudo ");
}

int login_answer(const struct policy *policy, enum login_answer *answer)
{
	struct login_facts facts;
	int r = gather(policy, &facts);

	if (r < 0)
		return r;
	tell_dumb(facts);
	*answer = login_decide(&facts);
	return 0;
}

/* Where it cannot be noted it is met again: no reason to keep anybody from going on. */
void login_remember(void)
{
	_cleanup_free_ char *marker = NULL;

	if (find_marker(&marker) == 0 && marker)
		file_touch(marker);
}

/* sudo keeps TERM, LANG, LANGUAGE and LC_*, and drops CORDON_MET: tests/system/test_login.py. */
int login_exec_sudo(char **why)
{
	char *const argv[] = {(char *)SUDO, (char *)"--", (char *)CORDON, (char *)"assistant",
		(char *)"--login", NULL};

	execv(SUDO, argv);
	if (errno == ENOENT)
		return fail(why, ENOENT,
			"%s is not installed: only root can update and open this server; log in as "
			"root, or run su - and there cordon assistant",
			SUDO);
	return fail(why, errno, "%s: cannot be run: %s", SUDO, strerror(errno));
}
