// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernels that nothing keeps up to date: what names say, which installed one counts, and what takes
 * its place. Answers of apt are recorded from real runs (hosts renamed), or made after them.
 */

#include "update/apt/kernel.h"
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

#define IMAGE "linux-image-"

static char *fixture(const char *name)
{
	_cleanup_free_ char *path = strdup_printf("%s/apt/%s", FIXTURES, name);
	char *content = NULL;

	assert_int_equal(file_read(path, 1U << 20, &content, NULL), 0);
	return content;
}

static void names_of_kernels(void **state)
{
	static const struct {
		const char *package, *version, *series, *flavour;
	} cases[] = {
		{"6.1.0-35-amd64", "6.1.0-35", "6.1", "amd64"},
		{"6.1.0-35-amd64:amd64", "6.1.0-35", "6.1", "amd64"},
		{"6.1.0-35-cloud-amd64-unsigned", "6.1.0-35", "6.1", "cloud-amd64"},
		{"6.1.0-35-rt-686-pae", "6.1.0-35", "6.1", "rt-686-pae"},
		{"6.1.0-35-686", "6.1.0-35", "6.1", "686"},
		{"6.1.0-35-4kc-malta", "6.1.0-35", "6.1", "4kc-malta"},
		{"6.1.0-0.deb11.21-amd64", "6.1.0-0.deb11.21", "6.1", "amd64"},
		{"5.4.0-0.bpo.2-amd64", "5.4.0-0.bpo.2", "5.4", "amd64"},
		{"6.12.9+bpo-rt-amd64", "6.12.9+bpo", "6.12", "rt-amd64"},
		{"6.12.74+deb13+1-amd64", "6.12.74+deb13+1", "6.12", "amd64"},
		{"6.12.47+rpt-rpi-v8", "6.12.47+rpt", "6.12", "rpi-v8"},
		{"6.16.3-amd64", "6.16.3", "6.16", "amd64"},
		{"5.15.0-91-generic", "5.15.0-91", "5.15", "generic"},
		{"unsigned-5.15.0-91-generic", "5.15.0-91", "5.15", "generic"},
		{"6.8.0-1013-nvidia-64k", "6.8.0-1013", "6.8", "nvidia-64k"},
		{"6.9.3", "6.9.3", "6.9", ""},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *package = strdup_printf(IMAGE "%s", cases[i].package);
		struct apt_kernel kernel;

		assert_true(apt_kernel_parse(package, &kernel));
		assert_string_equal(kernel.version, cases[i].version);
		assert_string_equal(kernel.series, cases[i].series);
		assert_string_equal(kernel.flavour, cases[i].flavour);
	}
}

static void names_of_others(void **state)
{
	static const char *const packages[] = {
		"",
		"linux-image",
		IMAGE,
		IMAGE "amd64",
		IMAGE "6.12-amd64",
		IMAGE "6.12.-amd64",
		IMAGE ".1.2-amd64",
		IMAGE "generic-hwe-22.04",
		IMAGE "unsigned-",
		IMAGE "-unsigned",
		IMAGE "6.1.0-35-amd64-dbg",
		IMAGE "unsigned-5.15.0-91-generic-dbgsym",
		IMAGE "6.12-amd64-signed-template",
		"linux-headers-6.1.0-35-amd64",
		"xlinux-image-6.1.0-35-amd64",
		IMAGE "6.1.0-35-"
		      "a-flavour-that-is-much-longer-than-the-name-of-any-package-has-ever-been",
		IMAGE "6.1.0000000000000000000000000000000000000000000000000000000000000000-amd64",
	};
	struct apt_kernel kernel = {.version = "untouched"};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(packages); i++)
		assert_false(apt_kernel_parse(packages[i], &kernel));
	assert_string_equal(kernel.version, "untouched");
}

