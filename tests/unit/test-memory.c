// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory runs out, at any moment.
 *
 * The linker puts functions of this file in place of those that allocate (--wrap, see meson.build).
 * What is tried is tried again with its first allocation failing, then its second, until none is
 * left to fail. What was lost must be missed: an answer that could not be kept as a whole is
 * -ENOMEM, never the same answer with a security update, a lock or a problem less. Of a decision
 * it is enough that it is none that would open what it would have kept closed. That nothing is lost
 * on the way is AddressSanitizer's to say.
 */

#include "tree.h"

#include "blocked/tally.h"
#include "cli/cli.h"
#include "decision/plan.h"
#include "exposure/merge.h"
#include "facts/records.h"
#include "policy/conf.h"
#include "policy/settings.h"
#include "report/parts.h"
#include "report/status.h"
#include "seal/count.h"
#include "seal/ruleset.h"
#include "state/record.h"
#include "update/apt/apt.h"
#include "update/apt/changelog.h"
#include "update/apt/kernel.h"
#include "update/apt/offer.h"
#include "update/apt/parse.h"
#include "update/apt/signature.h"
#include "update/apt/source.h"
#include "update/dates.h"
#include "update/dnf/parse.h"
#include "update/marker.h"
#include "update/reboot/kernel.h"
#include "update/reboot/stale.h"
#include "update/rpm/repo-file.h"
#include "update/rpm/repomd.h"
#include "update/rpm/rpm.h"
#include "update/rpm/scripts.h"
#include "update/zypper/zypper.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/run.h"
#include "util/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

static struct {
	bool armed, struck;
	bool in_json;	   /* jansson's allocations fail as well */
	unsigned int left; /* allocations until one fails */
	pid_t process;	   /* whose: in a child that is about to become a program none fails */
} memory;

static bool fails(void)
{
	if (!memory.armed || memory.process != getpid() || memory.left-- > 0)
		return false;
	memory.armed = false;
	memory.struck = true;
	errno = ENOMEM;
	return true;
}

#define STAND_IN(type, name, parameters, arguments)                                                \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters;                                                             \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return fails() ? NULL : __real_##name arguments;                                   \
	}

STAND_IN(void *, malloc, (size_t size), (size))
STAND_IN(void *, calloc, (size_t count, size_t size), (count, size))
STAND_IN(void *, realloc, (void *old, size_t size), (old, size))
STAND_IN(void *, reallocarray, (void *old, size_t count, size_t size), (old, count, size))
STAND_IN(char *, strdup, (const char *from), (from))
STAND_IN(char *, strndup, (const char *from, size_t size), (from, size))
STAND_IN(FILE *, fopencookie, (void *to, const char *mode, cookie_io_functions_t how),
	(to, mode, how))

int __real_vasprintf(char **to, const char *format, va_list arguments);
int __wrap_vasprintf(char **to, const char *format, va_list arguments);
int __wrap_vasprintf(char **to, const char *format, va_list arguments)
{
	return fails() ? -1 : __real_vasprintf(to, format, arguments);
}

static void *allocate_json(size_t size)
{
	return memory.in_json && fails() ? NULL : __real_malloc(size);
}

static char *fixture(const char *name)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s", FIXTURES, name);
	char *content = NULL;

	assert_int_equal(file_read(path, 1U << 20, &content, NULL), 0);
	return content;
}

#define PART(text) ((char *)(text))

/* What is tried: with success, what came of it is written. */
typedef int attempt_fn(const void *input, FILE *out);

static void arm(int strike)
{
	memory.left = (unsigned int)strike;
	memory.struck = false;
	memory.process = getpid();
	memory.in_json = false;
	memory.armed = strike >= 0;
}

static int try_once(attempt_fn *attempt, const void *input, int strike, char **result)
{
	size_t size;
	FILE *out = open_memstream(result, &size);
	int r;

	assert_non_null(out);
	arm(strike);
	r = attempt(input, out);
	memory.armed = false;
	assert_int_equal(fclose(out), 0);
	return r;
}

/* To be said by an attempt before it writes what came of it. */
static int tried(int r)
{
	memory.armed = false;
	return r;
}

static void try_all(attempt_fn *attempt, const void *input)
{
	_cleanup_free_ char *whole = NULL;
	size_t descriptors = tree_count_descriptors();
	int expected = try_once(attempt, input, -1, &whole);

	assert_true(expected >= 0 && *whole);
	memory.struck = true;
	for (int strike = 0; memory.struck; strike++) {
		_cleanup_free_ char *result = NULL;
		int r = try_once(attempt, input, strike, &result);

		if (r == -ENOMEM && memory.struck)
			continue;
		assert_int_equal(r, expected);
		assert_string_equal(result, whole);
	}
	assert_int_equal(tree_count_descriptors(), descriptors);
}

