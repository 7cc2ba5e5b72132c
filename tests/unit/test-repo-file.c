// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * .repo files: what stands in them, whom they let pass, and which ports they need.
 */

#include "update/rpm/repo-file.h"

#include "tree.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static int parse(const char *content, struct repos *repos, char **why)
{
	_cleanup_free_ char *copy = strdup(content);

	return repo_file_parse(copy, "/etc/yum.repos.d/x.repo", repos, why);
}

static void sections_and_settings(void **state)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	const struct repo *updates, *media;

	(void)state;
	assert_int_equal(parse("# comment\n"
			       "[updates]\n"
			       "name = Updates of $releasever\n"
			       "baseurl=https://a.example/$basearch, http://b.example/\n"
			       "\thttp://c.example/ \n"
			       "metalink=https://m.example/metalink?repo=updates&arch=$basearch\n"
			       "; comment\n"
			       "gpgkey=file:///etc/key\n"
			       "       https://a.example/key\n"
			       "gpgcheck = 1\nrepo_gpgcheck=No\nenabled=0\r\n"
			       "proxy=http://user:secret@proxy.example:3128\n"
			       "unknown=x\n  and more of it\n"
			       "\n"
			       "[ media ]\nbaseurl=file:///mnt\n",
				 &repos, NULL),
		0);
	assert_int_equal(repos.count, 2);
	updates = repos_find(&repos, "updates");
	media = repos_find(&repos, "media");
	assert_string_equal(updates->name, "Updates of $releasever");
	assert_string_equal(updates->entry, "/etc/yum.repos.d/x.repo:2");
	assert_int_equal(updates->urls.count, 4);
	assert_string_equal(updates->urls.items[2], "http://c.example/");
	assert_int_equal(updates->keys.count, 2);
	assert_int_equal(updates->gpgcheck, REPO_ON);
	assert_int_equal(updates->repo_gpgcheck, REPO_OFF);
	assert_int_equal(updates->enabled, REPO_OFF);
	assert_string_equal(updates->proxy, "http://user:secret@proxy.example:3128");
	assert_false(updates->local);
	assert_true(media->local);
	assert_int_equal(media->enabled, REPO_UNSET);
	assert_string_equal(media->name, "media");
	assert_null(repos_find(&repos, "x"));
}

static void a_title_has_no_password(void **state)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	_cleanup_free_ char *first = NULL, *second = NULL;

	(void)state;
	assert_int_equal(
		parse("[x]\nbaseurl=https://me:secret@a.example/x/ http://b.example\n[y]\n", &repos,
			NULL),
		0);
	first = repo_title(&repos.items[0]);
	second = repo_title(&repos.items[1]);
	assert_string_equal(first, "x https://a.example/x");
	assert_string_equal(second, "y");
}

static void what_is_not_understood_is_an_error(void **state)
{
	static const struct {
		const char *content, *said;
	} cases[] = {
		{"[x]\nbaseurl\n", "x.repo:2: neither"},
		{"baseurl=http://a.example\n", "x.repo:1: a setting in front"},
		{"[x\n", "x.repo:1: a section without its ]"},
		{"[]\n", "x.repo:1: a section without a name"},
		{"[x]\n  http://a.example\n", "x.repo:2: an indented line"},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(repos_clear) struct repos repos = {0};
		_cleanup_free_ char *why = NULL;

		assert_int_equal(parse(cases[i].content, &repos, &why), -EINVAL);
		assert_non_null(strstr(why, cases[i].said));
	}
}

static void the_last_of_a_name_counts(void **state)
{
	_cleanup_(repos_clear) struct repos repos = {0};

	(void)state;
	assert_int_equal(parse("[a]\nname=1\n[a]\nname=2\n", &repos, NULL), 0);
	assert_string_equal(repos_find(&repos, "a")->name, "2");
}

static void write_file(const char *folder, const char *name, const char *content)
{
	_cleanup_free_ char *path = strdup_printf("%s/%s", folder, name);

	assert_int_equal(file_write_atomic(path, content, strlen(content), 0644), 0);
}