static void expect_newest(const char *installed, const char *first, const char *second)
{
	_cleanup_(strv_clear) struct strv found = {0};

	assert_int_equal(apt_kernels_newest(installed, &found), 0);
	assert_int_equal(found.count, (first != NULL) + (second != NULL));
	if (first)
		assert_string_equal(found.items[0], first);
	if (second)
		assert_string_equal(found.items[1], second);
}

static void the_newest_installed_kernel_counts(void **state)
{
	(void)state;
	expect_newest("", NULL, NULL);
	expect_newest("ii \nii\n\nii  bash\n", NULL, NULL);
	expect_newest("ii  bash\nii  linux-image-amd64\n", NULL, NULL);
	expect_newest("ii  linux-image-6.1.0-9-amd64\nii  linux-image-6.1.0-35-amd64:amd64\n"
		      "ii  linux-image-6.1.0-20-amd64\n",
		"linux-image-6.1.0-35-amd64", NULL);
	/* Another flavour is left over like any other, if it is older. */
	expect_newest("ii  linux-image-6.1.0-20-rt-amd64\nii  linux-image-6.1.0-35-amd64\n",
		"linux-image-6.1.0-35-amd64", NULL);
	expect_newest("ii  linux-image-6.1.0-35-cloud-amd64\nii  linux-image-6.1.0-35-amd64\n"
		      "ii  linux-image-6.1.0-35-amd64-unsigned\n",
		"linux-image-6.1.0-35-cloud-amd64", "linux-image-6.1.0-35-amd64");
	/* What was removed has left its configuration; what is on hold is there. */
	expect_newest("rc  linux-image-6.1.0-38-amd64\nun  linux-image-6.1.0-39-amd64\n"
		      "hi  linux-image-6.1.0-35-amd64\n",
		"linux-image-6.1.0-35-amd64", NULL);
}