/* Of an attempt at several files of FIXTURES: its input is their contents. */
#define ANSWERS_MAX 5
static void try_answers(attempt_fn *attempt, const char *const names[ANSWERS_MAX])
{
	char *answers[ANSWERS_MAX] = {NULL};

	for (size_t i = 0; i < ANSWERS_MAX && names[i]; i++)
		answers[i] = fixture(names[i]);
	try_all(attempt, answers);
	for (size_t i = 0; i < ANSWERS_MAX; i++)
		free(answers[i]);
}

static void write_sentences(FILE *out, const struct strv *list)
{
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s\n", list->items[i]);
}

static void write_updates(FILE *out, const struct update_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct update_package *package = &list->items[i];

		fprintf(out, "%s %s %s %s %s %d %d %s\n", package->name, package->from, package->to,
			package->origin, package->severity, package->security, package->withheld,
			package->because);
	}
}

/* zypper's four answers, and the list that is made of them. */
static int join_zypper(const void *input, FILE *out)
{
	char *const *answers = input;
	_cleanup_(update_list_clear) struct update_list all = {0}, now = {0}, list = {0};
	_cleanup_(zypper_patches_clear) struct zypper_patches patches = {0};
	_cleanup_(zypper_fixes_clear) struct zypper_fixes fixes = {0};
	_cleanup_(strv_clear) struct strv locks = {0};
	int r = zypper_updates_parse(answers[0], &all);

	if (r == 0)
		r = zypper_updates_parse(answers[1], &now);
	if (r == 0)
		r = zypper_patches_parse(answers[2], &patches);
	if (r == 0)
		r = zypper_fixes_parse(answers[3], &fixes);
	if (r == 0)
		r = zypper_locks_parse(answers[4], &locks);
	if (r == 0)
		r = zypper_join(&all, &now, &patches, &fixes, &locks, false, &list);
	if (tried(r) == 0)
		write_updates(out, &list);
	return r;
}

static void answers_of_zypper(void **state)
{
	static const char *const names[ANSWERS_MAX] = {"zypper/list-updates.all",
		"zypper/list-updates", "zypper/list-patches", "zypper/info", "zypper/locks"};

	(void)state;
	try_answers(join_zypper, names);
}

static int join_dnf(const void *input, FILE *out)
{
	char *const *answers = input;
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(strv_clear) struct strv names = {0}, repos = {0};
	int r = dnf_updates_parse(answers[0], &list);

	if (r == 0)
		r = rpm_installed_parse(answers[1], &list);
	if (r == 0)
		r = dnf_advisories_parse(answers[2], &list);
	if (r == 0)
		r = dnf_transaction_parse(answers[3], &names);
	if (r == 0)
		r = dnf_repos_parse(answers[4], &repos);
	if (tried(r) == 0) {
		write_updates(out, &list);
		write_sentences(out, &names);
		write_sentences(out, &repos);
	}
	return r;
}

static void answers_of_dnf(void **state)
{
	static const char *const names[ANSWERS_MAX] = {"dnf/updates", "dnf/installed",
		"dnf/advisories", "dnf/transaction", "dnf/repolist"};

	(void)state;
	try_answers(join_dnf, names);
}

static int read_apt(const void *input, FILE *out)
{
	char *const *answers = input;
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};
	_cleanup_(apt_failures_clear) struct apt_failures failures = {0};
	int r = apt_sources_parse(answers[0], &sources);

	if (r == 0)
		r = apt_installs_parse(answers[1], &list);
	if (r == 0)
		r = apt_policy_parse(answers[2], &sources, &list);
	if (r == 0)
		r = apt_failures_parse(answers[3], &sources, &failures);
	if (tried(r) < 0)
		return r;
	write_updates(out, &list);
	for (size_t i = 0; i < sources.count; i++)
		fprintf(out, "%s %s %d\n", sources.items[i].base, sources.items[i].entry,
			sources.items[i].security);
	for (size_t i = 0; i < failures.count; i++)
		fprintf(out, "%s\n", failures.items[i].reason);
	return r;
}

static void answers_of_apt(void **state)
{
	static const char *const names[ANSWERS_MAX] = {
		"apt/sources.fetched", "apt/simulate", "apt/policy", "apt/update.security"};

	(void)state;
	try_answers(read_apt, names);
}

