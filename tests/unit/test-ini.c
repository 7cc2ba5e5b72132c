// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/ini: every line of a text is told, understood or not, in each of the dialects that cordon
 * reads; and no text is too long, too strange or too slow.
 */

#include "tree.h"

#include "util/fail.h"
#include "util/ini.h"

#include <errno.h>
#include <string.h>

/* As of cordon.conf, systemd, rpm repositories, xrdp and os-release. */
static const struct ini_dialect conf = {.continuation = INI_INDENT_WITHOUT_SETTING,
	.comments = "#;",
	.trailing = "#",
	.quotes = true,
	.text_only = true};
static const struct ini_dialect unit = {
	.continuation = INI_BACKSLASH, .comments = "#;", .trailing = "", .exact_header = true};
static const struct ini_dialect repo = {
	.continuation = INI_INDENT, .comments = "#;", .trailing = "", .quotes = true};
static const struct ini_dialect xrdp = {
	.comments = "#;", .trailing = "#;", .any_header = true, .exact_header = true};
static const struct ini_dialect release = {.comments = "#", .trailing = "", .sectionless = true};

static const char *const problems[] = {
	[INI_NO_SETTING] = "no setting",
	[INI_NO_KEY] = "no key",
	[INI_NO_SECTION] = "no section",
	[INI_CONTINUES_NOTHING] = "continues nothing",
	[INI_NOT_TEXT] = "not text",
	[INI_HEADER_OPEN] = "header open",
	[INI_HEADER_EMPTY] = "header empty",
	[INI_HEADER_TEXT] = "header text",
};

static int tell_section(void *out, const char *name, unsigned int line)
{
	fprintf(out, "%u:[%s] ", line, name);
	return 0;
}

/* A line feed of a value is shown as a stroke. */
static int tell_setting(void *out, const struct ini_entry *entry)
{
	fprintf(out, "%u:%s%s%s=", entry->line, entry->section, *entry->section ? "." : "",
		entry->key);
	for (const char *at = entry->value; *at; at++)
		fputc(*at == '\n' ? '|' : *at, out);
	fputc(' ', out);
	return 0;
}

static int tell_mistake(void *out, enum ini_problem problem, unsigned int line)
{
	fprintf(out, "%u:!%s ", line, problems[problem]);
	return 0;
}

static const struct ini_visitor teller = {tell_section, tell_setting, tell_mistake};

static char *describe(const struct ini_dialect *dialect, const char *content, size_t size)
{
	char *all = NULL;
	size_t length;
	FILE *out = open_memstream(&all, &length);

	assert_int_equal(ini_parse(content, size, dialect, &teller, out), 0);
	fclose(out);
	if (length > 0)
		all[length - 1] = '\0';
	return all;
}

struct ini_case {
	const char *content, *expected;
};

