// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From words to values. One table says which settings exist and what reads them; the error for an
 * unknown one lists that table.
 *
 * MUST NOT let a mistake open anything: what is left out may have been meant to narrow, so it costs
 * the ports of the same place; and it may have been about the decision, so it makes that unclear.
 */

#include "policy/settings.h"

#include "policy/groups.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"
#include "util/when.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#define EXCEPTIONS_MAX 65536
#define GROUPS_MAX     256
#define GROUP_NAME_MAX 64
/* Ten years, in seconds. */
#define MAX_AGE_MAX	(3650 * 86400)
#define MAX_AGE_DEFAULT (14 * 86400)

static const char *const egress_names[] = {
	[EGRESS_UPDATES] = "updates", [EGRESS_UPDATER] = "updater", [EGRESS_OPEN] = "open", NULL};
static const char *const mode_names[] = {
	[MODE_INTERACTIVE] = "interactive", [MODE_AUTOMATIC] = "automatic", NULL};
static const char *const updates_names[] = {
	[UPDATES_ALL] = "all", [UPDATES_SECURITY] = "security", NULL};
static const char *const reboot_names[] = {
	[REBOOT_ASK] = "ask", [REBOOT_AUTO] = "auto", [REBOOT_NEVER] = "never", NULL};
static const char *const prefetch_names[] = {[PREFETCH_NO] = "no", [PREFETCH_YES] = "yes", NULL};
static const char *const on_finish_names[] = {[ON_FINISH_OPEN] = "open",
	[ON_FINISH_UFW] = "ufw",
	[ON_FINISH_FIREWALLD] = "firewalld",
	[ON_FINISH_NFTABLES] = "nftables",
	NULL};
static const char *const login_names[] = {
	[LOGIN_ASSISTANT_YES] = "yes", [LOGIN_ASSISTANT_NO] = "no", NULL};
static const char *const remote_admin_names[] = {
	[REMOTE_ADMIN_AUTO] = "auto", [REMOTE_ADMIN_YES] = "yes", [REMOTE_ADMIN_NO] = "no", NULL};
static const char *const when_managed_names[] = {
	[WHEN_MANAGED_STAND_ASIDE] = "stand-aside", [WHEN_MANAGED_SEAL] = "seal", NULL};
static const char *const group_policy_names[] = {[GROUP_POLICY_AUTO] = "auto",
	[GROUP_POLICY_NO] = "no",
	[GROUP_POLICY_FOLDER] = "a folder",
	NULL};
static const char *const textfile_names[] = {
	[TEXTFILE_AUTO] = "auto", [TEXTFILE_NO] = "no", [TEXTFILE_FOLDER] = "a folder", NULL};
static const char *const profile_names[] = {[GROUP_POLICY_DOMAIN] = "domain",
	[GROUP_POLICY_STANDARD] = "standard",
	[GROUP_POLICY_PRIVATE] = "private",
	[GROUP_POLICY_PUBLIC] = "public",
	NULL};

struct choice *setting_choice(struct policy *policy, const struct setting *key)
{
	return (struct choice *)((char *)policy + key->choice);
}

static int choose(struct policy *policy, const struct setting *key, int value, const char *source)
{
	struct choice *choice = setting_choice(policy, key);
	char *copy = strdup(source);

	if (!copy)
		return -ENOMEM;
	free(choice->source);
	free(choice->folder);
	*choice = (struct choice){.value = value, .name = key->names[value], .source = copy};
	return 0;
}

static int refuse(const struct setting *key, const char *word, char **why)
{
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; key->names[i]; i++) {
		char *longer =
			strdup_printf("%s%s%s", list ? list : "", i ? ", " : "", key->names[i]);

		if (!longer)
			return -ENOMEM;
		free(list);
		list = longer;
	}
	return fail(why, EINVAL, "%s=%s: not one of %s", key->name, word ? word : "", list);
}

static int read_choice(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	for (int i = 0; word && key->names[i]; i++)
		if (strcmp(word, key->names[i]) == 0)
			return choose(reading->policy, key, i, source);
	return refuse(key, word, why);
}

/* One of the names, but for the last, in whose place stands an absolute path. */
static int read_folder(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	_cleanup_free_ char *folder = NULL;
	int value = 0, r;

	if (!word || word[0] != '/')
		return read_choice(reading, key, word, source, why);
	while (key->names[value + 1])
		value++;
	folder = strdup(word);
	r = folder ? choose(reading->policy, key, value, source) : -ENOMEM;
	if (r == 0)
		setting_choice(reading->policy, key)->folder = TAKE_PTR(folder);
	return r;
}

