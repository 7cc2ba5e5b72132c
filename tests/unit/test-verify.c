// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reasons to reboot, from made-up roots and a made-up /proc; and what a list says of itself.
 */

#include "update/reboot/kernel.h"
#include "update/reboot/stale.h"
#include "update/update.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char root[64];

static int set_up(void **state)
{
	(void)state;
	strcpy(root, "/tmp/cordon-verify.XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* "/a/b/c" below the root, with its folders. */
static char *place(const char *path)
{
	char *whole = file_under(root, path);

	for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(whole, 0755);
		*slash = '/';
	}
	return whole;
}

static void put(const char *path, const char *content)
{
	_cleanup_free_ char *whole = place(path);
	_cleanup_fclose_ FILE *file = fopen(whole, "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
}

static void put_link(const char *path, const char *target)
{
	_cleanup_free_ char *whole = place(path);

	assert_int_equal(symlink(target, whole), 0);
}

static int sign(int value)
{
	return (value > 0) - (value < 0);
}

static void kernels_are_ordered_by_version(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{"6.1.0-9-amd64", "6.1.0-35-amd64", -1},
		{"6.1.0-35-amd64", "6.1.0-35-amd64", 0},
		{"6.1.0-35-amd64", "6.1.0-35-cloud-amd64", 0},
		{"6.1.0-36-amd64", "6.1.0-35-cloud-amd64", 1},
		{"6.9.12-amd64", "6.10.3-amd64", -1},
		{"6.1.0-35-amd64", "6.12.9+bpo-amd64", -1},
		{"6.12.41+deb13-amd64", "6.12.38+deb13-cloud-amd64", 1},
		{"6.12.74+deb13-amd64", "6.12.74+deb13+1-amd64", -1},
		{"6.12.74+deb13+1-cloud-amd64", "6.12.85+deb13-amd64", -1},
		{"5.14.0-70.el9.x86_64", "5.14.0-70.el9.x86_64+debug", 0},
		{"5.19.0+", "5.19.0", 0},
		{"6.1.0-0.deb11.5-amd64", "6.1.0-0.deb11.21-amd64", -1},
		{"5.15.0-9-generic", "5.15.0-125-generic", -1},
		{"6.5.6-300.fc39.x86_64", "6.5.12-300.fc39.x86_64", -1},
		{"0-rescue-a0b1", "6.5.6-300.fc39.x86_64", -1},
		{"6.6.30", "6.6.31", -1},
		{"4.18.0-553.el8_10.x86_64", "4.18.0-553.5.1.el8_10.x86_64", -1},
		{"3.10.0-1160.el7.x86_64", "3.10.0-1160.2.1.el7.x86_64", -1},
		{"5.14.0-70.el9.x86_64", "5.14.0-70.13.1.el9_0.x86_64", -1},
		{"6.12.0-55.el10_0.aarch64", "6.12.0-55.7.1.el10_0.aarch64", -1},
		{"5.15.0-100.96.32.el8uek.x86_64", "5.15.0-200.131.27.el8uek.x86_64", -1},
		{"5.14.21-150500.53-default", "5.14.21-150500.55.7-default", -1},
		{"6.4.0-150600.21-default", "6.4.0-150600.21-default", 0},
		{"6.1", "6.1.0", -1},
		{"6.01.5", "6.1.5", 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		assert_int_equal(sign(kernel_compare(cases[i].a, cases[i].b)), cases[i].order);
		assert_int_equal(sign(kernel_compare(cases[i].b, cases[i].a)), -cases[i].order);
	}
}

static void expect_kernel(const char *running, const char *expected)
{
	_cleanup_(strv_clear) struct strv reasons = {0};

	assert_int_equal(kernel_add_reason(root, running, &reasons), 0);
	assert_int_equal(reasons.count, expected ? 1 : 0);
	if (expected)
		assert_string_equal(reasons.items[0], expected);
}

static void without_an_installed_kernel_there_is_no_reason(void **state)
{
	(void)state;
	expect_kernel("6.18.44", NULL);
}

static void a_newer_installed_kernel_is_a_reason(void **state)
{
	(void)state;
	put("/boot/vmlinuz-6.1.0-9-amd64", "");
	put("/boot/vmlinuz-6.1.0-35-amd64", "");
	put("/boot/initrd.img-6.1.0-99-amd64", "");
	put("/boot/config-6.1.0-99-amd64", "");
	expect_kernel("6.1.0-9-amd64", "the running kernel 6.1.0-9-amd64 is older than the "
				       "installed 6.1.0-35-amd64; reboot into it");
	expect_kernel("6.1.0-35-amd64", NULL);
	expect_kernel("6.1.0-35-cloud-amd64", NULL);
	expect_kernel("6.18.44", NULL);
}

/* As Debian names it on POWER and others. */
static void an_uncompressed_kernel_counts(void **state)
{
	(void)state;
	put("/boot/vmlinux-6.1.0-35-powerpc64le", "");
	put("/boot/vmlinux-6.1.0-40-powerpc64le", "");
	expect_kernel("6.1.0-35-powerpc64le",
		"the running kernel 6.1.0-35-powerpc64le is older than the installed "
		"6.1.0-40-powerpc64le; reboot into it");
}

static void a_kernel_among_its_modules_counts(void **state)
{
	(void)state;
	put("/usr/lib/modules/6.5.6-300.fc39.x86_64/vmlinuz", "");
	put("/usr/lib/modules/6.9.9-100.fc39.x86_64/modules.dep", "");
	expect_kernel("6.5.2-300.fc39.x86_64",
		"the running kernel 6.5.2-300.fc39.x86_64 is older than the installed "
		"6.5.6-300.fc39.x86_64; reboot into it");
	expect_kernel("6.5.6-300.fc39.x86_64", NULL);
}

static void a_container_has_no_kernel_of_its_own(void **state)
{
	(void)state;
	put("/boot/vmlinuz-6.1.0-35-amd64", "");
	put("/run/systemd/container", "systemd-nspawn\n");
	expect_kernel("5.10.0-1-amd64", NULL);
}

#define LIBRARY "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"

static void expect_file(const char *maps, const char *expected)
{
	_cleanup_free_ char *file = NULL;

	assert_int_equal(stale_find_file(maps, &file), expected != NULL);
	if (expected)
		assert_string_equal(file, expected);
	else
		assert_null(file);
}

static void only_replaced_code_counts(void **state)
{
	(void)state;
	expect_file("", NULL);
	expect_file("\n\n", NULL);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    " LIBRARY "\n", NULL);
	expect_file("7f00-7f10 r--p 00000000 fe:00 12    " LIBRARY " (deleted)\n", NULL);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    " LIBRARY " (deleted)\n", LIBRARY);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    " LIBRARY " (deleted)", LIBRARY);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    " LIBRARY ".1\n"
		    "7f00-7f10 r-xp 00000000 fe:00 12    /opt/a b/c (deleted)\n",
		"/opt/a b/c");
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    /opt/a (deleted)/b\n", NULL);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    /opt/a (deleted)/b (deleted)\n",
		"/opt/a (deleted)/b");
	expect_file("7f00-7f10 rwxp 00000000 00:01 12    /memfd:jit (deleted)\n"
		    "7f00-7f10 rwxs 00000000 00:01 12    /dev/zero (deleted)\n"
		    "7f00-7f10 rwxs 00000000 00:01 12    /SYSV00000000 (deleted)\n"
		    "7f00-7f10 r-xp 00000000 fe:00 12    /tmp/plugin.so (deleted)\n"
		    "7f00-7f10 r-xp 00000000 00:00 0     [vdso]\n"
		    "ffff-ffff --xp 00000000 00:00 0     [vsyscall]\n",
		NULL);
	expect_file("7f00-7f10 r-xp 00000000 fe:00 12    /usr (deleted)\n", NULL);
	expect_file("garbage\nx\n/usr/lib/a (deleted)\n", NULL);
}