static int read_offers(const void *input, FILE *out)
{
	char *const *answers = input;
	_cleanup_(apt_offers_clear) struct apt_offers offers = {0};
	_cleanup_(strv_clear) struct strv related = {0}, newest = {0}, metas = {0};
	int r = apt_offers_parse(answers[0], &offers);

	if (r == 0)
		r = apt_kernels_related("linux-image-6.1.0-35-amd64", answers[1], &related);
	if (r == 0)
		r = apt_kernels_newest("ii linux-image-6.1.0-35-amd64\nii linux-image-amd64\n"
				       "ii linux-image-6.1.0-35-cloud-amd64\n",
			&newest);
	if (r == 0)
		r = apt_metas_installed(
			"ii linux-image-6.1.0-35-amd64\nii linux-image-amd64:amd64\n", &metas);
	if (tried(r) < 0)
		return r;
	for (size_t i = 0; i < offers.count; i++)
		fprintf(out, "%s %s %s\n", offers.items[i].package, offers.items[i].version,
			offers.items[i].origin);
	write_sentences(out, &related);
	write_sentences(out, &newest);
	write_sentences(out, &metas);
	return r;
}

static void kernels_on_offer(void **state)
{
	static const char *const names[ANSWERS_MAX] = {"apt/kernel.policy", "apt/kernel.names"};

	(void)state;
	try_answers(read_offers, names);
}

static int read_changelog(const void *input, FILE *out)
{
	_cleanup_(strv_clear) struct strv cves = {0};
	int r = apt_changelog_parse(input, "1.0-1", "1.0-3", &cves);

	if (tried(r) == 0)
		write_sentences(out, &cves);
	return r;
}

static void a_changelog(void **state)
{
	(void)state;
	try_all(read_changelog,
		"x (1.0-3) stable; urgency=high\n\n  * CVE-2026-1111, CVE-2026-2222\n\n"
		" -- A <a@example.org>  Sat, 31 Jan 2026 00:00:00 +0000\n\n"
		"x (1.0-2) stable; urgency=high\n\n  * CVE-2026-3333\n\n"
		" -- A <a@example.org>  Fri, 30 Jan 2026 00:00:00 +0000\n\n"
		"x (1.0-1) stable; urgency=high\n\n  * CVE-2026-4444\n");
}

static int read_repos(const void *input, FILE *out)
{
	_cleanup_free_ char *content = __real_strdup(input), *why = NULL;
	_cleanup_(repos_clear) struct repos repos = {0};
	char *doubts[4] = {NULL}, *titles[4] = {NULL};
	int r = repo_file_parse(content, "/x.repo", &repos, &why);

	for (size_t i = 0; r == 0 && i < repos.count; i++) {
		r = repo_check_trust(&repos.items[i], NULL, false, &doubts[i]);
		titles[i] = r == 0 ? repo_title(&repos.items[i]) : NULL;
		if (r == 0 && !titles[i])
			r = -ENOMEM;
	}
	tried(r);
	for (size_t i = 0; i < ELEMENTS(doubts); i++) {
		if (r == 0 && i < repos.count)
			fprintf(out, "%s: %s, %s, %zu URLs, %zu keys\n", titles[i],
				repos.items[i].name, doubts[i], repos.items[i].urls.count,
				repos.items[i].keys.count);
		free(doubts[i]);
		free(titles[i]);
	}
	return r;
}

static void sources_of_rpm(void **state)
{
	(void)state;
	try_all(read_repos, "[main]\ngpgcheck=1\n"
			    "[updates]\nname=Updates\nbaseurl=http://mirror.example/updates\n"
			    " https://user:secret@mirror.example/more\n"
			    "gpgkey=file:///etc/pki/key http://mirror.example/key\nproxy=_none_\n"
			    "[local]\nbaseurl=file:///media/rpms\nenabled=0\n"
			    "[checked]\nmetalink=https://mirror.example/metalink?repo=x\n"
			    "gpgcheck=1\nrepo_gpgcheck=1\n");
}

static int doubt_signature(const void *input, FILE *out)
{
	char *const *answers = input;
	const time_t made = apt_signature_date(answers[0], strlen(answers[0]));
	_cleanup_free_ char *doubt = NULL;
	int r = made < 0 ? (int)made : apt_release_doubt(1769904000, made, &doubt);

	if (tried(r) == 0)
		fprintf(out, "%lld %s\n", (long long)made, doubt ? doubt : "");
	return r;
}

/* Whose age is not known, or not said, is one that is believed. */
static void an_old_signature(void **state)
{
	static const char *const names[ANSWERS_MAX] = {"apt/InRelease.backdated"};

	(void)state;
	try_answers(doubt_signature, names);
}

static int read_conf(const void *input, FILE *out)
{
	_cleanup_(policy_clear) struct policy policy = {0};
	int r = setting_defaults(&policy);

	if (r == 0)
		r = conf_parse(input, strlen(input), "/x.conf", &policy);
	if (tried(r) == 0) {
		write_sentences(out, &policy.problems);
		write_sentences(out, &policy.from);
		fprintf(out, "%s %d %zu\n", policy.egress.source, policy.unclear,
			policy.allow.count);
	}
	return r;
}