static void a_folder_of_them(void **state)
{
	_cleanup_(repos_clear) struct repos repos = {0}, none = {0};
	_cleanup_free_ char *path = strdup_printf("%s/b.repo", (char *)*state), *why = NULL;

	write_file(*state, "b.repo", "[b]\nbaseurl=http://b.example\n");
	write_file(*state, "a.repo", "[a]\nbaseurl=http://a.example\n");
	write_file(*state, "c.repo.rpmsave", "[c]\n");
	write_file(*state, ".repo", "[d]\n");
	assert_int_equal(repo_files_load(*state, &repos, NULL), 0);
	assert_int_equal(repos.count, 2);
	assert_string_equal(repos.items[0].id, "a");
	assert_true(repo_files_exist(*state));
	assert_int_equal(repo_files_load("/nonexistent", &none, NULL), 0);
	assert_false(repo_files_exist("/nonexistent"));
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(repo_files_load(*state, &none, &why), -EPERM);
	assert_non_null(strstr(why, "b.repo"));
}

static void doubts(void **state)
{
	static const struct {
		const char *content;
		bool on; /* the package manager's default */
		const char *doubt;
	} cases[] = {
		{"[x]\nbaseurl=https://a.example\n", false, "nobody checks"},
		{"[x]\nbaseurl=https://a.example\n", true, NULL},
		{"[main]\ngpgcheck=1\n[x]\nbaseurl=https://a.example\n", false, NULL},
		{"[main]\ngpgcheck=1\n[x]\nbaseurl=https://a.example\ngpgcheck=0\n", false,
			"nobody checks"},
		{"[x]\nbaseurl=http://a.example\ngpgcheck=1\n", false, "over http"},
		{"[x]\nbaseurl=http://a.example\ngpgcheck=1\nrepo_gpgcheck=1\n", false, NULL},
		{"[x]\nbaseurl=http://a.example\ngpgcheck=0\nrepo_gpgcheck=1\n", false, NULL},
		{"[x]\nmetalink=https://a.example\ngpgcheck=1\n", false, NULL},
		{"[x]\nbaseurl=https://a.example\ngpgcheck=1\ngpgkey=http://a.example/k\n", false,
			"its key"},
		{"[x]\nbaseurl=https://a.example\ngpgcheck=1\ngpgkey=FTP://a.example/k\n", false,
			"its key"},
		{"[x]\nbaseurl=file:///mnt\ngpgcheck=0\n", false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		_cleanup_(repos_clear) struct repos repos = {0};
		_cleanup_free_ char *doubt = NULL;

		assert_int_equal(parse(cases[i].content, &repos, NULL), 0);
		assert_int_equal(repo_check_trust(repos_find(&repos, "x"),
					 repos_find(&repos, "main"), cases[i].on, &doubt),
			0);
		assert_int_equal(!doubt, !cases[i].doubt);
		assert_true(!doubt || strstr(doubt, cases[i].doubt));
	}
}

static void add(void *context, unsigned int port, const char *source)
{
	assert_int_equal(strv_addf(context, "%u %s", port, source), 0);
}

static void ports(void **state)
{
	_cleanup_(repos_clear) struct repos repos = {0};
	_cleanup_(strv_clear) struct strv said = {0};

	(void)state;
	assert_int_equal(parse("[x]\nbaseurl=http://a.example:8080/ file:///mnt\n"
			       "gpgkey=https://a.example/key\nproxy=http://u:p@proxy:3128\n"
			       "[y]\nproxy=_none_\n",
				 &repos, NULL),
		0);
	for (size_t i = 0; i < repos.count; i++)
		repo_add_ports(&repos.items[i], "dnf", add, &said);
	assert_int_equal(said.count, 3);
	assert_string_equal(said.items[0], "8080 dnf source http://a.example:8080");
	assert_string_equal(said.items[1], "443 dnf key https://a.example/key");
	assert_string_equal(said.items[2], "3128 dnf proxy http://proxy:3128");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_and_settings),
		cmocka_unit_test(what_is_not_understood_is_an_error),
		cmocka_unit_test(the_last_of_a_name_counts),
		cmocka_unit_test_setup_teardown(a_folder_of_them, tree_setup, tree_teardown),
		cmocka_unit_test(a_title_has_no_password),
		cmocka_unit_test(doubts),
		cmocka_unit_test(ports),
	};

	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
