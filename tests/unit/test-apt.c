// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What apt writes, as recorded from real runs (hosts renamed), and what cordon makes of it.
 */

#include "update/apt/apt.h"
#include "update/apt/parse.h"
#include "update/apt/release.h"
#include "update/apt/signature.h"
#include "update/apt/source.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#ifndef FIXTURES
#define FIXTURES "tests/fixtures"
#endif

static char *fixture(const char *name)
{
	_cleanup_free_ char *path = strdup_printf("%s/apt/%s", FIXTURES, name);
	char *content = NULL;

	assert_int_equal(file_read(path, 1U << 20, &content, NULL), 0);
	return content;
}

static struct apt_sources configured(void)
{
	_cleanup_free_ char *text = fixture("sources.configured");
	struct apt_sources sources = {0};

	assert_int_equal(apt_sources_parse(text, &sources), 0);
	return sources;
}

static void sources_are_known_before_their_first_download(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();

	(void)state;
	assert_int_equal(sources.count, 6);
	assert_string_equal(sources.items[0].uri, "http://mirror.example/debian");
	assert_string_equal(sources.items[0].dist, "bookworm");
	assert_string_equal(sources.items[0].entry, "/etc/apt/sources.list.d/debian.sources:1");
	assert_false(sources.items[0].security);
	assert_false(sources.items[1].security);
	assert_true(sources.items[2].security);
	assert_string_equal(sources.items[3].uri, "https://tools.example:8443/debian");
	assert_string_equal(
		sources.items[3].base, "https://tools.example:8443/debian/dists/stable");
}

static void a_label_makes_a_security_source(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_free_ char *fetched = fixture("sources.fetched");

	(void)state;
	assert_false(sources.items[5].security);
	assert_int_equal(apt_sources_parse(fetched, &sources), 0);
	assert_int_equal(sources.count, 6);
	assert_true(sources.items[5].security);
	assert_false(sources.items[0].security);
}

static void a_strange_source_is_an_error(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = {0};

	(void)state;
	assert_int_equal(
		apt_sources_parse("http://mirror.example\tbookworm\n", &sources), -EBADMSG);
	assert_int_equal(apt_sources_parse("", &sources), 0);
	assert_int_equal(sources.count, 0);
}

static void lines_are_matched_to_the_right_source(void **state)
{
	static const struct {
		const char *line;
		int source;
	} cases[] = {
		{"http://mirror.example/debian bookworm InRelease", 0},
		{"http://mirror.example/debian/ bookworm InRelease", 0},
		{"'http://mirror.example/debian bookworm Release'", 0},
		{"http://mirror.example/debian/dists/bookworm/InRelease", 0},
		{"http://mirror.example/debian bookworm-updates/main amd64 Packages", 1},
		{"http://mirror.example/debian/dists/bookworm-updates/InRelease", 1},
		{"http://mirror.example/debian-security/dists/bookworm-security/main/x", 2},
		{"500 http://mirror.example/debian-security bookworm-security/main amd64", 2},
		{"https://tools.example:8443/debian stable InRelease", 3},
		{"http://flat.example/x/./InRelease", 4},
		{"http://flat.example/x ./ InRelease", 4},
		{"mirror+file:/etc/apt/mirrors/own.list/dists/fixes/InRelease", 5},
		{"http://mirror.example/debian trixie InRelease", -1},
		{"http://mirror.example/debian/dists/bookworm-backports/InRelease", -1},
		{"http://mirror.example/debian-security-old/dists/bookworm-security/x", -1},
		{"", -1},
	};
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const struct apt_source *match = apt_sources_match(&sources, cases[i].line);

		if (cases[i].source < 0)
			assert_null(match);
		else
			assert_ptr_equal(match, &sources.items[cases[i].source]);
	}
}

static struct apt_failures failures_of(const char *name, const struct apt_sources *sources)
{
	_cleanup_free_ char *text = fixture(name);
	struct apt_failures failures = {0};

	assert_int_equal(apt_failures_parse(text, sources, &failures), 0);
	return failures;
}

static void third_party_failures_are_told_apart(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_(apt_failures_clear) struct apt_failures failures =
		failures_of("update.third-party", &sources);

	(void)state;
	assert_int_equal(failures.count, 2);
	assert_ptr_equal(failures.items[0].source, &sources.items[3]);
	assert_non_null(strstr(failures.items[0].reason, "NO_PUBKEY 8814B692E259CA16"));
	assert_ptr_equal(failures.items[1].source, &sources.items[4]);
	assert_string_equal(failures.items[1].reason, "Could not resolve 'flat.example'");
}