static void put_process(
	unsigned int pid, const char *program, const char *name_space, const char *maps)
{
	_cleanup_free_ char *maps_path = strdup_printf("/%u/maps", pid);
	_cleanup_free_ char *exe_path = strdup_printf("/%u/exe", pid);
	_cleanup_free_ char *ns_path = strdup_printf("/%u/ns/pid", pid);

	put(maps_path, maps);
	put_link(exe_path, program);
	put_link(ns_path, name_space);
}

#define STALE "7f00-7f10 r-xp 00000000 fe:00 12    " LIBRARY " (deleted)\n"
#define HERE  "pid:[4026531836]"

static void programs_are_named_once(void **state)
{
	_cleanup_(strv_clear) struct strv reasons = {0};

	(void)state;
	put_link("/self/ns/pid", HERE);
	put("/version", STALE);
	put_process(1, "/usr/lib/systemd/systemd", HERE, "");
	put_process(31, "/usr/lib/systemd/systemd-journald (deleted)", HERE, STALE);
	for (unsigned int pid = 100; pid < 105; pid++)
		put_process(pid, "/usr/sbin/sshd", HERE, STALE);
	put_process(200, "/usr/bin/in-a-container", "pid:[4026532999]", STALE);
	put("/300/maps", STALE);
	assert_int_equal(stale_add_reasons(root, &reasons, NULL), 0);
	assert_int_equal(reasons.count, 2);
	for (size_t i = 0; i < reasons.count; i++) {
		if (strncmp(reasons.items[i], "sshd", 4) == 0)
			assert_non_null(strstr(reasons.items[i], " and 2 more) still uses the "
								 "replaced libcrypto.so.3"));
		else
			assert_string_equal(reasons.items[i],
				"systemd-journald (pid 31) still uses the replaced "
				"libcrypto.so.3; a reboot ends that");
	}
}