/* A time such as 14d, or "any". */
static int read_max_age(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	struct policy *policy = reading->policy;
	unsigned int seconds = word ? when_parse_span(word, MAX_AGE_MAX) : 0;
	char *copy;

	if (seconds == 0 && (!word || strcmp(word, "any") != 0))
		return fail(why, EINVAL,
			"%s=%s: not a time such as 14d or 36h (at most %dd), nor any", key->name,
			word ? word : "", MAX_AGE_MAX / 86400);
	copy = strdup(source);
	if (!copy)
		return -ENOMEM;
	free(policy->max_age_source);
	policy->max_age_source = copy;
	policy->max_age = seconds;
	return 0;
}

static int add_port(struct exception_list *list, const char *key, const char *word,
	const char *source, char **why)
{
	struct exception exception = {.reason = (char *)_("configured"), .source = (char *)source};
	_cleanup_free_ char *reason = NULL;

	if (list->count >= EXCEPTIONS_MAX)
		return fail(why, EINVAL, "%s=%s: more than %d ports", key, word, EXCEPTIONS_MAX);
	if (exception_parse_port(word, &exception, &reason) < 0)
		return fail(why, EINVAL, "%s=%s", key, reason ? reason : word);
	return exception_add(list, &exception);
}

static int read_allow_port(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	if (word)
		return add_port(&reading->ports, key->name, word, source, why);
	exception_list_clear(&reading->ports);
	exception_list_clear(&reading->policy->allow);
	return 0;
}

static int read_allow_from(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	_cleanup_free_ char *peer = NULL, *reason = NULL;
	int r;

	(void)source;
	reading->narrowed = true;
	/* Nobody, not anybody: a template whose variable was not set looks like this. */
	if (!word) {
		strv_clear(&reading->peers);
		return 0;
	}
	r = exception_parse_peer(word, &peer, &reason);
	if (r < 0)
		return r == -ENOMEM ? r
				    : fail(why, EINVAL, "%s=%s", key->name, reason ? reason : word);
	return strv_addf(&reading->peers, "%s", peer);
}

static int add_group(
	struct exception_list *list, const char *name, const char *ports, const char *source)
{
	_cleanup_free_ char *copy = strdup(ports),
			    *reason = strdup_printf(_("configured: %s"), name);
	char *rest = copy, *word;
	int r = copy && reason ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, " ")) != NULL) {
		struct exception exception = {.reason = reason, .source = (char *)source};

		r = exception_parse_port(word, &exception, NULL);
		if (r == 0)
			r = exception_add(list, &exception);
	}
	return r;
}

static int read_egress_allow(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	struct exception_list *list = &reading->policy->egress_allow;
	const char *ports = word ? group_ports(word) : NULL;

	if (ports)
		return add_group(list, word, ports, source);
	if (word && (word[0] < '0' || word[0] > '9'))
		return fail(why, EINVAL,
			"%s=%s: neither a port such as 8140/tcp nor one of the groups %s",
			key->name, word, group_names());
	if (word)
		return add_port(list, key->name, word, source, why);
	exception_list_clear(list);
	return 0;
}

int policy_read_finish_allow(const char *word, const char *source, struct exception_list *allow,
	bool *remote, char **why)
{
	if (strcmp(word, FINISH_ALLOW_REMOTE) == 0) {
		*remote = true;
		return 0;
	}
	if (word[0] < '0' || word[0] > '9')
		return fail(why, EINVAL, "Allow=%s: neither a port such as 443/tcp nor %s", word,
			FINISH_ALLOW_REMOTE);
	return add_port(allow, "Allow", word, source, why);
}

static int read_finish_allow(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	struct policy *policy = reading->policy;

	(void)key;
	if (word)
		return policy_read_finish_allow(
			word, source, &policy->finish_allow, &policy->finish_remote, why);
	exception_list_clear(&policy->finish_allow);
	policy->finish_remote = false;
	return 0;
}

/* Debian and the rpm distributions name them differently; none of them has all three. */
static const char *const default_groups[] = {"sudo", "wheel", "admin"};
static const char *const default_source = N_("default");

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"

