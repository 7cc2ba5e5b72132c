// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is the same for every firewall: what is wanted, whether it can be, how it is put on record
 * and taken back.
 *
 * MUST NOT overwrite what somebody else wrote. Before: rules that are there, in force or not, end
 * it. Afterwards: a file that is not as cordon left it belongs to whoever changed it.
 *
 * MUST NOT take silence for consent: a configuration that cannot be read may have said OnFinish=,
 * and then only the command line can say that the server is to be open.
 */

#include "handover/handover.h"

#include "decision/plan.h"
#include "handover/backend.h"
#include "seal/seal.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"
#include "util/run.h"

#include <errno.h>
#include <sha2.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct handover_backend *const backends[] = {
	[ON_FINISH_OPEN] = NULL,
	[ON_FINISH_UFW] = &handover_ufw,
	[ON_FINISH_FIREWALLD] = &handover_firewalld,
	[ON_FINISH_NFTABLES] = &handover_nftables,
};

const char *handover_name(enum on_finish to)
{
	return backends[to] ? backends[to]->name : "open";
}

static const struct handover_backend *find_backend(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(backends); i++)
		if (backends[i] && strcmp(backends[i]->name, name) == 0)
			return backends[i];
	return NULL;
}

static int choose_firewall(
	const struct policy *policy, const char *to, struct handover *handover, char **why)
{
	if (!to && policy->on_finish.refused)
		return fail(why, EINVAL,
			"OnFinish= in the configuration is not understood; correct it, or say "
			"--handover=open, ufw, firewalld or nftables");
	if (!to && policy->unclear && policy->on_finish.value == ON_FINISH_OPEN)
		return fail(why, EINVAL,
			"something in the configuration cannot be read or understood, and may "
			"have been OnFinish=; correct what cordon explain lists, or say "
			"--handover=open to open this server");
	if (!to) {
		handover->to = (enum on_finish)policy->on_finish.value;
		return 0;
	}
	for (size_t i = 0; i < ELEMENTS(backends); i++)
		if (strcmp(to, handover_name((enum on_finish)i)) == 0) {
			handover->to = (enum on_finish)i;
			return 0;
		}
	return fail(why, EINVAL, "--handover=%s: not one of open, ufw, firewalld, nftables", to);
}

static int read_words(const char *words, struct exception_list *allow, bool *remote, char **why)
{
	_cleanup_free_ char *copy = strdup(words);
	char *rest = copy, *word;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, " \t\n,")) != NULL)
		if (*word)
			r = policy_read_finish_allow(word, "--allow", allow, remote, why);
	return r;
}

int handover_choose(const struct situation *situation, const char *to, const char *allow,
	struct handover *handover, char **why)
{
	const struct policy *policy = &situation->inputs.policy;
	_cleanup_(handover_clear) struct handover result = {0};
	bool remote = false;
	int r = choose_firewall(policy, to, &result, why);

	if (r == 0 && allow && result.to == ON_FINISH_OPEN)
		r = fail(why, EINVAL,
			"--allow goes with a firewall that takes over: --handover=ufw, firewalld "
			"or nftables");
	if (r == 0 && allow)
		r = read_words(allow, &result.allow, &remote, why);
	else if (r == 0)
		r = exception_add_all(&result.allow, &policy->finish_allow);
	if (r == 0 && (allow ? remote : policy->finish_remote))
		r = plan_add_remote(&situation->inputs, &result.allow);
	if (r < 0)
		return r;
	*handover = result;
	result = (struct handover){0};
	return 0;
}

bool handover_is_possible(enum on_finish to)
{
	return backends[to] && file_exists(backends[to]->program);
}

int handover_step(const char *const *argv, char **out, char **why)
{
	const struct command command = {.argv = argv, .limit = LIMIT_REQUEST};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_(strv_clear) struct strv words = {0};
	_cleanup_free_ char *line = NULL, *reason = NULL;
	int r = run_command(&command, &output, why);

	if (r < 0)
		return r;
	if (output.status == 0) {
		if (out)
			*out = TAKE_PTR(output.out);
		return 0;
	}
	for (size_t i = 0; argv[i]; i++) {
		char *longer = strdup_printf("%s%s%s", line ? line : "", i ? " " : "", argv[i]);

		free(line);
		line = longer;
	}
	reason = output_excerpt(&output);
	return fail(why, EIO, "%s: %s", line ? line : argv[0], reason ? reason : "");
}

