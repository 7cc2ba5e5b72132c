// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * update/apt-changelog: what was fixed between two versions, and "none" only of a changelog that
 * goes from the one to the other.
 */

#include "tree.h"

#include "update/apt/changelog.h"

#include <string.h>

#define LOG                                                                                        \
	"openssl (3.0.17-1~deb12u2) bookworm-security; urgency=high\n\n"                           \
	"  * CVE-2026-1234 (oob read), CVE-2026-123456; not CVE-26-1, CVE-2026-12\n"               \
	"    again CVE-2026-1234. (Closes: #1)\n\n"                                                \
	" -- Somebody <a@example.org>  Mon, 01 Jan 2026 00:00:00 +0000\n\n"                        \
	"openssl (3.0.17-1~deb12u1) bookworm; urgency=medium\n\n  * Nothing (3.0.16-1) of "        \
	"note\n\n"                                                                                 \
	" -- Somebody <a@example.org>  Mon, 01 Jan 2025 00:00:00 +0000\n\n"                        \
	"openssl (3.0.16-1) unstable; urgency=medium\n\n  * CVE-2025-9999\n"

static int parse(const char *log, const char *from, const char *to, struct strv *cves)
{
	strv_clear(cves);
	return apt_changelog_parse(log, from, to, cves);
}

static void between_two_versions(void **state)
{
	_cleanup_(strv_clear) struct strv cves = {0};

	(void)state;
	assert_int_equal(parse(LOG, "3.0.16-1", "3.0.17-1~deb12u2", &cves), 0);
	assert_int_equal(cves.count, 2);
	assert_string_equal(cves.items[0], "CVE-2026-1234");
	assert_string_equal(cves.items[1], "CVE-2026-123456");
	assert_int_equal(parse(strstr(LOG, "openssl (3.0.17-1~deb12u1)"), "3.0.16-1",
				 "3.0.17-1~deb12u1", &cves),
		0);
	assert_int_equal(cves.count, 0);
}

static void a_version_that_was_built_anew(void **state)
{
	_cleanup_(strv_clear) struct strv cves = {0};

	(void)state;
	assert_int_equal(parse(LOG, "3.0.16-1+b12", "3.0.17-1~deb12u2+b1", &cves), 0);
	assert_int_equal(cves.count, 2);
}

static void what_cannot_be_told_is_not_none(void **state)
{
	_cleanup_(strv_clear) struct strv cves = {0};

	(void)state;
	assert_int_equal(parse("", "1", "2", &cves), 1);
	assert_int_equal(parse("no changelog at all", "1", "2", &cves), 1);
	/* That of an older version, one that was cut off, and one of other numbers. */
	assert_int_equal(parse(LOG, "3.0.16-1", "3.0.18-1", &cves), 1);
	assert_int_equal(parse(LOG, "3.0.15-1", "3.0.17-1~deb12u2", &cves), 1);
	assert_int_equal(parse(LOG, "3.0.16-1", "1:3.0.17-1~deb12u2", &cves), 1);
	assert_int_equal(cves.count, 0);
}

static void too_many_are_not_told_in_part(void **state)
{
	_cleanup_(strv_clear) struct strv cves = {0};
	char log[64 + 20 * (APT_CVES_MAX + 1)] = "a (2) x\n";

	(void)state;
	for (size_t i = 0; i <= APT_CVES_MAX; i++)
		sprintf(log + strlen(log), "  CVE-2026-%zu\n", 10000 + i);
	strcat(log, "a (1) x\n");
	assert_int_equal(parse(log, "1", "2", &cves), 1);
	assert_int_equal(cves.count, 0);
	strcpy(strstr(log, "  CVE-2026-10200"), "a (1) x\n");
	assert_int_equal(parse(log, "1", "2", &cves), 0);
	assert_int_equal(cves.count, APT_CVES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(between_two_versions),
		cmocka_unit_test(a_version_that_was_built_anew),
		cmocka_unit_test(what_cannot_be_told_is_not_none),
		cmocka_unit_test(too_many_are_not_told_in_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