/* Of a local group: one that only a directory service knows cannot be asked for while sealed. */
static bool is_group_name(const char *word)
{
	size_t length = strlen(word);

	return length <= GROUP_NAME_MAX && strchr(LETTERS, word[0]) &&
	       strspn(word, LETTERS "0123456789.-") == length;
}

static bool is_default(const struct sourced_list *list)
{
	return list->count > 0 && strcmp(list->items[0].source, default_source) == 0;
}

/* Whoever names groups does not mean those that nobody named. */
static int read_admin_groups(struct reading *reading, const struct setting *key, const char *word,
	const char *source, char **why)
{
	struct sourced_list *groups = &reading->policy->admin_groups;

	if (word && !is_group_name(word))
		return fail(why, EINVAL, "%s=%s: not the name of a group", key->name, word);
	if (word && groups->count >= GROUPS_MAX)
		return fail(why, EINVAL, "%s=%s: more than %d groups", key->name, word, GROUPS_MAX);
	if (!word || is_default(groups))
		sourced_list_clear(groups);
	return word ? sourced_add(groups, source, "%s", word) : 0;
}

#define CHOICE(member, names, decides) offsetof(struct policy, member), names, decides, false

static const struct setting keys[] = {
	{"Cordon", "Egress", read_choice, CHOICE(egress, egress_names, false)},
	{"Cordon", "Mode", read_choice, CHOICE(mode, mode_names, false)},
	{"Cordon", "Updates", read_choice, CHOICE(updates, updates_names, false)},
	{"Cordon", "MaxAge", read_max_age, 0, NULL, false, false},
	{"Cordon", "Reboot", read_choice, CHOICE(reboot, reboot_names, false)},
	{"Cordon", "Prefetch", read_choice, CHOICE(prefetch, prefetch_names, false)},
	{"Cordon", "RemoteAdmin", read_choice, CHOICE(remote_admin, remote_admin_names, true)},
	{"Cordon", "WhenManaged", read_choice, CHOICE(when_managed, when_managed_names, true)},
	{"Cordon", "GroupPolicy", read_folder, CHOICE(group_policy, group_policy_names, true)},
	{"Cordon", "GroupPolicyProfile", read_choice,
		CHOICE(group_policy_profile, profile_names, true)},
	{"Cordon", "OnFinish", read_choice, CHOICE(on_finish, on_finish_names, false)},
	{"Allow", "Port", read_allow_port, 0, NULL, false, true},
	{"Allow", "From", read_allow_from, 0, NULL, true, true},
	{"Egress", "Allow", read_egress_allow, 0, NULL, false, true},
	{"Finish", "Allow", read_finish_allow, 0, NULL, false, true},
	{"Assistant", "Login", read_choice, CHOICE(login, login_names, false)},
	/* Whether an administrator was met decides, too. */
	{"Assistant", "AdminGroups", read_admin_groups, 0, NULL, true, true},
	{"Report", "Textfile", read_folder, CHOICE(textfile, textfile_names, false)},
};

int setting_defaults(struct policy *policy)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(keys); i++)
		if (keys[i].names)
			r = choose(policy, &keys[i], 0, default_source);
	for (size_t i = 0; r == 0 && i < ELEMENTS(default_groups); i++)
		r = sourced_add(&policy->admin_groups, default_source, "%s", default_groups[i]);
	policy->max_age = MAX_AGE_DEFAULT;
	policy->max_age_source = strdup(default_source);
	return r == 0 && !policy->max_age_source ? -ENOMEM : r;
}

const struct setting *setting_find(const char *section, const char *name)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

char *setting_list(void)
{
	char *list = strdup("");

	for (size_t i = 0; list && i < ELEMENTS(keys); i++) {
		char *longer = strdup_printf(
			"%s%s[%s] %s=", list, i ? ", " : "", keys[i].section, keys[i].name);

		free(list);
		list = longer;
	}
	return list;
}

/* Nobody is there to reboot a server that goes through the quarantine by itself. */
int setting_settle(struct policy *policy)
{
	const struct setting *reboot = setting_find("Cordon", "Reboot");
	_cleanup_free_ char *source = NULL;

	if (!reboot || policy->mode.value != MODE_AUTOMATIC || policy->reboot.refused ||
		strcmp(policy->reboot.source, default_source) != 0)
		return 0;
	source = strdup_printf("Mode=automatic, %s", policy->mode.source);
	return source ? choose(policy, reboot, REBOOT_AUTO, source) : -ENOMEM;
}