/* A line that was not kept must not have been the From=, nor the mistake. */
static void a_configuration(void **state)
{
	(void)state;
	try_all(read_conf, "[Cordon]\nEgress=open\nEgress=updates\n[Allow]\nPort=22/tcp\n  80/tcp\n"
			   "From=192.0.2.1 2001:db8::1\n");
	try_all(read_conf, "[Allow]\nPort=22/tcp\nFrom 192.0.2.1\nForm=192.0.2.1\n[Cordon\n");
}

static int read_repomd(const void *input, FILE *out)
{
	struct repomd repomd = {0};
	int r = repomd_parse(input, strlen(input), &repomd);

	if (tried(r) == 0)
		fprintf(out, "%lld %d\n", (long long)repomd.date, repomd.has_advisories);
	return r;
}

static void metadata_of_rpm(void **state)
{
	_cleanup_free_ char *xml = fixture("dnf/repomd.xml");

	(void)state;
	try_all(read_repomd, xml);
}

static int hear_rpm(const void *input, FILE *out)
{
	_cleanup_free_ char *subject = NULL, *name = NULL;
	int r = rpm_notice_parse(input, &subject);

	if (r >= 0 && !(name = rpm_name("libfoo-1:1.1-2.noarch")))
		r = -ENOMEM;
	if (tried(r) >= 0)
		fprintf(out, "%s %s\n", subject, name);
	return r;
}

static void notices_of_rpm(void **state)
{
	(void)state;
	try_all(hear_rpm, "warning: /etc/x.conf created as /etc/x.conf.rpmnew");
	try_all(hear_rpm, "warning: %post(libfoo-1.1-2.noarch) scriptlet failed, exit status 1");
}

static int keep_scripts(const void *input, FILE *out)
{
	_cleanup_(strv_clear) struct strv lines = {0};
	_cleanup_free_ char *why = NULL;
	int r = rpm_scripts_remember(input, "libfoo", "post failed", &why);

	if (r == 0)
		r = rpm_scripts_remember(input, "libbar", "post failed", &why);
	if (r == 0)
		r = rpm_scripts_read(input, &lines, &why);
	if (tried(r) == 0)
		write_sentences(out, &lines);
	return r;
}

static void failed_scripts(void **state)
{
	tree_folder(*state, "/var");
	try_all(keep_scripts, tree_path(*state, "/var/scripts-failed"));
}

static int keep_record(const void *input, FILE *out)
{
	_cleanup_(state_clear) struct state record = {0}, copy = {0};
	_cleanup_free_ char *content = NULL, *why = NULL;
	int r = state_parse(input, &record, &why);

	if (r == 0)
		r = state_copy(&copy, &record);
	memory.in_json = true;
	if (r == 0)
		r = state_format(&copy, &content, &why);
	/* jansson does not tell the one from the other. */
	if (r == -EILSEQ)
		r = -ENOMEM;
	if (tried(r) == 0)
		fputs(content, out);
	return r;
}

/* jansson reads with memory enough: else it is a damaged record, which closes. */
static void a_record(void **state)
{
	(void)state;
	try_all(keep_record,
		"{\"schema\": 1, \"phase\": \"sealed\", \"reason\": \"first-boot\","
		" \"since\": \"2026-01-31T23:59:59Z\","
		" \"machine_id\": \"0123456789abcdef0123456789abcdef\","
		" \"met\": \"joe at 2026-02-01T00:00:00Z\", \"armed\": {\"by\": \"joe\","
		" \"before\": \"finished\", \"undo_after\": 600, \"undo_at\": "
		"\"2026-02-01T00:10:00Z\","
		" \"boot_id\": \"fedcba9876543210fedcba9876543210\", \"deadline\": 4711,"
		" \"port\": 22, \"peer\": \"192.0.2.1\"}, \"handover\": {\"to\": \"ufw\","
		" \"allow\": [\"22/tcp\", \"443/tcp\"], \"before\": \"inactive\", \"enabled\": "
		"true,"
		" \"files\": {\"/etc/ufw/user.rules\": \"0123\", \"/etc/ufw/ufw.conf\": "
		"\"4567\"}}}\n");
}

static int keep_marker(const void *input, FILE *out)
{
	static struct update_package packages[] = {{.name = PART("libssl3"), .to = PART("2")},
		{.name = PART("tool"), .from = PART("1"), .to = PART("2"), .origin = PART("main")}};
	const struct update_list list = {.items = packages, .count = ELEMENTS(packages)};
	_cleanup_(update_list_clear) struct update_list read = {0};
	_cleanup_free_ char *why = NULL;
	int r;

	memory.in_json = true;
	r = marker_write(input, "2026-01-31T23:59:59Z", &list, &why);
	memory.in_json = false;
	if (r == 0)
		r = marker_read(input, &read);
	if (tried(r) == 0)
		write_updates(out, &read);
	return r;
}

static void an_update_that_began(void **state)
{
	try_all(keep_marker, tree_path(*state, "/begun"));
}