static bool is_among(const struct strv *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static void whom_to_ask_about(void **state)
{
	static const char kernel[] = "linux-image-6.1.0-50-cloud-amd64";
	_cleanup_(strv_clear) struct strv related = {0}, alone = {0};
	_cleanup_free_ char *names = fixture("kernel.names");

	(void)state;
	assert_int_equal(apt_kernels_related(kernel, names, &related), 0);
	assert_string_equal(related.items[0], kernel);
	/* Signed or not: of its series, itself among them, and of a later one. */
	assert_int_equal(related.count, 16 + 12);
	assert_true(is_among(&related, "linux-image-6.1.0-47-cloud-amd64"));
	assert_true(is_among(&related, "linux-image-6.1.0-56-cloud-amd64-unsigned"));
	assert_true(is_among(&related, "linux-image-6.12.117+deb12-cloud-amd64"));
	assert_false(is_among(&related, "linux-image-6.1.0-56-amd64"));
	assert_false(is_among(&related, "linux-image-6.12-cloud-amd64"));
	assert_int_equal(apt_kernels_related("linux-image-6.9.3", names, &alone), 0);
	assert_int_equal(alone.count, 1);
}

static void offers_are_read(void **state)
{
	_cleanup_(apt_offers_clear) struct apt_offers offers = {0};
	_cleanup_free_ char *policy = fixture("kernel.policy");

	(void)state;
	assert_int_equal(apt_offers_parse(policy, &offers), 0);
	assert_int_equal(offers.count, 4);
	assert_string_equal(offers.items[1].package, "linux-image-6.1.0-56-cloud-amd64");
	assert_string_equal(offers.items[1].version, "6.1.192-2");
	assert_string_equal(offers.items[1].origin,
		"http://mirror.example/debian-security bookworm-security/main");
	assert_int_equal(offers.items[1].priority, 500);
}

#define TABLE(installed, candidate, lines)                                                         \
	"a:\n  Installed: " installed "\n  Candidate: " candidate "\n  Version table:\n" lines
#define SOURCE "        500 http://mirror.example/debian bookworm/main amd64 Packages\n"
#define DPKG   "        100 /var/lib/dpkg/status\n"

static void what_is_not_on_offer(void **state)
{
	static const char *const policies[] = {
		TABLE("(none)", "(none)", ""),
		TABLE("(none)", "(none)", "     2 -1\n" SOURCE),
		TABLE("(none)", "2", "     2 1\n" SOURCE),
		TABLE("(none)", "2", "     2 99\n" SOURCE),
		TABLE("1", "1", " *** 1 100\n" DPKG),
		TABLE("1", "1", "     2 50\n" SOURCE " *** 1 100\n" DPKG),
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(policies); i++) {
		_cleanup_(apt_offers_clear) struct apt_offers offers = {0};

		assert_int_equal(apt_offers_parse(policies[i], &offers), 0);
		assert_int_equal(offers.count, 0);
	}
}

static void a_pin_is_the_priority(void **state)
{
	static const char *const policies[] = {
		TABLE("(none)", "2", "     3 -10\n" SOURCE "     2 100\n" SOURCE),
		TABLE("2", "2", "     3 -10\n" SOURCE " *** 2 100\n" SOURCE DPKG),
		TABLE("2", "2", " *** 2 100 (phased 10%)\n" DPKG SOURCE),
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(policies); i++) {
		_cleanup_(apt_offers_clear) struct apt_offers offers = {0};

		assert_int_equal(apt_offers_parse(policies[i], &offers), 0);
		assert_int_equal(offers.count, 1);
		assert_string_equal(offers.items[0].version, "2");
		assert_int_equal(offers.items[0].priority, 100);
		assert_string_equal(
			offers.items[0].origin, "http://mirror.example/debian bookworm/main");
	}
}

static void a_table_that_cannot_be_read_is_an_error(void **state)
{
	static const char *const policies[] = {
		"",
		"N: Unable to locate package a\n",
		"a:\n",
		"a:\n  Installed: (none)\n",
		":\n  Candidate: 2\n     2 500\n",
		TABLE("(none)", "2", ""),
		TABLE("(none)", "2", "     3 500\n" SOURCE),
		TABLE("(none)", "2", "     2\n" SOURCE),
		TABLE("(none)", "2", "     2 high\n" SOURCE),
		TABLE("(none)", "2", "     2 99999999999999999999\n" SOURCE),
		TABLE("(none)", "2", "") TABLE("(none)", "(none)", ""),
	};
	struct apt_offers offers = {0};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(policies); i++)
		assert_int_equal(apt_offers_parse(policies[i], &offers), -EBADMSG);
	assert_null(offers.items);
}

/* "6.1.0-38-amd64 500, 6.12.9+bpo-amd64 100" */
static struct apt_offers offered(const char *words)
{
	_cleanup_free_ char *copy = strdup(words);
	struct apt_offers offers = {calloc(8, sizeof(*offers.items)), 0};
	char *rest = copy, *word;

	while (*words && (word = strsep(&rest, ","))) {
		char name[64];
		int priority;

		assert_int_equal(sscanf(word, "%63s %d", name, &priority), 2);
		assert_true(offers.count < 8);
		offers.items[offers.count++] = (struct apt_offer){
			.package = strdup_printf(IMAGE "%s", name),
			.version = strdup("1"),
			.origin = strdup(""),
			.priority = priority,
		};
	}
	return offers;
}