static void security_failures_are_found(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_(apt_failures_clear) struct apt_failures several =
		failures_of("update.security", &sources);
	_cleanup_(apt_failures_clear) struct apt_failures expired =
		failures_of("update.expired", &sources);
	_cleanup_(apt_failures_clear) struct apt_failures misspelt =
		failures_of("update.misspelt", &sources);

	(void)state;
	assert_int_equal(several.count, 2);
	assert_ptr_equal(several.items[1].source, &sources.items[2]);
	assert_string_equal(several.items[1].reason, "Hash Sum mismatch");
	assert_int_equal(expired.count, 1);
	assert_ptr_equal(expired.items[0].source, &sources.items[2]);
	assert_int_equal(misspelt.count, 1);
	assert_ptr_equal(misspelt.items[0].source, &sources.items[2]);
}

static void what_names_no_source_is_kept(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_(apt_failures_clear) struct apt_failures failures =
		failures_of("update.locked", &sources);

	(void)state;
	assert_int_equal(failures.count, 2);
	assert_null(failures.items[0].source);
	assert_string_equal(
		failures.items[1].reason, "Unable to lock directory /var/lib/apt/lists/");
}

static void obstacles_that_pass_are_recognised(void **state)
{
	_cleanup_free_ char *locked = fixture("update.locked");
	_cleanup_free_ char *clock = fixture("update.clock");
	_cleanup_free_ char *expired = fixture("update.expired");

	(void)state;
	assert_int_equal(apt_retry_reason_find(locked), RETRY_LOCK);
	assert_int_equal(
		apt_retry_reason_find("dpkg: error: dpkg frontend lock was locked by another "
				      "process with pid 4711\n"),
		RETRY_LOCK);
	assert_int_equal(apt_retry_reason_find(clock), RETRY_CLOCK);
	assert_int_equal(apt_retry_reason_find(expired), RETRY_STALE);
	assert_int_equal(apt_retry_reason_find(NULL), RETRY_NONE);
}

/* apt 3.0 has sqv look at signatures. */
static void the_words_of_sqv_are_understood(void **state)
{
	static const struct {
		const char *name;
		enum retry_reason retry_reason;
		const char *reason, *advice;
	} cases[] = {
		{"update.sqv-clock", RETRY_CLOCK, "Not live until 2026-12-02T21:07:55Z",
			"the clock of this machine is behind"},
		{"update.sqv-expired", RETRY_STALE, "Expired on 2020-12-31T00:00:00Z",
			"has expired: install its successor"},
		{"update.sqv-missing", RETRY_NONE,
			"Missing key B0F8ADFD0D32061B7BF0A8B792D54A43E47ED65A",
			"is not on this machine: install it"},
		{"update.sqv-bad", RETRY_NONE, "Message has been manipulated",
			"it is not what was signed"},
	};
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(apt_failures_clear) struct apt_failures failures =
			failures_of(cases[i].name, &sources);
		_cleanup_free_ char *text = fixture(cases[i].name);
		_cleanup_free_ char *explanation = NULL;

		assert_int_equal(apt_retry_reason_find(text), cases[i].retry_reason);
		assert_int_equal(failures.count, 1);
		assert_ptr_equal(failures.items[0].source, &sources.items[2]);
		explanation = apt_explain(failures.items[0].reason);
		assert_non_null(strstr(explanation, cases[i].reason));
		assert_non_null(strstr(explanation, cases[i].advice));
	}
}

/* APT::Output-Version "30" */
static void words_instead_of_letters_are_understood(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_(apt_failures_clear) struct apt_failures failures =
		failures_of("update.output-30", &sources);

	(void)state;
	assert_int_equal(failures.count, 2);
	assert_ptr_equal(failures.items[0].source, &sources.items[2]);
	assert_non_null(strstr(failures.items[0].reason, "Message has been manipulated"));
	assert_ptr_equal(failures.items[1].source, &sources.items[4]);
	assert_string_equal(failures.items[1].reason, "Could not resolve 'flat.example'");
}