/* The lists of `cordon status --json` and its like. */
static json_t *write_lists(void)
{
	static char *words[] = {PART("one"), PART("two, not UTF-8: \xff")};
	static struct sourced findings[] = {{.what = PART("a"), .source = PART("/etc/a")},
		{.what = PART("b"), .source = PART("/etc/b")}};
	static struct exception exceptions[] = {
		{.protocol = IPPROTO_TCP, .first = 22, .last = 22, .reason = PART("SSH")},
		{.protocol = IPPROTO_UDP, .first = 53, .last = 53, .source = PART("/etc/a")}};
	static struct update_package packages[] = {
		{.name = PART("libssl3"), .from = PART("1"), .to = PART("2"), .cves_known = true},
		{.name = PART("tool"), .because = PART("held"), .withheld = true}};
	const struct status status = {.missing = {words, 2}, .reboot = {words, 1}};
	const struct seal_plan plan = {
		.in = {exceptions, 2}, .out = {exceptions, 1}, .mirrors = {exceptions, 1}};

	return json_pack("{s:o, s:o, s:o, s:o}", "missing", json_missing(&status), "findings",
		json_findings(&(struct sourced_list){findings, 2}), "plan", json_plan(&plan),
		"packages", json_packages(&(struct update_list){packages, 2}));
}

static int tell_lists(const void *input, FILE *out)
{
	_cleanup_(cleanup_json) json_t *document = NULL;
	_cleanup_free_ char *content = NULL;

	(void)input;
	memory.in_json = true;
	document = write_lists();
	content = document ? json_write(document, JSON_INDENT(1)) : NULL;
	if (tried(content ? 0 : -ENOMEM) < 0)
		return -ENOMEM;
	fputs(content, out);
	return 0;
}

static void lists_as_json(void **state)
{
	(void)state;
	try_all(tell_lists, NULL);
}

static int tell_event(const void *input, FILE *out)
{
	_cleanup_(cleanup_json) json_t *entry = NULL;
	_cleanup_free_ char *content = NULL;

	(void)input;
	memory.in_json = true;
	entry = history_entry(
		"finished", json_pack("{s:s, s:[s, s]}", "by", "joe", "missing", "one", "two"));
	json_object_del(entry, "time");
	content = entry ? json_write(entry, JSON_COMPACT) : NULL;
	if (tried(content ? 0 : -ENOMEM) < 0)
		return -ENOMEM;
	fputs(content, out);
	return 0;
}

static void an_event(void **state)
{
	(void)state;
	try_all(tell_event, NULL);
}

static int keep_date(const void *input, FILE *out)
{
	_cleanup_(dates_clear) struct dates dates = {0}, read = {0};
	_cleanup_free_ char *why = NULL;
	int r = dates_load(input, &dates, &why);

	if (r == 0)
		r = dates_raise(&dates, "http://mirror.example/debian bookworm", 1767225600);
	if (r == 0)
		r = dates_save(input, &dates, &why);
	if (r == 0)
		r = dates_load(input, &read, &why);
	if (tried(r) == 0)
		fprintf(out, "%lld\n",
			(long long)dates_get(&read, "http://mirror.example/debian bookworm"));
	return r;
}

static void the_newest_metadata(void **state)
{
	try_all(keep_date, tree_path(*state, "/dates"));
}

static int run_program(const void *input, FILE *out)
{
	const char *const more[] = {"LANG=C", NULL};
	const struct command command = {
		.argv = input, .environment = more, .limit.total = DEADLINE};
	_cleanup_(output_clear) struct output output = {0};
	_cleanup_free_ char *why = NULL;
	int r = run_command(&command, &output, &why);

	if (tried(r) == 0)
		fprintf(out, "%d %s %s", output.status, output.out, output.error);
	return r;
}

static void what_a_program_says(void **state)
{
	const char *const argv[] = {"/bin/sh", "-c", "echo out; echo error >&2; exit 3", NULL};

	(void)state;
	try_all(run_program, argv);
}

static int tell_history(const void *input, FILE *out)
{
	_cleanup_(report_clear) struct report report = {0};
	int r = report_read_history((json_t *)input, &report);

	if (tried(r) < 0)
		return r;
	for (size_t i = 0; i < report.boots_count; i++)
		fprintf(out, "%s %s\n", report.boots[i].time, report.boots[i].reason);
	for (size_t i = 0; i < report.updates_count; i++) {
		write_updates(out, &report.updates[i].packages);
		write_sentences(out, &report.updates[i].failed);
	}
	for (size_t i = 0; i < report.reboots_count; i++)
		write_sentences(out, &report.reboots[i].reasons);
	fprintf(out, "%s %s %s\n", report.end.event, report.end.by, report.end.reason);
	write_sentences(out, &report.end.missing);
	return r;
}