static void expect_all(
	const struct ini_dialect *dialect, const struct ini_case *cases, size_t count)
{
	unsigned int failures = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *found =
			describe(dialect, cases[i].content, strlen(cases[i].content));

		if (strcmp(found, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("%s\n  gave     \"%s\"\n  in place of \"%s\"\n", cases[i].content,
			found, cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

#define EXPECT(dialect, ...)                                                                       \
	do {                                                                                       \
		static const struct ini_case cases[] = {__VA_ARGS__};                              \
                                                                                                   \
		(void)state;                                                                       \
		expect_all(&(dialect), cases, ELEMENTS(cases));                                    \
	} while (0)

static void what_all_dialects_have(void **state)
{
	EXPECT(conf, {"", ""}, {"\n\n", ""}, {"[A]", "1:[A]"}, {"[A]\nb=c", "1:[A] 2:A.b=c"},
		{" \t[A]\n\n\t b \t= c d\t\r\n", "1:[A] 3:A.b=c d"},
		{"[A]\nb=\nb=1\nB=2\nb=3\n", "1:[A] 2:A.b= 3:A.b=1 4:A.B=2 5:A.b=3"},
		{"[A]\nb=c=d\n", "1:[A] 2:A.b=c=d"},
		{"[A]\nb=1\n[B]\nb=2\n[A]\nb=3\n", "1:[A] 2:A.b=1 3:[B] 4:B.b=2 5:[A] 6:A.b=3"},
		{"\xef\xbb\xbf[A]\nb=1\n", "1:[A] 2:A.b=1"}, {"[a b]\n", "1:[a b]"});
}

static void every_line_that_is_not_understood_is_told(void **state)
{
	EXPECT(conf, {"[A]\nFrom 192.0.2.1\nb=1\n", "1:[A] 2:!no setting 3:A.b=1"},
		{"x\n", "1:!no setting"}, {"[A]\nb=1\n=2\n", "1:[A] 2:A.b=1 3:!no key"},
		{"b=1\n[A]\n", "1:!no section 2:[A]"},
		/* What stands below a broken header is not that of the section before. */
		{"[A]\nb=1\n[B\nb=2\n c\nd\n[C]\nb=3\n",
			"1:[A] 2:A.b=1 3:!header open 7:[C] 8:C.b=3"},
		{"[]\nb=1\n", "1:!header empty"}, {"[ ]\n", "1:!header empty"},
		{"[A] b=1\nc=1\n", "1:!header text"}, {"[A]]\n", "1:!header text"},
		{"[[A]\n", "1:[[A]"}, {"b]\n", "1:!no setting"},
		/* A comment for no dialect. */
		{"[A]\n//b=1\n! b\n", "1:[A] 2:A.//b=1 3:!no setting"});
}

static void nothing_is_taken_for_a_continuation(void **state)
{
	EXPECT(conf, {"[A]\n b\n", "1:[A] 2:!continues nothing"}, {" b\n", "1:!continues nothing"},
		{"[A]\nb=1\nc\n d\n", "1:[A] 2:A.b=1 3:!no setting 4:!continues nothing"},
		{"[A]\nb=1\n[B]\n c\n", "1:[A] 2:A.b=1 3:[B] 4:!continues nothing"},
		/* An indented From= is one. */
		{"[A]\n  b=1\n  c=2\n", "1:[A] 2:A.b=1 3:A.c=2"},
		{"[A]\nb=1\n  [B]\n  c=2\n", "1:[A] 2:A.b=1 3:[B] 4:B.c=2"});
}

static void lists_of_cordon_conf_go_on(void **state)
{
	EXPECT(conf, {"[A]\nb=1\n\t2,3 \n  4\nc=5\n", "1:[A] 2:A.b=1|2,3|4 5:A.c=5"},
		{"[A]\nb=\n 1\n", "1:[A] 2:A.b=|1"},
		/* Each keeps its line. */
		{"[A]\nb=1\n\n# x\n 2 # y\n   \n 3\n", "1:[A] 2:A.b=1|||2||3"},
		{"[A]\r\nb=1\r\n 2\r\n", "1:[A] 2:A.b=1|2"});
}

static void comments_of_cordon_conf(void **state)
{
	EXPECT(conf, {"# a\n; b\n  # c\n  ;d=1\n", ""},
		{"[A] # x\nb=1 # 2\nb=#1\nb=1#2\nb=1;2\n",
			"1:[A] 2:A.b=1 3:A.b= 4:A.b=1 5:A.b=1;2"},
		{"[A] ; x\n", "1:[A]"}, {"[A]\nb # =1\n", "1:[A] 2:!no setting"},
		/* Comments of another age. */
		{"# B\xfcro\n[A]\nb=1 # B\xfcro\n", "2:[A] 3:A.b=1"},
		/* A carriage return ends a line for the editor that wrote it. */
		{"# a\r[A]\rb=1\n", "1:!not text"}, {"[A]\nb=1 # x\rc=2\n", "1:[A] 2:!not text"});
}

static void quotes_of_cordon_conf(void **state)
{
	EXPECT(conf, {"[A]\nb=\"1 2\"\nb='1'\nb=\"\"\n", "1:[A] 2:A.b=1 2 3:A.b=1 4:A.b="},
		{"[A]\nb=\"\nb=\"1\nb=1\"\nb=\"1'\n",
			"1:[A] 2:A.b=\" 3:A.b=\"1 4:A.b=1\" 5:A.b=\"1'"},
		{"[A]\nb=\"1\n 2\" # x\n", "1:[A] 2:A.b=1|2"});
}

static void cordon_conf_is_text(void **state)
{
	EXPECT(conf, {"[A]\nb=\xe7\xb7\xa0\tx\n", "1:[A] 2:A.b=\xe7\xb7\xa0\tx"},
		{"[A]\nb=\xfc\n", "1:[A] 2:!not text"}, {"[A]\nb=\x1b[31m\n", "1:[A] 2:!not text"},
		{"[A]\nb\x7f=1\n", "1:[A] 2:!not text"},
		{"[A\x01]\nb=1\n", "1:!not text 2:!no section"},
		/* Right to left, and over-long: nothing may look like another thing. */
		{"[A]\nb=\xe2\x80\xae\n", "1:[A] 2:!not text"},
		{"[A]\nb=\xc0\xbd\n", "1:[A] 2:!not text"},
		{"[A]\nb=1\rc=2\n", "1:[A] 2:!not text"});
}

static void nul_bytes_are_told(void **state)
{
	static const struct ini_dialect *const dialects[] = {&conf, &unit, &repo, &xrdp};
	static const char content[] = "[A]\nb=1\0c\n\0\nd=2\0";

	(void)state;
	for (size_t i = 0; i < ELEMENTS(dialects); i++) {
		_cleanup_free_ char *found = describe(dialects[i], content, sizeof(content) - 1);

		assert_string_equal(found, "1:[A] 2:!not text 3:!not text 4:!not text");
	}
}

static void units(void **state)
{
	EXPECT(unit, {"[A]\nb=1 \\\n 2\\\n3\nc=4\n", "1:[A] 2:A.b=1   2 3 5:A.c=4"},
		{"[A]\nb=\\\n# x\\\n ; y\n1\nc=2\n", "1:[A] 2:A.b=1 6:A.c=2"},
		{"[A]\n# x \\\nb=1\n", "1:[A] 3:A.b=1"},
		{"[A]\nb=1\\\\\nc=2\n", "1:[A] 2:A.b=1\\\\ 3:A.c=2"},
		{"[A]\nb=1\\", "1:[A] 2:A.b=1"}, {"\\", ""}, {"[A]\\\nb=1\n", "1:!header text"},
		{"[A]\r\nb=1\\\r\n2\r\n", "1:[A] 2:A.b=1 2"},
		/* Neither indented lines nor quotation marks are anything. */
		{"[A]\n b=1\n c\n", "1:[A] 2:A.b=1 3:!no setting"},
		{"[A]\nb=\"1\" # 2\n", "1:[A] 2:A.b=\"1\" # 2"},
		{"[ A ]\nb=1\n", "1:[ A ] 2: A .b=1"}, {"b=1\n", "1:!no section"},
		{"[A]\nb=\xff\x01\n", "1:[A] 2:A.b=\xff\x01"});
}

static void repositories(void **state)
{
	EXPECT(repo, {"[A]\nb=1\n x=2\n\n;\n 3\nc=4\n", "1:[A] 2:A.b=1|x=2|||3 7:A.c=4"},
		/* A comment begins in the first column. */
		{"[A]\nb=1\n # 2\n", "1:[A] 2:A.b=1|# 2"}, {"[A]\nb=1 # 2\n", "1:[A] 2:A.b=1 # 2"},
		{"[A]\nb=1\n [B]\nb=2\n", "1:[A] 2:A.b=1 3:[B] 4:B.b=2"},
		{"[ A ] ; x\nb='1'\n", "1:[A] 2:A.b=1"}, {"[A] x\nb=1\n", "1:!header text"},
		{"[A]\n b=1\n", "1:[A] 2:!continues nothing"}, {"[A]\nb\n", "1:[A] 2:!no setting"});
}

static void other_files(void **state)
{
	EXPECT(xrdp, {"[A] b\nc=1 ; 2\nd=3#\n e=4\n", "1:[A] 2:A.c=1 3:A.d=3 4:A.e=4"},
		{"[A]\nb=tcp6://[::1]:1\n", "1:[A] 2:A.b=tcp6://[::1]:1"},
		{"[A\nb=1\n", "1:!header open"});
	EXPECT(release, {"A=1\n# B=2\nC=\"x y\"\nD\n", "1:A=1 3:C=\"x y\" 4:!no setting"});
}

/* In any dialect, and with each of its lines. */
static void long_values_are_whole(void **state)
{
	static const size_t lengths[] = {8191, 8192, 65536, INI_SIZE_MAX - 5};
	static char content[INI_SIZE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(lengths); i++) {
		_cleanup_free_ char *found = NULL;

		memcpy(content, "[A]\nb=", 6);
		memset(content + 6, '1', lengths[i] - 1);
		found = describe(&conf, content, lengths[i] + 5);
		assert_int_equal(strlen(found), strlen("1:[A] 2:A.b=") + lengths[i] - 1);
	}
	assert_int_equal(
		ini_parse(content, INI_SIZE_MAX, &conf, &(struct ini_visitor){0}, NULL), 0);
	assert_int_equal(ini_parse(content, INI_SIZE_MAX + 1, &conf, &teller, NULL), -EFBIG);
}

/* What each of a mebibyte of short lines costs must not grow with their number; the test's own
 * time limit would end what is quadratic. */
static void many_short_lines_take_no_time(void **state)
{
	static const char *const lines[] = {"a=\n", "a\n", "[a]\n", " a\n", "\\\n", "#\n", "\n"};
	static const struct ini_dialect *const dialects[] = {&conf, &unit, &repo, &xrdp, &release};
	static char content[INI_SIZE_MAX];

	(void)state;
	deadline_set();
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		const size_t length = strlen(lines[i]);
		size_t used = 0;

		for (; used + length <= sizeof(content); used += length)
			memcpy(content + used, lines[i], length);
		memcpy(content, "[a]a=\n", 6);
		for (size_t k = 0; k < ELEMENTS(dialects); k++) {
			_cleanup_free_ char *found = describe(dialects[k], content, used);

			assert_non_null(found);
		}
	}
	deadline_clear();
}

static int stop(void *context, const struct ini_entry *entry)
{
	(void)context;
	return strcmp(entry->key, "b") == 0 ? 7 : 0;
}

static void a_visitor_ends_the_reading(void **state)
{
	static const char content[] = "[A]\na=1\nb=2\nb\n";
	static const struct ini_visitor visitor = {.entry = stop};

	(void)state;
	assert_int_equal(ini_parse(content, strlen(content), &conf, &visitor, NULL), 7);
	assert_int_equal(ini_parse(content, 8, &conf, &visitor, NULL), 0);
}

static void problems_have_a_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(problems); i++)
		assert_non_null(ini_problem_text((enum ini_problem)i));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_all_dialects_have),
		cmocka_unit_test(every_line_that_is_not_understood_is_told),
		cmocka_unit_test(nothing_is_taken_for_a_continuation),
		cmocka_unit_test(lists_of_cordon_conf_go_on),
		cmocka_unit_test(comments_of_cordon_conf),
		cmocka_unit_test(quotes_of_cordon_conf),
		cmocka_unit_test(cordon_conf_is_text),
		cmocka_unit_test(nul_bytes_are_told),
		cmocka_unit_test(units),
		cmocka_unit_test(repositories),
		cmocka_unit_test(other_files),
		cmocka_unit_test(long_values_are_whole),
		cmocka_unit_test(many_short_lines_take_no_time),
		cmocka_unit_test(a_visitor_ends_the_reading),
		cmocka_unit_test(problems_have_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