static void check_package(const struct update_list *list, const char *name, const char *from,
	const char *to, const char *origin, bool security)
{
	const struct update_package *package = update_list_find(list, name);

	assert_non_null(package);
	if (from)
		assert_string_equal(package->from, from);
	else
		assert_null(package->from);
	assert_string_equal(package->to, to);
	assert_string_equal(package->origin, origin);
	assert_int_equal(package->security, security);
}

static void a_simulation_is_read(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_free_ char *text = fixture("simulate");

	(void)state;
	assert_int_equal(apt_installs_parse(text, &list), 0);
	assert_int_equal(list.count, 8);
	assert_int_equal(update_list_security(&list), 4);
	check_package(&list, "base-files", "12.4+deb12u11", "12.4+deb12u15",
		"Debian:12.15/oldstable", false);
	check_package(&list, "libpam-modules-bin", "1.5.2-6+deb12u1", "1.5.2-6+deb12u2",
		"Debian:12.15/oldstable", false);
	check_package(&list, "libexpat1", "2.5.0-1+deb12u1", "2.5.0-1+deb12u5",
		"Debian:12.15/oldstable, Debian-Security:12/oldstable-security", true);
	check_package(&list, "libssl3", "3.0.19-1~deb12u2", "3.0.22-1~deb12u2",
		"Ubuntu:22.04/jammy-security", true);
	check_package(&list, "libssl3:i386", "3.0.19-1~deb12u2", "3.0.22-1~deb12u2",
		"Debian-Security:12/oldstable-security", true);
	check_package(&list, "linux-image-6.1.0-51-amd64", NULL, "6.1.170-1",
		"Debian-Security:12/oldstable-security", true);
	check_package(&list, "local-thing", "1", "2", "", false);
	check_package(&list, "tool", "1.0", "1.1", "A (strange) Label, really:localhost", false);
}

static void an_unreadable_installation_is_an_error(void **state)
{
	static const char *const lines[] = {
		"Inst ",
		"Inst openssl",
		"Inst openssl [1.0",
		"Inst openssl [1.0]",
		"Inst openssl [1.0] 2.0",
		"Inst openssl (2.0",
	};
	_cleanup_(update_list_clear) struct update_list list = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lines); i++)
		assert_int_equal(apt_installs_parse(lines[i], &list), -EBADMSG);
	assert_int_equal(list.count, 0);
	assert_int_equal(apt_installs_parse("Remv gone [1.0]\nInstalling\n", &list), 0);
	assert_int_equal(list.count, 0);
}

static void security_updates_above_the_installed_version_are_known(void **state)
{
	_cleanup_(apt_sources_clear) struct apt_sources sources = configured();
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_free_ char *text = fixture("policy");

	(void)state;
	assert_int_equal(apt_policy_parse(text, &sources, &list), 0);
	assert_int_equal(list.count, 2);
	check_package(&list, "base-files", "12.4+deb12u11", "12.4+deb12u13",
		"http://mirror.example/debian-security bookworm-security", true);
	check_package(&list, "libssl3:i386", "3.0.19-1~deb12u2", "3.0.22-1~deb12u2",
		"http://mirror.example/debian-security bookworm-security", true);
}

static void a_status_is_found_in_a_line(void **state)
{
	static const struct {
		const char *line;
		struct apt_status status;
	} cases[] = {
		{"dlstatus:1:16.6667:Retrieving file 1 of 6 (1h 2min: left)",
			{APT_STATUS_DOWNLOAD, 16, "Retrieving file 1 of 6 (1h 2min: left)", ""}},
		{"pmstatus:dpkg-exec:0.0000:Running dpkg",
			{APT_STATUS_INSTALL, 0, "Running dpkg", "dpkg-exec"}},
		{"pmstatus:libssl3:i386:99.9:Unpacking libssl3 (i386)",
			{APT_STATUS_INSTALL, 99, "Unpacking libssl3 (i386)", "libssl3:i386"}},
		{"Unpacking opensslpmstatus:openssl:250:x",
			{APT_STATUS_INSTALL, 100, "x", "openssl"}},
		{"pmstatus:openssl:-3:", {APT_STATUS_INSTALL, 0, "", "openssl"}},
		{"pmerror:/var/cache/apt/archives/a.deb:33.3:trying to overwrite '/etc/a'",
			{APT_STATUS_ERROR, 33, "trying to overwrite '/etc/a'", ""}},
	};
	struct apt_status status = {.percent = 7};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		assert_true(apt_status_parse(cases[i].line, &status));
		assert_int_equal(status.kind, cases[i].status.kind);
		assert_int_equal(status.percent, cases[i].status.percent);
		assert_string_equal(status.text, cases[i].status.text);
		assert_string_equal(status.package, cases[i].status.package);
	}
	assert_false(apt_status_parse("Setting up openssl (3.0) ...", &status));
	assert_false(apt_status_parse("pmstatus:", &status));
	assert_false(apt_status_parse("pmstatus:openssl:none:x", &status));
	assert_false(apt_status_parse("pmstatus:openssl:10", &status));
}