static void a_report(void **state)
{
	json_t *entries = json_loads(
		"[{\"time\": \"2026-01-02T00:00:00Z\", \"event\": \"sealed\","
		" \"reason\": \"first-boot\", \"boot\": 1},"
		"{\"time\": \"2026-01-02T00:10:00Z\", \"event\": \"updated\", \"packages\":"
		" [{\"name\": \"openssl\", \"from\": \"1\", \"to\": \"2\", \"origin\": \"sec\","
		" \"severity\": \"high\", \"security\": true, \"cves\": [\"CVE-2026-1234\"]}],"
		" \"failed\": [\"new\"]},"
		"{\"time\": \"2026-01-02T00:11:00Z\", \"event\": \"rebooting\","
		" \"reasons\": [\"kernel\"]},"
		"{\"time\": \"2026-01-02T00:13:00Z\", \"event\": \"finished\", \"by\": \"root\","
		" \"forced\": true, \"reason\": \"no mirror\", \"missing\": [\"a\", \"b\"]}]",
		0, NULL);

	(void)state;
	assert_non_null(entries);
	try_all(tell_history, entries);
	json_decref(entries);
}

static int keep_on_disk(const void *input, FILE *out)
{
	const struct state sealed = {.phase = PHASE_SEALED,
		.reason = PART("first-boot"),
		.machine_id = PART("0123456789abcdef0123456789abcdef"),
		.since = PART("2026-01-31T23:59:59Z")};
	_cleanup_(state_clear) struct state record = {0};
	_cleanup_free_ char *why = NULL;
	json_t *entries = NULL;
	unsigned int skipped = 0;
	int r = state_save(input, &sealed, &why);

	if (r == 0)
		r = history_append(input, "sealed", json_object(), &why);
	if (r == 0)
		r = state_load(input, &record, &why);
	if (r == 0)
		r = history_load(input, &entries, &skipped, &why);
	if (tried(r) == 0)
		fprintf(out, "%s, %s, %d, %u\n", phase_name(record.phase), record.machine_id,
			json_array_size(entries) > 0, skipped);
	json_decref(entries);
	return r;
}

static void record_and_history(void **state)
{
	tree_folder(*state, "/var/lib");
	try_all(keep_on_disk, *state);
}

static int look_for_reboot(const void *input, FILE *out)
{
	_cleanup_free_ char *proc = strdup_printf("%s/proc", (const char *)input), *why = NULL;
	_cleanup_(strv_clear) struct strv reasons = {0};
	int r = proc ? stale_add_reasons(proc, &reasons, &why) : -ENOMEM;

	if (r == 0)
		r = kernel_add_reason(input, "6.1.0-9-amd64", &reasons);
	if (tried(r) == 0)
		fprintf(out, "%d, %s\n", reasons.count >= 3, reasons.items[reasons.count - 1]);
	return r;
}

/* A machine that is not updated must not look as if it were; that a program is named by the number
 * of its process does no harm. */
static void reasons_to_reboot(void **state)
{
	tree_write(*state, "/boot/vmlinuz-6.1.0-35-amd64", "");
	tree_link(*state, "/proc/self/ns/pid", "pid:[4026531836]");
	for (int pid = 100; pid < 105; pid++) {
		_cleanup_free_ char *folder = strdup_printf("/proc/%d", pid);
		_cleanup_free_ char *maps = strdup_printf("%s/maps", folder),
				    *exe = strdup_printf("%s/exe", folder),
				    *space = strdup_printf("%s/ns/pid", folder);

		tree_write(*state, maps, "7-8 r-xp 0 fe:00 12    /usr/lib/libc.so.6 (deleted)\n");
		tree_link(*state, exe, pid == 100 ? "/usr/bin/cron (deleted)" : "/usr/sbin/sshd");
		tree_link(*state, space, "pid:[4026531836]");
	}
	try_all(look_for_reboot, *state);
}

static int hear_login(void *context, const char *source, const char *user)
{
	struct strv *heard = context;

	return strv_addf(heard, "%s %s", source, user);
}

static int read_logins(const void *input, FILE *out)
{
	_cleanup_(sourced_list_clear) struct sourced_list doubts = {0};
	_cleanup_(strv_clear) struct strv heard = {0};
	const struct records_query query = {RECORDS_LOGINS, 1000, 2000, hear_login, (void *)&heard};
	int r = records_find(input, &query, &doubts);

	if (tried(r) == 0)
		fprintf(out, "%zu %s, %zu\n", heard.count, heard.items[0], doubts.count);
	return r;
}

/* Neither an administrator's login may be lost, nor that one may be where nothing can be read. */
static void logins(void **state)
{
	struct utmpx record = {.ut_type = USER_PROCESS, .ut_user = "ann"};

	record.ut_tv.tv_sec = 1500;
	tree_write_bytes(*state, "/var/log/wtmp", &record, sizeof(record));
	tree_write(*state, "/var/log/wtmp.db", "no database");
	tree_fifo(*state, "/var/lib/lastlog/lastlog2.db");
	try_all(read_logins, *state);
}

