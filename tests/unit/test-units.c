// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * facts/units: what systemd will do with a unit, by the files that it reads.
 *
 * What is expected of links and masks is what `systemctl --root=FOLDER is-enabled` says of the same
 * files.
 */

#include "tree.h"

#include "facts/systemd/units.h"
#include "util/fail.h"

#include <string.h>

#define ETC	"/etc/systemd/system"
#define RUN	"/run/systemd/system"
#define LIB	"/usr/lib/systemd/system"
#define PRESETS "/usr/lib/systemd/system-preset"
#define UNIT	"[Unit]\nDescription=Of a test\n"

/* A table's cases get a root of their own each. */
static const char *case_root(const char *root, size_t number)
{
	_cleanup_free_ char *name = strdup_printf("/%zu", number);

	return tree_folder(root, name);
}

/* "masked /etc/systemd/system/a.service" */
static char *describe_state(const char *root, const char *unit)
{
	static const char *const names[] = {"absent", "disabled", "enabled", "masked"};
	char untouched[] = "untouched";
	char *source = untouched;
	_cleanup_free_ char *owned = NULL;
	int state = unit_file_state(root, unit, &source);

	assert_in_range(state, UNIT_ABSENT, UNIT_MASKED);
	assert_ptr_not_equal(source, untouched);
	owned = source;
	assert_int_equal(state, unit_file_state(root, unit, NULL));
	return strdup_printf("%s%s%s", names[state], source ? " " : "", source ? source : "");
}

static void expect_state(const char *root, const char *unit, const char *expected)
{
	_cleanup_free_ char *found = describe_state(root, unit);

	assert_string_equal(found, expected);
}

static void what_is_not_there_is_absent(void **state)
{
	expect_state(*state, "a.service", "absent");
	/* As it stays behind when a package is gone. */
	tree_link(*state, ETC "/multi-user.target.wants/a.service", LIB "/a.service");
	expect_state(*state, "a.service", "absent");
	tree_write(*state, LIB "/b.service", UNIT);
	expect_state(*state, "a.service", "absent");
}

static void what_nothing_wants_is_disabled(void **state)
{
	static const char *const folders[] = {
		"/lib/systemd/system", LIB, "/usr/local/lib/systemd/system", RUN, ETC};

	/* From the weakest folder to the strongest. */
	for (size_t i = 0; i < ELEMENTS(folders); i++) {
		_cleanup_free_ char *path = strdup_printf("%s/a.service", folders[i]);
		_cleanup_free_ char *expected = strdup_printf("disabled %s", path);

		tree_write(*state, path, UNIT);
		expect_state(*state, "a.service", expected);
	}
}

/* Of a merged /usr; a link to anywhere else is a folder like any other. */
static void a_lib_that_is_a_link_is_looked_at_once(void **state)
{
	tree_link(*state, "/lib", "usr/lib");
	tree_write(*state, LIB "/a.service", UNIT);
	tree_link(*state, LIB "/sysinit.target.wants/a.service", "../a.service");
	expect_state(*state, "a.service", "enabled " LIB "/sysinit.target.wants/a.service");
}

static void a_lib_that_is_elsewhere_is_looked_at_as_well(void **state)
{
	tree_link(*state, "/lib", "opt");
	tree_write(*state, "/opt/systemd/system/a.service", UNIT);
	expect_state(*state, "a.service", "disabled /lib/systemd/system/a.service");
}

/* What one lookup has listed holds for the units that it is asked for next. */
static void one_lookup_tells_units_apart(void **state)
{
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = *state};

	tree_write(*state, LIB "/a.service", UNIT);
	tree_write(*state, LIB "/b.service", UNIT);
	tree_link(*state, ETC "/multi-user.target.wants/b.service", LIB "/b.service");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(unit_lookup_state(&lookup, "a.service", NULL), UNIT_DISABLED);
		assert_int_equal(unit_lookup_state(&lookup, "b.service", NULL), UNIT_ENABLED);
		assert_int_equal(unit_lookup_state(&lookup, "c.service", NULL), UNIT_ABSENT);
	}
}