static void what_takes_its_place(void **state)
{
	static const struct {
		const char *kernel, *offers, *successor;
	} cases[] = {
		{"6.1.0-35-amd64", "", NULL},
		{"6.1.0-35-amd64", "6.1.0-38-amd64 500", "6.1.0-38-amd64"},
		{"6.1.0-35-amd64", "6.1.0-9-amd64 500, 6.1.0-35-amd64 500", NULL},
		{"6.1.0-9-amd64", "6.1.0-38-amd64 500, 6.1.0-35-amd64 500", "6.1.0-38-amd64"},
		{"6.1.0-35-amd64", "6.1.0-38-cloud-amd64 500, 6.1.0-38-rt-amd64 500", NULL},
		/* Signed or not is one kernel; the signed one is what metas ask for. */
		{"6.1.0-35-amd64-unsigned", "6.1.0-38-amd64-unsigned 500, 6.1.0-38-amd64 500",
			"6.1.0-38-amd64"},
		{"6.1.0-35-amd64", "6.1.0-38-amd64 500, 6.1.0-38-amd64-unsigned 500",
			"6.1.0-38-amd64"},
		{"5.15.0-91-generic", "unsigned-5.15.0-94-generic 500",
			"unsigned-5.15.0-94-generic"},
		/* Another series is another choice, as long as one's own is there. */
		{"6.1.0-35-amd64", "6.1.0-35-amd64 500, 6.12.117+deb12-amd64 500", NULL},
		{"6.1.0-38-amd64", "6.1.0-35-amd64 500, 6.12.117+deb12-amd64 500", NULL},
		{"5.15.0-91-generic", "5.15.0-91-generic 500, 6.5.0-14-generic 500", NULL},
		{"5.15.0-91-generic", "5.15.0-94-generic 500, 6.5.0-14-generic 500",
			"5.15.0-94-generic"},
		{"6.12.43+deb13-amd64", "6.12.74+deb13+1-amd64 500, 6.12.74+deb13-amd64 500",
			"6.12.74+deb13+1-amd64"},
		/* Where it is not any more, the newest takes its place. */
		{"6.12.9-amd64", "6.16.3-amd64 500, 6.17.2-amd64 500", "6.17.2-amd64"},
		{"6.1.0-35-amd64", "6.12.43+deb13-amd64 500", "6.12.43+deb13-amd64"},
		{"6.16.3-amd64", "6.12.43+deb13-amd64 500, 6.1.0-38-amd64 500", NULL},
		/* Backports and the like only where no ordinary source has it. */
		{"6.10.11+bpo-amd64", "6.1.0-38-amd64 500, 6.12.9+bpo-amd64 100",
			"6.12.9+bpo-amd64"},
		{"6.12.9+bpo-amd64", "6.12.9+bpo-amd64 100, 6.12.30+bpo-amd64 100",
			"6.12.30+bpo-amd64"},
		{"6.12.30+bpo-amd64", "6.12.117+deb12-amd64 500, 6.12.118+bpo-amd64 100",
			"6.12.117+deb12-amd64"},
		{"6.5.0-45-generic", "6.5.0-45-generic 500, 6.5.0-50-generic 100", NULL},
		{"6.9.3", "6.12.117+deb12-amd64 500", NULL},
		{"amd64", "6.12.117+deb12-amd64 500", NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(apt_offers_clear) struct apt_offers offers = offered(cases[i].offers);
		_cleanup_free_ char *kernel = strdup_printf(IMAGE "%s", cases[i].kernel);
		const struct apt_offer *found = apt_kernel_successor(kernel, &offers);

		if (!cases[i].successor)
			assert_null(found);
		else
			assert_string_equal(found->package + strlen(IMAGE), cases[i].successor);
	}
}

static void installed_metas(void **state)
{
	_cleanup_(strv_clear) struct strv metas = {0};

	(void)state;
	assert_int_equal(apt_metas_installed("ii  linux-image-6.1.0-35-amd64\n"
					     "ii  linux-image-amd64:amd64\n"
					     "rc  linux-image-rt-amd64\n"
					     "ii  linux-base\n"
					     "hi  linux-image-6.12-amd64\n",
				 &metas),
		0);
	assert_int_equal(metas.count, 2);
	assert_string_equal(metas.items[0], "linux-image-amd64");
	assert_string_equal(metas.items[1], "linux-image-6.12-amd64");
}

static void metas_that_bring_it(void **state)
{
	static const struct {
		const char *depends;
		int result;
	} cases[] = {
		{"linux-image-amd64\n  Depends: linux-image-6.1.0-38-amd64\n", 1},
		{"linux-image-amd64\n  Depends: linux-image-6.1.0-39-amd64\n", 1},
		{"linux-image-amd64\n  PreDepends: linux-image-6.1.0-38-amd64:amd64\n", 1},
		{"linux-image-6.12-amd64\n  Depends: bash\nlinux-image-amd64\n"
		 "  Depends: linux-image-6.1.0-38-amd64\n",
			1},
		{"linux-image-amd64\n  Depends: linux-image-6.1.0-35-amd64\n", 0},
		{"linux-image-cloud-amd64\n  Depends: linux-image-6.1.0-38-cloud-amd64\n", 0},
		{"linux-image-amd64\n  Depends: <linux-image-6.1.0-38-amd64>\n", 0},
		{"linux-image-amd64\n |Depends: linux-image-6.1.0-38-amd64\n  Depends: bash\n", 0},
		{"linux-image-amd64\n", 0},
		{"", -EBADMSG},
		{"something else\n", -EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++)
		assert_int_equal(apt_metas_bring(cases[i].depends, "linux-image-6.1.0-38-amd64"),
			cases[i].result);
}

static void the_meta_to_install(void **state)
{
	static const struct {
		const char *kernel, *rdepends, *meta;
	} cases[] = {
		{"6.1.0-35-amd64",
			"linux-image-6.1.0-38-amd64\nReverse Depends:\n  linux-image-amd64\n",
			"linux-image-amd64"},
		{"6.12.9-amd64",
			"linux-image-6.12.117+deb12-amd64\nReverse Depends:\n"
			" |linux-headers-6.12.117+deb12-amd64\n  linux-image-6.12-amd64\n",
			"linux-image-6.12-amd64"},
		{"6.5.0-14-generic",
			"linux-image-6.5.0-45-generic\nReverse Depends:\n"
			" |linux-modules-extra-6.5.0-45-generic\n  linux-image-virtual-hwe\n"
			"  linux-image-generic-hwe-22.04-edge\n  linux-image-generic-hwe-22.04\n"
			"  linux-image-unsigned-6.5.0-45-generic\n",
			"linux-image-generic-hwe-22.04"},
		{"6.5.0-14-generic",
			"linux-image-6.5.0-45-generic\nReverse Depends:\n  linux-image-oem-22.04b\n"
			"  linux-image-oem-22.04\n",
			"linux-image-oem-22.04"},
		{"6.12.9+bpo-amd64",
			"linux-image-6.12.30+bpo-amd64\nReverse Depends:\n  "
			"linux-image-mine:i386\n",
			NULL},
		{"6.9.3", "linux-image-6.9.4\nReverse Depends:\n", NULL},
	};
	const struct strv installed = {(char *[]){(char *)"linux-image-mine"}, 1};
	char *untouched = NULL;

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_free_ char *kernel = strdup_printf(IMAGE "%s", cases[i].kernel),
				    *meta = NULL;

		assert_int_equal(
			apt_metas_recommend(cases[i].rdepends, kernel, &installed, &meta), 0);
		if (cases[i].meta)
			assert_string_equal(meta, cases[i].meta);
		else
			assert_null(meta);
	}
	assert_int_equal(apt_metas_recommend("", IMAGE "6.9.3", &installed, &untouched), -EBADMSG);
	assert_null(untouched);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_kernels),
		cmocka_unit_test(names_of_others),
		cmocka_unit_test(the_newest_installed_kernel_counts),
		cmocka_unit_test(whom_to_ask_about),
		cmocka_unit_test(offers_are_read),
		cmocka_unit_test(what_is_not_on_offer),
		cmocka_unit_test(a_pin_is_the_priority),
		cmocka_unit_test(a_table_that_cannot_be_read_is_an_error),
		cmocka_unit_test(what_takes_its_place),
		cmocka_unit_test(installed_metas),
		cmocka_unit_test(metas_that_bring_it),
		cmocka_unit_test(the_meta_to_install),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