static int count_on(const void *input, FILE *out)
{
	const struct moment now = {.boot_id = "one", .clock = 1800000000, .uptime = 100};
	_cleanup_(tally_clear) struct tally tally = {0};
	_cleanup_(seal_attempts_clear) struct seal_attempts attempts = {.count = 1};
	_cleanup_(blocked_clear) struct blocked blocked = {0};
	int r = table_counters_parse(input, &attempts.witnesses[0]);

	if (r == 0)
		r = tally_take(&tally, &attempts, &now);
	if (r == 0)
		r = tally_report(&tally, &blocked);
	if (tried(r) < 0)
		return r;
	for (size_t i = 0; i < blocked.ports_count; i++)
		fprintf(out, "%u %llu\n", blocked.ports[i].port, blocked.ports[i].packets);
	for (size_t i = 0; i < blocked.sources_count; i++)
		fprintf(out, "%s %llu\n", blocked.sources[i].address, blocked.sources[i].packets);
	return r;
}

static void what_was_blocked(void **state)
{
	(void)state;
	try_all(count_on,
		"table inet cordon {\n\tcounter blocked_in { packets 12 bytes 7 }\n"
		"\tset blocked4 {\n\t\telements = { 192.0.2.7 . 6 . 22 counter packets 3 bytes 180,"
		" 192.0.2.8 . 17 . 53 counter packets 4 bytes 200 }\n\t}\n"
		"\tset blocked6 {\n\t\telements = { 2001:db8::7 . 6 . 22 counter packets 5 bytes 9"
		" }\n\t}\n}\n");
}

static int list_names(const void *input, FILE *out)
{
	_cleanup_(strv_clear) struct strv list = {0}, copy = {0};
	_cleanup_free_ char *joined = NULL;
	int r = file_list_in(input, "/etc", &list);

	if (r == 0)
		r = strv_copy(&list, &copy);
	if (r == 0)
		r = strv_move(&copy, &list);
	if (r == 0 && !(joined = strv_join(&list)))
		r = -ENOMEM;
	if (tried(r) == 0)
		fputs(joined, out);
	return r;
}

static void names_in_a_folder(void **state)
{
	tree_write(*state, "/usr/etc/one", "1");
	tree_write(*state, "/usr/etc/two", "2");
	tree_link(*state, "/etc", "usr/etc");
	try_all(list_names, *state);
}

static int write_pieces(const void *input, FILE *out)
{
	_cleanup_free_ char *content = NULL;
	struct stream stream;

	if (stream_open(&stream)) {
		for (int i = 0; i < 9999; i++)
			fprintf(stream.out, "%s %d\n", (const char *)input, i);
		content = stream_close(&stream);
	}
	if (tried(content ? 0 : -ENOMEM) < 0)
		return -ENOMEM;
	fputs(content, out);
	return 0;
}

/* However many more pieces there is memory for. */
static void a_text_of_many_pieces(void **state)
{
	(void)state;
	try_all(write_pieces, "a piece");
}

static int merge(const void *input, FILE *out)
{
	static struct socket_owner owners[] = {{.pid = 11, .program = PART("nginx")},
		{.pid = 12, .program = PART("php"), .unit = PART("php.service")}};
	static struct listener items[] = {{.protocol = IPPROTO_TCP,
						  .port = 80,
						  .ipv4 = true,
						  .owners = owners,
						  .owner_count = 2},
		{.protocol = IPPROTO_TCP, .port = 80, .ipv6 = true, .address = "2001:db8::1"},
		{.protocol = IPPROTO_UDP, .port = 53, .ipv4 = true, .address = "127.0.0.53"}};
	const struct listener_list listeners = {items, ELEMENTS(items)};
	_cleanup_(exposure_clear) struct exposure exposure = {0};
	int r = exposure_merge(&listeners, input, NULL, &exposure);

	if (tried(r) < 0)
		return r;
	for (size_t i = 0; i < exposure.count; i++)
		fprintf(out, "%u %s %s %s\n", exposure.items[i].port, exposure.items[i].addresses,
			exposure.items[i].program, exposure.items[i].unit);
	return r;
}

static void what_is_exposed(void **state)
{
	const struct exception_list nobody = {0};

	(void)state;
	try_all(merge, &nobody);
}

static int render(const void *input, FILE *out)
{
	_cleanup_(seal_plan_clear) struct seal_plan plan = {.egress = EGRESS_UPDATES};
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	int r = exception_add_all(&plan.in, input);

	if (r == 0)
		r = exception_add_all(&plan.out, input);
	if (r == 0)
		r = ruleset_render(&plan, "cordon", RULESET_REPLACE, &ruleset);
	if (tried(r) == 0)
		fputs(ruleset.text, out);
	return r;
}