static void many_programs_are_counted(void **state)
{
	_cleanup_(strv_clear) struct strv reasons = {0};

	(void)state;
	put_link("/self/ns/pid", HERE);
	for (unsigned int pid = 1; pid <= 13; pid++) {
		_cleanup_free_ char *program = strdup_printf("/usr/bin/program-%u", pid);

		put_process(pid, program, HERE, STALE);
	}
	assert_int_equal(stale_add_reasons(root, &reasons, NULL), 0);
	assert_int_equal(reasons.count, 11);
	assert_string_equal(
		reasons.items[10], "3 more programs still use replaced files; a reboot ends that");
}

static void an_unreadable_proc_is_an_error(void **state)
{
	_cleanup_(strv_clear) struct strv reasons = {0};
	_cleanup_free_ char *why = NULL;

	(void)state;
	assert_int_equal(stale_add_reasons("/nonexistent", &reasons, &why), -ENOENT);
	assert_string_equal(why, "/nonexistent: cannot be read: No such file or directory");
}

static void add_packages(struct update_list *list, unsigned int count, bool withheld)
{
	for (unsigned int i = 0; i < count; i++) {
		_cleanup_free_ char *name = strdup_printf("%s%u", withheld ? "held" : "p", i);
		const struct update_package package = {.name = name,
			.to = (char *)"2",
			.origin = (char *)"",
			.security = i % 2 == 0,
			.withheld = withheld};

		assert_int_equal(update_list_add(list, &package), 0);
	}
}

static void a_list_explains_itself(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(strv_clear) struct strv reasons = {0};

	(void)state;
	assert_int_equal(update_list_explain(&list, &reasons), 0);
	assert_int_equal(reasons.count, 0);
	add_packages(&list, 7, false);
	add_packages(&list, 1, true);
	assert_int_equal(update_list_security(&list), 5);
	assert_int_equal(update_list_withheld(&list), 1);
	assert_int_equal(update_list_explain(&list, &reasons), 0);
	assert_int_equal(reasons.count, 2);
	assert_string_equal(reasons.items[0],
		"7 updates are pending: p0, p1, p2, p3, p4 and 2 more; run cordon update");
	assert_int_equal(
		strncmp(reasons.items[1], "1 security update is held back: held0; ", 39), 0);
}

static void add_withheld(struct update_list *list, const char *name, const char *because)
{
	const struct update_package package = {
		.name = (char *)name,
		.to = (char *)"2",
		.origin = (char *)"",
		.security = true,
		.withheld = true,
		.because = (char *)because,
	};

	assert_int_equal(update_list_add(list, &package), 0);
}

static void each_reason_is_said_once(void **state)
{
	_cleanup_(update_list_clear) struct update_list list = {0};
	_cleanup_(strv_clear) struct strv few = {0}, many = {0};

	(void)state;
	add_withheld(&list, "a", "it is held");
	add_withheld(&list, "b", NULL);
	add_withheld(&list, "c", "it is held");
	add_withheld(&list, "d", "nothing asks for it");
	assert_int_equal(update_list_explain(&list, &few), 0);
	assert_int_equal(few.count, 1);
	assert_string_equal(few.items[0],
		"4 security updates are held back: a, b, c, d; it is held; nothing asks for it");
	add_withheld(&list, "e", "three");
	add_withheld(&list, "f", "four");
	assert_int_equal(update_list_explain(&list, &many), 0);
	assert_string_equal(many.items[0],
		"6 security updates are held back: a, b, c, d, e and 1 more; it is held; nothing "
		"asks for it; three; and more, see cordon update --check");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_are_ordered_by_version),
		cmocka_unit_test_setup_teardown(
			without_an_installed_kernel_there_is_no_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_newer_installed_kernel_is_a_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_uncompressed_kernel_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_kernel_among_its_modules_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_container_has_no_kernel_of_its_own, set_up, tear_down),
		cmocka_unit_test(only_replaced_code_counts),
		cmocka_unit_test_setup_teardown(programs_are_named_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_programs_are_counted, set_up, tear_down),
		cmocka_unit_test(an_unreadable_proc_is_an_error),
		cmocka_unit_test(a_list_explains_itself),
		cmocka_unit_test(each_reason_is_said_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