char *handover_port(const struct exception *exception, char separator)
{
	return exception->first == exception->last
		       ? strdup_printf("%u", exception->first)
		       : strdup_printf("%u%c%u", exception->first, separator, exception->last);
}

const char *handover_protocol(const struct exception *exception)
{
	return exception->protocol == IPPROTO_UDP ? "udp" : "tcp";
}

int handover_publish(const char *folder, const char *path, const char *content, char **why)
{
	int r;

	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return fail(why, errno, "%s: cannot be made: %s", folder, strerror(errno));
	r = file_write_atomic(path, content, strlen(content), 0644);
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

int handover_remove(const char *path, char **why)
{
	if (unlink(path) < 0 && errno != ENOENT)
		return fail(why, errno, "%s: cannot be removed: %s", path, strerror(errno));
	return 0;
}

int handover_find_table(const char *table, char **why)
{
	_cleanup_(strv_clear) struct strv tables = {0};
	int r = seal_find_foreign_tables(&tables, why);

	if (r == 0 && !strv_has(&tables, table))
		r = fail(why, ENOENT, "it is not in force: the kernel has no table %s", table);
	return r;
}

/* Two firewalls that do not know of each other admit what both admit, or what neither does. */
static int check_others(const struct handover_backend *backend, char **why)
{
	for (size_t i = 0; i < ELEMENTS(backends); i++) {
		const struct handover_backend *other = backends[i];

		if (other && other != backend && firewall_is_on("", other->firewall))
			return fail(why, EEXIST,
				"%s is enabled on this server, and does not go together with %s: "
				"hand over to %s, or disable it first",
				other->name, backend->name, other->name);
	}
	return 0;
}

/* Before anything is changed: what it has no words for would end it half way. */
static int check_peers(
	const struct handover_backend *backend, const struct exception_list *allow, char **why)
{
	for (size_t i = 0; i < allow->count; i++) {
		const char *peer = allow->items[i].peer;

		if (peer && strchr(peer, '-') && !backend->knows_ranges)
			return fail(why, EINVAL,
				"%s: %s knows no ranges of addresses; say prefixes", peer,
				backend->name);
	}
	return 0;
}

int handover_check(const struct handover *handover, char **why)
{
	const struct handover_backend *backend = backends[handover->to];
	_cleanup_(sourced_list_clear) struct sourced_list rules = {0};
	_cleanup_(strv_clear) struct strv problems = {0};
	int r;

	if (!backend)
		return 0;
	if (!file_exists(backend->program))
		return fail(why, ENOENT, "%s is not installed (there is no %s)", backend->name,
			backend->program);
	r = check_peers(backend, &handover->allow, why);
	if (r < 0)
		return r;
	r = firewall_find_rules("", backend->firewall, &rules, &problems);
	if (r < 0)
		return r;
	if (problems.count > 0)
		return fail(why, EEXIST, "%s", problems.items[0]);
	if (rules.count > 0)
		return fail(why, EEXIST,
			"%s: %s; cordon does not overwrite them. Without handing over, cordon "
			"finish --handover=open leaves them as they are",
			rules.items[0].source, rules.items[0].what);
	return check_others(backend, why);
}

/* Not by exception_describe(), which speaks the reader's language. */
static int note_allowed(const struct exception *e, struct strv *allow)
{
	_cleanup_free_ char *port = handover_port(e, '-'), *words = NULL;

	words = port ? strdup_printf("%s/%s%s%s", port, handover_protocol(e),
			       e->peer ? " from " : "", e->peer ? e->peer : "")
		     : NULL;
	return words ? strv_addf(allow, "%s", words) : -ENOMEM;
}

int handover_prepare(const struct handover *handover, struct handed *handed, char **why)
{
	const struct handover_backend *backend = backends[handover->to];
	int r;

	if (!backend)
		return 0;
	r = state_set(&handed->to, backend->name);
	handed->enabled = firewall_is_on("", backend->firewall);
	for (size_t i = 0; r == 0 && i < handover->allow.count; i++)
		r = note_allowed(&handover->allow.items[i], &handed->allow);
	if (r == 0 && backend->prepare)
		r = backend->prepare(handed, why);
	return r;
}

/* What is in a file; "absent" without one. */
static const char *sum_of(const char *path, char sum[static SHA256_DIGEST_STRING_LENGTH])
{
	return SHA256File(path, sum) ? sum : "absent";
}

static int note_files(const struct handover_backend *backend, struct handed *handed)
{
	char sum[SHA256_DIGEST_STRING_LENGTH];
	int r = 0;

	for (size_t i = 0; r == 0 && backend->files[i]; i++)
		if (file_exists(backend->files[i]))
			r = sourced_add(&handed->files, backend->files[i], "%s",
				sum_of(backend->files[i], sum));
	return r;
}

static int bring_up(
	const struct handover_backend *backend, const struct exception_list *allow, char **why)
{
	const char *enable[] = {SYSTEMCTL, "enable", "--quiet", backend->unit, NULL};
	int r = backend->apply(allow, why);

	if (r == 0)
		r = handover_step(enable, NULL, why);
	return r < 0 ? r : backend->verify(allow, why);
}

int handover_apply(const struct handover *handover, struct handed *handed, char **why)
{
	const struct handover_backend *backend = backends[handover->to];
	_cleanup_free_ char *detail = NULL, *kept = NULL;
	int r;

	if (!backend)
		return 0;
	r = bring_up(backend, &handover->allow, &detail);
	if (r == 0)
		return note_files(backend, handed);
	if (handover_undo(handed, &kept) < 0)
		return fail(why, -r,
			"handing over to %s failed, and could not be undone (%s); this server "
			"stays sealed: %s",
			backend->name, kept ? kept : "", detail ? detail : strerror(-r));
	return fail(why, -r,
		"handing over to %s failed; it is undone, and this server stays sealed: %s",
		backend->name, detail ? detail : strerror(-r));
}

/* "8000-8010/udp from 192.0.2.0/24" */
static int read_allowed(const char *words, struct exception_list *allow)
{
	static const char from[] = " from ";
	_cleanup_free_ char *copy = strdup(words);
	struct exception exception = {.reason = (char *)"", .source = (char *)""};
	char *peer = copy ? strstr(copy, from) : NULL;

	if (!copy)
		return -ENOMEM;
	if (peer) {
		*peer = '\0';
		exception.peer = peer + strlen(from);
	}
	return exception_parse_port(copy, &exception, NULL) < 0 ? 0
								: exception_add(allow, &exception);
}

static bool is_as_left(const struct handed *handed, char **why)
{
	char sum[SHA256_DIGEST_STRING_LENGTH];

	for (size_t i = 0; i < handed->files.count; i++) {
		const struct sourced *file = &handed->files.items[i];

		if (strcmp(sum_of(file->source, sum), file->what) != 0) {
			fail(why, EEXIST,
				"%s was changed since cordon handed over to %s, so that is "
				"somebody's by now, and stays",
				file->source, handed->to);
			return false;
		}
	}
	return true;
}

int handover_undo(const struct handed *handed, char **why)
{
	const struct handover_backend *backend = find_backend(handed->to);
	_cleanup_(exception_list_clear) struct exception_list allow = {0};
	const char *disable[] = {SYSTEMCTL, "disable", "--quiet", NULL, NULL};
	int r = 0;

	if (!backend || !file_exists(backend->program))
		return 0;
	if (!is_as_left(handed, why))
		return 1;
	for (size_t i = 0; r == 0 && i < handed->allow.count; i++)
		r = read_allowed(handed->allow.items[i], &allow);
	if (r == 0)
		r = backend->undo(handed, &allow, why);
	disable[3] = backend->unit;
	return r < 0 || handed->enabled ? r : handover_step(disable, NULL, why);
}

void handover_clear(struct handover *handover)
{
	exception_list_clear(&handover->allow);
	*handover = (struct handover){0};
}