static void the_sizes_of_uris_are_summed(void **state)
{
	(void)state;
	assert_int_equal(apt_uris_size(""), 0);
	assert_int_equal(apt_uris_size("'http://m/a_1%3a2.deb' a_1%3a2.deb 1200 SHA256:01\n"
				       "Reading package lists...\n"
				       "'file:/srv/b.deb' b.deb 34 "),
		1234);
	assert_int_equal(apt_uris_size("'http://m/a.deb' a.deb many SHA256:01\n'"), 0);
	assert_int_equal(apt_uris_size("'http://m/a.deb\n a.deb 7 SHA256:01\n"), 0);
	assert_int_equal(apt_uris_size("'m' a 99999999999999999999 \n"), 999999999999999);
}

static void what_is_left_of_a_download(void **state)
{
	static const struct {
		const char *text;
		unsigned int seconds;
	} cases[] = {
		{"Retrieving file 1 of 6 (12s remaining)", 12},
		{"Retrieving file 1 of 6 (1min 5s remaining)", 65},
		{"Retrieving file 1 of 6 (1d 2h 3min 4s remaining)", 93784},
		{"Retrieving file 1 of 6", 0},
		{"Retrieving file 1 of 6 (soon remaining)", 0},
		{"Retrieving file 1 of 6 (12s", 0},
		{"Retrieving file 1 of 6 (99999999s remaining)", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_int_equal(apt_seconds_left(cases[i].text), cases[i].seconds);
	assert_int_equal(apt_bytes_needed("Need to get 43.2 MB of archives."), 43200000);
	assert_int_equal(apt_bytes_needed("Need to get 512 B/43.2 MB of archives."), 512);
	assert_int_equal(apt_bytes_needed("Need to get 1,234 kB of archives."), 0);
	assert_int_equal(apt_bytes_needed("Need to get -1 kB of archives."), 0);
	assert_int_equal(apt_bytes_needed("After this operation, 1 MB"), 0);
}

static void the_date_of_a_release_file(void **state)
{
	static const struct {
		const char *release;
		time_t date;
	} cases[] = {
		{"Origin: x\nDate: Sat, 31 Jan 2026 23:59:59 UTC\nDate: later\n", 1769903999},
		{"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
		 "Date: Sat, 31 Jan 2026 23:59:59 GMT\n",
			1769903999},
		{"Date: Sat, 31 Jan 2026 23:59:59 +0000", 1769903999},
		{"Date: Sat, 31 Jan 2026 23:59:59 CET\n", 0},
		{"Date: yesterday\n", 0},
		{"XDate: Sat, 31 Jan 2026 23:59:59 UTC\n", 0},
		{"", 0},
	};
	_cleanup_free_ char *path = apt_release_path("/var/lib/apt/lists/",
		"http://mirror.example:8080/debian~x/dists/bookworm_a", "InRelease");
	_cleanup_free_ char *local =
		apt_release_path("/var/lib/apt/lists/", "file:/srv/repo/dists/x", "Release");

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_int_equal(apt_release_date(cases[i].release), cases[i].date);
	assert_string_equal(path,
		"/var/lib/apt/lists/mirror.example:8080_debian%7ex_dists_bookworm%5fa_InRelease");
	assert_string_equal(local, "/var/lib/apt/lists/_srv_repo_dists_x_Release");
}

/* Of 2026-02-01 all of them; what differs is the time of the signature. */
static void when_it_was_signed(void **state)
{
	static const struct {
		const char *name;
		time_t made;
	} cases[] = {
		{"InRelease", 1769904000}, /* 2026-02-01 */
		{"InRelease.backdated",
			1590969600}, /* 2020-06-01, as sqv takes it from an expired key */
		{"InRelease.two", 1590969600},
		{"Release.gpg", 1769904000},
		{"update.clock", 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *text = fixture(cases[i].name);
		const size_t size = strlen(text);

		assert_int_equal(apt_signature_date(text, size), cases[i].made);
		for (size_t cut = 0; cut < size; cut++) {
			_cleanup_free_ char *torn = strndup(text, cut);
			const time_t made = apt_signature_date(torn, cut);

			assert_true(made == 0 || made >= cases[i].made);
		}
	}
}

static void an_old_signature_is_doubted(void **state)
{
	const time_t date = 1769904000;
	const time_t believed[] = {date, date + 365 * 86400, date - 3600, 0};
	_cleanup_free_ char *doubt = NULL, *none = NULL;

	(void)state;
	assert_int_equal(apt_release_doubt(date, 1590969600, &doubt), 0);
	assert_non_null(strstr(doubt, "made at 2020-06-01T00:00:00Z"));
	for (size_t i = 0; i < ELEMENTS(believed); i++) {
		assert_int_equal(apt_release_doubt(date, believed[i], &none), 0);
		assert_null(none);
	}
}

static void check_error(const char *out, const char *error, const char *expected)
{
	_cleanup_free_ char *found = apt_error_find(out, error);

	if (expected)
		assert_string_equal(found, expected);
	else
		assert_null(found);
}

static void the_telling_error_is_found(void **state)
{
	(void)state;
	check_error("Reading\npmerror:t:40:installed t post-installation script failed\n",
		"E: Sub-process /usr/bin/dpkg returned an error code (1)\n",
		"installed t post-installation script failed");
	check_error("",
		"W: something\nE: Failed to fetch x  404\nE: Unable to fetch some archives\n",
		"Failed to fetch x  404");
	check_error("", "Warning: something\nError: Unable to locate package x\n",
		"Unable to locate package x");
	check_error(NULL, "dpkg: error: dpkg frontend lock was locked\n",
		"dpkg: error: dpkg frontend lock was locked");
	check_error(NULL, "W: only a warning\n", NULL);
	check_error(NULL, NULL, NULL);
}

static void append(void *context, const char *uri)
{
	char *all = context;

	strcat(all, uri);
	strcat(all, "\n");
}

static void proxies_are_found(void **state)
{
	_cleanup_free_ char *config = fixture("config");
	char all[1024] = "";

	(void)state;
	assert_int_equal(apt_proxies_parse(config, append, all), 0);
	assert_string_equal(all, "http://user:secret@proxy.example:3128/\n"
				 "http://[2001:db8::1]:8080\n"
				 "https://proxy.example\n"
				 "socks5h://localhost:9050\n");
}

static void the_version_of_a_running_kernel(void **state)
{
	_cleanup_free_ char *debian =
		apt_kernel_version("#1 SMP PREEMPT_DYNAMIC Debian 6.1.137-1 (2025-05-07)");
	_cleanup_free_ char *ubuntu =
		apt_kernel_version("#40~22.04.1-Ubuntu SMP PREEMPT_DYNAMIC Tue Nov 11");

	(void)state;
	assert_string_equal(debian, "6.1.137-1");
	assert_null(ubuntu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_known_before_their_first_download),
		cmocka_unit_test(a_label_makes_a_security_source),
		cmocka_unit_test(a_strange_source_is_an_error),
		cmocka_unit_test(lines_are_matched_to_the_right_source),
		cmocka_unit_test(third_party_failures_are_told_apart),
		cmocka_unit_test(security_failures_are_found),
		cmocka_unit_test(what_names_no_source_is_kept),
		cmocka_unit_test(obstacles_that_pass_are_recognised),
		cmocka_unit_test(the_words_of_sqv_are_understood),
		cmocka_unit_test(words_instead_of_letters_are_understood),
		cmocka_unit_test(a_simulation_is_read),
		cmocka_unit_test(an_unreadable_installation_is_an_error),
		cmocka_unit_test(security_updates_above_the_installed_version_are_known),
		cmocka_unit_test(a_status_is_found_in_a_line),
		cmocka_unit_test(the_sizes_of_uris_are_summed),
		cmocka_unit_test(what_is_left_of_a_download),
		cmocka_unit_test(the_date_of_a_release_file),
		cmocka_unit_test(when_it_was_signed),
		cmocka_unit_test(an_old_signature_is_doubted),
		cmocka_unit_test(the_telling_error_is_found),
		cmocka_unit_test(proxies_are_found),
		cmocka_unit_test(the_version_of_a_running_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