static void rules(void **state)
{
	static struct exception items[] = {
		{.protocol = IPPROTO_TCP, .first = 22, .last = 22},
		{.protocol = IPPROTO_TCP, .first = 443, .last = 443, .peer = PART("192.0.2.7")},
		{.protocol = IPPROTO_TCP, .first = 443, .last = 443, .peer = PART("192.0.2.8")},
		{.protocol = IPPROTO_UDP, .first = 500, .last = 510, .peer = PART("2001:db8::/32")},
		{.protocol = 0, .peer = PART("198.51.100.9")},
	};
	const struct exception_list list = {.items = items, .count = ELEMENTS(items)};

	(void)state;
	try_all(render, &list);
}

/* What it could not find out is told, or it fails. */
static int tell_status(const void *input, FILE *out)
{
	_cleanup_(status_clear) struct status status = {0};
	int r = status_gather(input, 0, &status);

	if (tried(r) == 0)
		write_sentences(out, &status.notes);
	return r;
}

static void a_status(void **state)
{
	_cleanup_free_ char *root = strdup_printf("%s/roots/debian-sealed", FIXTURES);

	(void)state;
	try_all(tell_status, root);
}

static bool stands_in(const struct exception *one, const struct exception_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct exception *other = &list->items[i];
		const char *peer = other->peer ? other->peer : "",
			   *wanted = one->peer ? one->peer : "";

		if (one->protocol == other->protocol && one->first == other->first &&
			one->last == other->last && strcmp(peer, wanted) == 0)
			return true;
	}
	return false;
}

/* Opens nothing that the whole input keeps closed. */
static void check_decision(const struct situation *situation, const struct situation *whole,
	const struct seal_plan *plan, const struct seal_plan *whole_plan)
{
	if (situation->decision.verdict == VERDICT_SEAL)
		for (size_t i = 0; i < plan->in.count; i++)
			assert_true(stands_in(&plan->in.items[i], &whole_plan->in));
	else
		assert_int_equal(situation->decision.verdict, whole->decision.verdict);
}

static int decide_with_less(const char *root, int strike, const struct situation *whole,
	const struct seal_plan *whole_plan)
{
	_cleanup_(situation_clear) struct situation situation = {0};
	_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
	int r;

	arm(strike);
	r = situation_gather(root, SITUATION_WHOLE, &situation);
	if (r == 0)
		r = plan_make(&situation, &plan);
	if (tried(r) == 0)
		check_decision(&situation, whole, &plan, whole_plan);
	else
		assert_int_equal(r, -ENOMEM);
	return memory.struck;
}

static void decisions(void **state)
{
	static const char *const roots[] = {"armed", "debian-sealed", "gpo-several",
		"iptables-persistent", "kickstart-port-and-ssh", "preseed", "remote-admin-narrowed",
		"sshd-include-dropin", "sshd-socket-dropin", "xrdp-port", "egress-allow-groups",
		"ubuntu-installed-by-hand", "gpo-exceptions-old", "fedora-stock-firewalld"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(roots); i++) {
		_cleanup_free_ char *root = strdup_printf("%s/roots/%s", FIXTURES, roots[i]);
		_cleanup_(situation_clear) struct situation whole = {0};
		_cleanup_(seal_plan_clear) struct seal_plan plan = {0};
		int strike = 0;

		assert_int_equal(situation_gather(root, SITUATION_WHOLE, &whole), 0);
		assert_int_equal(plan_make(&whole, &plan), 0);
		while (decide_with_less(root, strike, &whole, &plan))
			strike++;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_zypper),
		cmocka_unit_test(answers_of_dnf),
		cmocka_unit_test(answers_of_apt),
		cmocka_unit_test(kernels_on_offer),
		cmocka_unit_test(a_changelog),
		cmocka_unit_test(sources_of_rpm),
		cmocka_unit_test(an_old_signature),
		cmocka_unit_test(a_configuration),
		cmocka_unit_test(metadata_of_rpm),
		cmocka_unit_test(notices_of_rpm),
		tree_test(failed_scripts),
		cmocka_unit_test(a_record),
		tree_test(an_update_that_began),
		cmocka_unit_test(lists_as_json),
		cmocka_unit_test(an_event),
		tree_test(the_newest_metadata),
		cmocka_unit_test(what_a_program_says),
		cmocka_unit_test(a_report),
		tree_test(record_and_history),
		tree_test(reasons_to_reboot),
		tree_test(logins),
		cmocka_unit_test(what_was_blocked),
		tree_test(names_in_a_folder),
		cmocka_unit_test(a_text_of_many_pieces),
		cmocka_unit_test(what_is_exposed),
		cmocka_unit_test(rules),
		cmocka_unit_test(a_status),
		cmocka_unit_test(decisions),
	};
	json_set_alloc_funcs(allocate_json, free);
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