/* What cannot be listed as a whole is looked up name by name. */
static void a_folder_of_too_many_units_hides_none(void **state)
{
	char path[64];

	tree_write(*state, LIB "/a.service", UNIT);
	tree_write(*state, LIB "/b.service", UNIT);
	for (int i = 0; i < 4096; i++) {
		snprintf(path, sizeof(path), LIB "/%d.service", i);
		tree_link(*state, path, "a.service");
	}
	tree_link(*state, ETC "/multi-user.target.wants/b.service", LIB "/b.service");
	expect_state(*state, "a.service", "disabled " LIB "/a.service");
	expect_state(*state, "b.service", "enabled " ETC "/multi-user.target.wants/b.service");
	expect_state(*state, "c.service", "absent");
}

struct link_case {
	const char *path, *target, *expected;
};

/* Every case: a.service of the vendor's, and one link. */
static void expect_links(const char *root, const struct link_case *cases, size_t count)
{
	unsigned int failures = 0;

	for (size_t i = 0; i < count; i++) {
		const char *one = case_root(root, i);
		_cleanup_free_ char *found = NULL;

		tree_write(one, LIB "/a.service", UNIT);
		tree_link(one, cases[i].path, cases[i].target);
		found = describe_state(one, "a.service");
		if (strcmp(found, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("%s -> %s\n  gave     \"%s\"\n  in place of \"%s\"\n", cases[i].path,
			cases[i].target, found, cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

#define ENABLES(path, target)                                                                      \
	{                                                                                          \
		path, target, "enabled " path                                                      \
	}
#define DISABLED "disabled " LIB "/a.service"

static void links_enable(void **state)
{
	static const struct link_case cases[] = {
		ENABLES(ETC "/multi-user.target.wants/a.service", LIB "/a.service"),
		ENABLES(ETC "/multi-user.target.wants/a.service", "../a.service"),
		ENABLES(ETC "/multi-user.target.wants/a.service",
			"../../../../usr/lib/systemd/system/a.service"),
		/* Not merged: what counts is the name. */
		ENABLES(ETC "/sysinit.target.wants/a.service", "/lib/systemd/system/a.service"),
		ENABLES(ETC "/b.service.requires/a.service", LIB "/a.service"),
		ENABLES(RUN "/multi-user.target.wants/a.service", LIB "/a.service"),
		ENABLES(LIB "/multi-user.target.wants/a.service", "../a.service"),
		ENABLES("/usr/local/lib/systemd/system/b.target.wants/a.service", LIB "/a.service"),
		/* Alias= of its [Install] section. */
		ENABLES(ETC "/alias.service", LIB "/a.service"),
		ENABLES(ETC "/alias.service", "../../../usr/lib/systemd/system/a.service"),
		ENABLES(RUN "/alias.service", LIB "/a.service"),
	};

	expect_links(*state, cases, ELEMENTS(cases));
}

static void other_links_do_not_enable(void **state)
{
	static const struct link_case cases[] = {
		/* The vendor's other names are there whether it is enabled or not. */
		{LIB "/alias.service", "a.service", DISABLED},
		{LIB "/alias.service", LIB "/a.service", DISABLED},
		{ETC "/multi-user.target.wants/b.service", LIB "/b.service", DISABLED},
		{ETC "/multi-user.target.wants/a.service", "/dev/null", DISABLED},
		{ETC "/multi-user.target.wanted/a.service", LIB "/a.service", DISABLED},
		{ETC "/.wants/a.service", LIB "/a.service", DISABLED},
		{ETC "/alias.service", LIB "/aa.service", DISABLED},
		{ETC "/alias.service", "/dev/null", DISABLED},
		{"/etc/systemd/user/default.target.wants/a.service", LIB "/a.service", DISABLED},
		/* Linked from elsewhere, or copied, is not started yet. */
		{ETC "/a.service", LIB "/a.service", "disabled " ETC "/a.service"},
	};

	expect_links(*state, cases, ELEMENTS(cases));
}

/* Debian: the unit is ssh.service, and sshd.service its alias. */
static void an_alias_leads_to_its_unit(void **state)
{
	tree_write(*state, LIB "/ssh.service", UNIT);
	expect_state(*state, "sshd.service", "absent");
	tree_link(*state, ETC "/sshd.service", "/lib/systemd/system/ssh.service");
	expect_state(*state, "sshd.service", "enabled " ETC "/sshd.service");
	expect_state(*state, "ssh.service", "enabled " ETC "/sshd.service");
	tree_link(*state, ETC "/multi-user.target.wants/ssh.service", LIB "/ssh.service");
	expect_state(*state, "sshd.service", "enabled " ETC "/multi-user.target.wants/ssh.service");
}

static void an_alias_of_the_vendor_leads_to_its_unit(void **state)
{
	tree_write(*state, LIB "/a.service", UNIT);
	tree_link(*state, LIB "/alias.service", "a.service");
	expect_state(*state, "alias.service", DISABLED);
	tree_link(*state, ETC "/b.target.wants/a.service", LIB "/a.service");
	expect_state(*state, "alias.service", "enabled " ETC "/b.target.wants/a.service");
}

static void aliases_that_lead_nowhere_are_absent(void **state)
{
	tree_link(*state, ETC "/a.service", "b.service");
	tree_link(*state, ETC "/b.service", "a.service");
	expect_state(*state, "a.service", "absent");
	tree_link(*state, ETC "/c.service", LIB "/gone.service");
	expect_state(*state, "c.service", "absent");
}

/* A link that is broken is no unit: systemctl has an error for each of these. */
static void broken_links_are_no_units(void **state)
{
	static const struct link_case cases[] = {
		{ETC "/broken.service", LIB "/broken.service", "absent"},
		{ETC "/broken.service", "broken.service", "absent"},
		{ETC "/broken.service", "/", "absent"},
		{ETC "/broken.service", "..", "absent"},
		{ETC "/broken.service", "/opt/", "absent"},
	};
	unsigned int failures = 0;

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const char *one = case_root(*state, i);
		_cleanup_free_ char *found = NULL;

		tree_link(one, cases[i].path, cases[i].target);
		found = describe_state(one, "broken.service");
		if (strcmp(found, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("-> %s: %s\n", cases[i].target, found);
	}
	assert_int_equal(failures, 0);
}

static void links_mask(void **state)
{
	static const struct link_case cases[] = {
		{ETC "/a.service", "/dev/null", "masked " ETC "/a.service"},
		{RUN "/a.service", "/dev/null", "masked " RUN "/a.service"},
	};

	expect_links(*state, cases, ELEMENTS(cases));
}

static void a_relative_link_to_null_masks(void **state)
{
	static const struct link_case cases[] = {
		{ETC "/a.service", "../../../dev/null", "masked " ETC "/a.service"},
	};

	expect_links(*state, cases, ELEMENTS(cases));
}

static void an_empty_file_masks(void **state)
{
	tree_write(*state, LIB "/a.service", UNIT);
	tree_write(*state, ETC "/a.service", "");
	expect_state(*state, "a.service", "masked " ETC "/a.service");
	/* Of the vendor it is no decision of anybody's. */
	tree_write(*state, LIB "/b.service", "");
	expect_state(*state, "b.service", "disabled " LIB "/b.service");
}

static void a_mask_is_stronger_than_what_wants_the_unit(void **state)
{
	tree_write(*state, LIB "/a.service", UNIT);
	tree_link(*state, ETC "/multi-user.target.wants/a.service", LIB "/a.service");
	tree_link(*state, ETC "/alias.service", LIB "/a.service");
	tree_link(*state, RUN "/a.service", "/dev/null");
	expect_state(*state, "a.service", "masked " RUN "/a.service");
	expect_state(*state, "alias.service", "masked " RUN "/a.service");
	/* And a unit of the administrator's is stronger than that. */
	tree_write(*state, ETC "/a.service", UNIT);
	expect_state(*state, "a.service", "enabled " ETC "/alias.service");
}

static void a_masked_alias_leaves_its_unit(void **state)
{
	tree_write(*state, LIB "/a.service", UNIT);
	tree_link(*state, LIB "/alias.service", "a.service");
	tree_link(*state, ETC "/alias.service", "/dev/null");
	expect_state(*state, "alias.service", "masked " ETC "/alias.service");
	expect_state(*state, "a.service", DISABLED);
}

static void what_is_no_file_masks_nothing(void **state)
{
	tree_write(*state, LIB "/a.service", UNIT);
	tree_fifo(*state, ETC "/a.service");
	expect_state(*state, "a.service", "disabled " ETC "/a.service");
}

/* Presets: "enable FILE:LINE", "disable FILE:LINE", "silent". */
static char *describe_preset(const char *root, const char *unit)
{
	static const char *const names[] = {"silent", "enable", "disable"};
	char untouched[] = "untouched";
	char *source = untouched;
	_cleanup_free_ char *owned = NULL;
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};
	int preset = unit_preset(&lookup, unit, &source);

	assert_in_range(preset, PRESET_SILENT, PRESET_DISABLE);
	assert_ptr_not_equal(source, untouched);
	owned = source;
	assert_int_equal(preset, unit_preset(&lookup, unit, NULL));
	return strdup_printf("%s%s%s", names[preset], source ? " " : "", source ? source : "");
}

static void expect_preset(const char *root, const char *unit, const char *expected)
{
	_cleanup_free_ char *found = describe_preset(root, unit);

	assert_string_equal(found, expected);
}

struct preset_case {
	const char *content, *expected;
};

static void lines_of_presets(void **state)
{
	static const struct preset_case cases[] = {
		{"", "silent"},
		{"enable a.service\n", "enable 1"},
		{"disable a.service", "disable 1"},
		{"# disable a.service\n; disable a.service\n\nenable a.service\n", "enable 4"},
		{" \tenable \t a.service \n", "enable 1"},
		{"enable a.service\r\ndisable *\r\n", "enable 1"},
		/* The first line that matches counts. */
		{"disable a.service\nenable a.service\n", "disable 1"},
		{"enable a.*\ndisable a.service\n", "enable 1"},
		{"disable ?.service\n", "disable 1"},
		{"disable [!b].service\n", "disable 1"},
		{"disable *.socket\nenable b.service\n", "silent"},
		{"disable *\n", "disable 1"},
		{"enable b.service\ndisable *\nenable a.service\n", "disable 2"},
		/* Everything is enabled: no word about this one, and none after it counts. */
		{"enable *\n", "silent"},
		{"enable *\ndisable a.service\n", "silent"},
		{"disable a.service\nenable *\n", "disable 1"},
		/* Left alone: no later line counts. */
		{"ignore a.service\ndisable *\n", "silent"},
		{"ignore *\nenable a.service\n", "silent"},
		{"ignore b.service\ndisable *\n", "disable 2"},
		/* Several words are no line of systemd's, but for a template. */
		{"enable b.service a.service\n", "silent"},
		{"disable a.service # by us\nenable a.service\n", "enable 2"},
		{"disable b@.service a.service\nenable a.service\n", "enable 2"},
		/* Not words of systemd.preset(5), or not whole ones. */
		{"ignores a.service\nenabled a.service\nenablea.service\nenable\ndisable\n",
			"silent"},
		{"Disable a.service\n", "silent"},
		{"disable a\ndisable a.service.d\ndisable a.servic\n", "silent"},
		{"a.service\n", "silent"},
		{"disable \\*\n", "silent"},
		{"disable [\ndisable [a\n", "silent"},
	};
	unsigned int failures = 0;

	for (size_t i = 0; i < ELEMENTS(cases); i++) {
		const char *one = case_root(*state, i), *colon;
		_cleanup_free_ char *found = NULL, *brief = NULL;

		tree_write(one, PRESETS "/50-test.preset", cases[i].content);
		found = describe_preset(one, "a.service");
		colon = strrchr(found, ':');
		brief = colon ? strdup_printf("%.*s %s", (int)strcspn(found, " "), found, colon + 1)
			      : strdup(found);
		if (strcmp(brief, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("%s\n  gave     \"%s\"\n  in place of \"%s\"\n", cases[i].content,
			found, cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

static void without_presets_all_is_silent(void **state)
{
	expect_preset(*state, "a.service", "silent");
	tree_write(*state, PRESETS "/README", "disable *\n");
	tree_write(*state, PRESETS "/.preset", "disable *\n");
	tree_write(*state, PRESETS "/90.preset.rpmsave", "disable *\n");
	expect_preset(*state, "a.service", "silent");
}

static void presets_of_fedora(void **state)
{
	tree_write(*state, PRESETS "/90-default.preset",
		"# Security\n\nenable firewalld.service\nenable sshd.service\n");
	tree_write(*state, PRESETS "/99-default-disable.preset", "disable *\n");
	expect_preset(*state, "firewalld.service", "enable " PRESETS "/90-default.preset:3");
	expect_preset(
		*state, "nftables.service", "disable " PRESETS "/99-default-disable.preset:1");
}

/* In the order of their names, wherever they lie. */
static void presets_are_read_by_name(void **state)
{
	tree_write(*state, PRESETS "/50-b.preset", "enable a.service\n");
	tree_write(*state, "/etc/systemd/system-preset/60-c.preset", "disable a.service\n");
	expect_preset(*state, "a.service", "enable " PRESETS "/50-b.preset:1");
	tree_write(*state, "/run/systemd/system-preset/40-a.preset", "\ndisable a.service\n");
	expect_preset(*state, "a.service", "disable /run/systemd/system-preset/40-a.preset:2");
}

static void of_presets_of_one_name_the_strongest_counts(void **state)
{
	tree_write(*state, "/lib/systemd/system-preset/50-a.preset", "enable a.service\n");
	expect_preset(*state, "a.service", "enable /lib/systemd/system-preset/50-a.preset:1");
	tree_write(*state, PRESETS "/50-a.preset", "disable a.service\n");
	expect_preset(*state, "a.service", "disable " PRESETS "/50-a.preset:1");
	/* Even if it has nothing to say. */
	tree_link(*state, "/etc/systemd/system-preset/50-a.preset", "/dev/null");
	expect_preset(*state, "a.service", "silent");
}

static void bad_presets_are_passed_over(void **state)
{
	static char bytes[(2U << 20)];

	memset(bytes, '\n', sizeof(bytes));
	memcpy(bytes, "disable *", 9);
	tree_write_bytes(*state, PRESETS "/10-long.preset", bytes, sizeof(bytes));
	tree_fifo(*state, PRESETS "/20-fifo.preset");
	tree_folder(*state, PRESETS "/30-folder.preset");
	tree_link(*state, PRESETS "/40-link.preset", "/nowhere");
	tree_write_bytes(*state, PRESETS "/50-nul.preset", "\0disable *\n", 11);
	tree_write(*state, PRESETS "/90-good.preset", "enable a.service\n");
	expect_preset(*state, "a.service", "enable " PRESETS "/90-good.preset:1");
}

/* "22@/usr/lib/systemd/system/a.socket:2; ..." */
static char *describe_settings(const char *root, const char *unit)
{
	_cleanup_(strv_clear) struct strv values = {0}, sources = {0}, only = {0};
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};
	char *all = strdup("");

	assert_int_equal(
		unit_read_setting(&lookup, unit, "Socket", "ListenStream", &values, &sources), 0);
	assert_int_equal(values.count, sources.count);
	assert_int_equal(
		unit_read_setting(&lookup, unit, "Socket", "ListenStream", &only, NULL), 0);
	assert_int_equal(values.count, only.count);
	for (size_t i = 0; i < values.count; i++) {
		char *longer = strdup_printf(
			"%s%s%s@%s", all, i ? "; " : "", values.items[i], sources.items[i]);

		assert_string_equal(values.items[i], only.items[i]);
		free(all);
		all = longer;
	}
	return all;
}

static void expect_settings(const char *root, const char *unit, const char *expected)
{
	_cleanup_free_ char *found = describe_settings(root, unit);

	assert_string_equal(found, expected);
}

struct setting_case {
	const char *content, *expected; /* "VALUE:LINE; ..." */
};

static void expect_lines(const char *root, const struct setting_case *cases, size_t count)
{
	unsigned int failures = 0;

	for (size_t i = 0; i < count; i++) {
		_cleanup_(strv_clear) struct strv values = {0}, sources = {0};
		_cleanup_free_ char *found = strdup("");
		const char *one = case_root(root, i);
		_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = one};

		tree_write(one, LIB "/a.socket", cases[i].content);
		assert_int_equal(unit_read_setting(&lookup, "a.socket", "Socket", "ListenStream",
					 &values, &sources),
			0);
		for (size_t k = 0; k < values.count; k++) {
			char *longer = strdup_printf("%s%s%s%s", found, k ? "; " : "",
				values.items[k], strrchr(sources.items[k], ':'));

			free(found);
			found = longer;
		}
		if (strcmp(found, cases[i].expected) == 0)
			continue;
		failures++;
		print_error("%s\n  gave     \"%s\"\n  in place of \"%s\"\n", cases[i].content,
			found, cases[i].expected);
	}
	assert_int_equal(failures, 0);
}

static void lines_of_units(void **state)
{
	static const struct setting_case cases[] = {
		{"", ""},
		{"[Socket]\nListenStream=22\n", "22:2"},
		{"[Socket]\nListenStream=22", "22:2"},
		{"[Socket]\r\nListenStream=22\r\n", "22:2"},
		{" [Socket] \n \tListenStream \t= \t22\t \n", "22:2"},
		{"[Socket]\nListenStream=22\nAccept=no\nListenStream=[::1]:2222\n",
			"22:2; [::1]:2222:4"},
		{"[Socket]\nListenStream=a=b\n", "a=b:2"},
		/* Sections: another one's, none, repeated, and names that are longer or shorter. */
		{"ListenStream=1\n[Unit]\nListenStream=2\n[Socket]\nListenStream=3\n"
		 "[Install]\nListenStream=4\n[Socket]\nListenStream=5\n",
			"3:5; 5:9"},
		{"[Sockets]\nListenStream=1\n[Sock]\nListenStream=2\n[socket]\nListenStream=3\n",
			""},
		{"[Socket]\nListenStreams=1\nListen=2\nListenDatagram=3\nlistenstream=4\n", ""},
		{"[Socket]\n#ListenStream=1\n;ListenStream=2\n  # "
		 "ListenStream=3\nListenStream\n=4\n",
			""},
		/* An empty value takes back what came before. */
		{"[Socket]\nListenStream=1\nListenStream=\nListenStream=2\n", "2:4"},
		{"[Socket]\nListenStream=1\nListenStream= \t\n", ""},
		/* A backslash at the end of a line. */
		{"[Socket]\nListenStream=\\\n22\n", "22:2"},
		{"[Socket]\nListenStream=2\\2\n", "2\\2:2"},
		{"[Socket]\nDescription=a \\\nListenStream=1\n", ""},
		{"[Socket]\nListenStream=22\\", "22:2"},
		/* One that is quoted itself goes nowhere. */
		{"[Socket]\nDescription=a\\\\\nListenStream=1\n", "1:3"},
		{"[Socket]\nDescription=a\\\\\\\nListenStream=1\n", ""},
	};

	expect_lines(*state, cases, ELEMENTS(cases));
}

static void lines_after_a_continued_one_keep_their_number(void **state)
{
	static const struct setting_case cases[] = {
		{"[Socket]\nSymlinks=a \\\n b \\\n c\nListenStream=22\n", "22:5"},
	};

	expect_lines(*state, cases, ELEMENTS(cases));
}

/* systemd.syntax(7): comments are left out before lines are joined. */
static void comments_do_not_go_on(void **state)
{
	static const struct setting_case cases[] = {
		{"[Socket]\n# by default: \\\nListenStream=22\n", "22:3"},
		{"[Socket]\nListenStream=\\\n# not this\n22\n", "22:2"},
	};

	expect_lines(*state, cases, ELEMENTS(cases));
}

static void a_unit_that_is_not_there_has_no_settings(void **state)
{
	expect_settings(*state, "a.socket", "");
	tree_write(*state, ETC "/a.socket.d/10.conf", "[Socket]\nListenStream=1\n");
	expect_settings(*state, "a.socket", "");
	tree_fifo(*state, LIB "/b.socket");
	expect_settings(*state, "b.socket", "");
}

/* Debian 13 and Ubuntu: ssh.socket, and what sshd-socket-generator leaves in /run. */
static void dropins_come_after_the_unit(void **state)
{
	tree_write(*state, LIB "/ssh.socket", "[Socket]\nListenStream=22\n");
	tree_write(*state, RUN "/ssh.socket.d/addresses.conf",
		"[Socket]\nListenStream=\nListenStream=0.0.0.0:2222\nListenStream=[::]:2222\n");
	expect_settings(*state, "ssh.socket",
		"0.0.0.0:2222@" RUN "/ssh.socket.d/addresses.conf:3; [::]:2222@" RUN
		"/ssh.socket.d/addresses.conf:4");
}

static void dropins_are_read_by_name(void **state)
{
	tree_write(*state, LIB "/a.socket", "[Socket]\nListenStream=1\n");
	tree_write(*state, LIB "/a.socket.d/30.conf", "[Socket]\nListenStream=4\n");
	tree_write(*state, ETC "/a.socket.d/20.conf", "[Socket]\nListenStream=3\n");
	tree_write(*state, "/usr/local/lib/systemd/system/a.socket.d/10.conf",
		"[Socket]\nListenStream=2\n");
	tree_write(*state, ETC "/a.socket.d/05.conf.bak", "[Socket]\nListenStream=9\n");
	tree_write(*state, ETC "/b.socket.d/05.conf", "[Socket]\nListenStream=9\n");
	expect_settings(*state, "a.socket",
		"1@" LIB "/a.socket:2; 2@/usr/local/lib/systemd/system/a.socket.d/10.conf:2; "
		"3@" ETC "/a.socket.d/20.conf:2; 4@" LIB "/a.socket.d/30.conf:2");
}

static void of_dropins_of_one_name_the_strongest_counts(void **state)
{
	tree_write(*state, LIB "/a.socket", "[Socket]\nListenStream=1\n");
	tree_write(*state, LIB "/a.socket.d/10.conf", "[Socket]\nListenStream=2\n");
	tree_write(*state, LIB "/a.socket.d/20.conf", "[Socket]\nListenStream=3\n");
	tree_write(*state, ETC "/a.socket.d/10.conf", "[Socket]\nListenStream=4\n");
	tree_link(*state, ETC "/a.socket.d/20.conf", "/dev/null");
	expect_settings(*state, "a.socket", "1@" LIB "/a.socket:2; 4@" ETC "/a.socket.d/10.conf:2");
}

static void the_strongest_unit_counts_alone(void **state)
{
	tree_write(*state, LIB "/a.socket", "[Socket]\nListenStream=1\n");
	tree_write(*state, ETC "/a.socket", "[Socket]\nListenStream=2\n");
	tree_link(*state, ETC "/alias.socket", "a.socket");
	expect_settings(*state, "a.socket", "2@" ETC "/a.socket:2");
	expect_settings(*state, "alias.socket", "2@" ETC "/a.socket:2");
}

static void bad_dropins_are_passed_over(void **state)
{
	static char bytes[(2U << 20)];

	memset(bytes, '\n', sizeof(bytes));
	memcpy(bytes, "[Socket]\nListenStream=\n", 23);
	tree_write(*state, LIB "/a.socket", "[Socket]\nListenStream=1\n");
	tree_fifo(*state, ETC "/a.socket.d/10.conf");
	tree_folder(*state, ETC "/a.socket.d/20.conf");
	tree_link(*state, ETC "/a.socket.d/30.conf", "30.conf");
	tree_write_bytes(*state, ETC "/a.socket.d/40.conf", bytes, sizeof(bytes));
	expect_settings(*state, "a.socket", "1@" LIB "/a.socket:2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		tree_test(what_is_not_there_is_absent),
		tree_test(what_nothing_wants_is_disabled),
		tree_test(a_lib_that_is_a_link_is_looked_at_once),
		tree_test(a_lib_that_is_elsewhere_is_looked_at_as_well),
		tree_test(one_lookup_tells_units_apart),
		tree_test(a_folder_of_too_many_units_hides_none),
		tree_test(links_enable),
		tree_test(other_links_do_not_enable),
		tree_test(an_alias_leads_to_its_unit),
		tree_test(an_alias_of_the_vendor_leads_to_its_unit),
		tree_test(aliases_that_lead_nowhere_are_absent),
		tree_test(broken_links_are_no_units),
		tree_test(links_mask),
		tree_test(a_relative_link_to_null_masks),
		tree_test(an_empty_file_masks),
		tree_test(a_mask_is_stronger_than_what_wants_the_unit),
		tree_test(a_masked_alias_leaves_its_unit),
		tree_test(what_is_no_file_masks_nothing),
		tree_test(lines_of_presets),
		tree_test(without_presets_all_is_silent),
		tree_test(presets_of_fedora),
		tree_test(presets_are_read_by_name),
		tree_test(of_presets_of_one_name_the_strongest_counts),
		tree_test(bad_presets_are_passed_over),
		tree_test(lines_of_units),
		tree_test(lines_after_a_continued_one_keep_their_number),
		tree_test(comments_do_not_go_on),
		tree_test(a_unit_that_is_not_there_has_no_settings),
		tree_test(dropins_come_after_the_unit),
		tree_test(dropins_are_read_by_name),
		tree_test(of_dropins_of_one_name_the_strongest_counts),
		tree_test(the_strongest_unit_counts_alone),
		tree_test(bad_dropins_are_passed_over),
	};
	return cmocka_run_group_tests(tests, tree_become_root, NULL);
}
