// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A firewall that runs says nothing by itself: Fedora ships firewalld switched on, Debian ships
 * nftables.service switched off. What counts is that a person changed something: enabled what the
 * vendor leaves off, switched off or masked what the vendor has on, or wrote rules.
 *
 * MUST NOT find a person where there is none: cordon stands aside then, for good. What cannot be
 * read, or could have been written by anybody but root, is said and does not count.
 */

#include "facts/firewall/firewall.h"

#include "facts/firewall/packaged.h"
#include "facts/systemd/units.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/match.h"

#include <errno.h>
#include <string.h>

#define FILE_MAX (1U << 20)

/* Where findings go. */
struct search {
	const char *root;
	struct unit_lookup *units;
	struct sourced_list *managed, *as_shipped;
	struct strv *problems;
};

/* 0; 1: not to be believed, which was said; -ENOENT: not there; -ENOMEM. */
static int read_file(const struct search *search, const char *path, char **content, size_t *size)
{
	_cleanup_free_ char *why = NULL;
	int r = file_read_trusted_in(search->root, path, FILE_MAX, content, size, &why);

	if (r == 0 || r == -ENOMEM)
		return r;
	if ((r == -ENOENT || r == -ENOTDIR) && !file_is_link_in(search->root, path, NULL))
		return -ENOENT;
	if (!why)
		fail(&why, -r, "%s: %s", path, strerror(-r));
	r = strv_addf(search->problems, "%s; a firewall that it enables does not count",
		why ? why : path);
	return r < 0 ? r : 1;
}

/* The value of the last NAME=VALUE of a file that a shell would read; "" without one. */
static void read_variable(char *content, const char *name, char *value, size_t size, int *line)
{
	char *rest = content, *text_line;
	size_t length = strlen(name);

	value[0] = '\0';
	for (int number = 1; (text_line = strsep(&rest, "\n")) != NULL; number++) {
		text_line += strspn(text_line, " \t");
		if (strncmp(text_line, name, length) != 0 || text_line[length] != '=')
			continue;
		text_line += length + 1;
		text_line += strspn(text_line, "\"'");
		snprintf(value, size, "%.*s", (int)strcspn(text_line, "\"' \t\r;"), text_line);
		*line = number;
	}
}

/*
 * Is there a unit of this name, or only what was said about one? A package that was removed without
 * purging leaves its configuration, and on older Debians a link to /dev/null that masks its unit.
 */
static bool is_installed(const struct search *search, const char *unit)
{
	static const char *const folders[] = {
		"/usr/lib/systemd/system", "/lib/systemd/system", "/usr/local/lib/systemd/system"};
	bool is = false;

	for (size_t i = 0; !is && i < ELEMENTS(folders); i++) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folders[i], unit);

		is = path && file_exists_in(search->root, path);
	}
	return is;
}

/* ufw starts at these two words and no other. */
int firewall_parse_ufw(char *content)
{
	char value[16];
	int line = 0;

	read_variable(content, "ENABLED", value, sizeof(value), &line);
	return strcmp(value, "yes") == 0 || strcmp(value, "YES") == 0 ? line : 0;
}

static int look_at_ufw(const struct search *search)
{
	static const char path[] = "/etc/ufw/ufw.conf";
	_cleanup_free_ char *content = NULL, *source = NULL;
	int line, r;

	if (!is_installed(search, "ufw.service"))
		return 0;
	r = read_file(search, path, &content, NULL);
	if (r != 0)
		return r == -ENOMEM ? r : 0;
	line = firewall_parse_ufw(content);
	if (line == 0)
		return sourced_add(search->as_shipped, path, "ufw is not enabled");
	source = strdup_printf("%s:%d", path, line);
	return source ? sourced_add(search->managed, source, "ufw is enabled") : -ENOMEM;
}

/* ufw writes each rule that somebody gave it behind such a comment. */
static int look_at_ufw_rules(const struct search *search)
{
	static const char *const paths[] = {"/etc/ufw/user.rules", "/etc/ufw/user6.rules"};

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		_cleanup_free_ char *content = NULL;
		int r = read_file(search, paths[i], &content, NULL);

		if (r == 0 && strstr(content, "### tuple ###"))
			r = sourced_add(search->managed, paths[i], "ufw has rules of somebody's");
		if (r == -ENOMEM)
			return r;
	}
	return 0;
}

/* Rules in a file, and what has systemd load it. */
struct rules {
	const char *unit, *name;
	const char *paths[3]; /* with a '/' at the end: every *.conf in this folder */
	/* Does this file have rules that a person wrote? 1, 0, -EAGAIN when that cannot be told. */
	int (*is_written)(const char *root, const char *path, const char *content, size_t size);
};

static int is_changed(const char *root, const char *path, const char *content, size_t size)
{
	int packaged = packaged_look(root, path, content, size);

	return packaged == PACKAGED_UNKNOWN ? -EAGAIN : packaged == PACKAGED_CHANGED;
}

static int has_settings(const char *root, const char *path, const char *content, size_t size)
{
	(void)root;
	(void)path;
	(void)size;
	return !packaged_is_only_comments(content);
}

/* The package saves the empty rules of the machine when it is installed. */
bool firewall_parse_iptables(const char *content)
{
	for (const char *line = content; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "-A ", 3) == 0 ||
			(*line == ':' && memmem(line, strcspn(line, "\n"), " DROP", 5)))
			return true;
	}
	return false;
}

static int has_iptables_rules(const char *root, const char *path, const char *content, size_t size)
{
	(void)root;
	(void)path;
	(void)size;
	return firewall_parse_iptables(content);
}

static const struct rules rules[] = {
	{"nftables.service", "nftables",
		{"/etc/nftables.conf", "/etc/sysconfig/nftables.conf", NULL}, is_changed},
	{"netfilter-persistent.service", "iptables-persistent",
		{"/etc/iptables/rules.v4", "/etc/iptables/rules.v6", NULL}, has_iptables_rules},
	{"shorewall.service", "shorewall", {"/etc/shorewall/zones", NULL}, has_settings},
	{"shorewall6.service", "shorewall6", {"/etc/shorewall6/zones", NULL}, has_settings},
	{"ferm.service", "ferm", {"/etc/ferm/ferm.conf", NULL}, is_changed},
	{"foomuuri.service", "foomuuri", {"/etc/foomuuri/", NULL}, is_changed},
};

/* 1: written by a person, or nobody can tell, and that was said; 0: neither. */
static int look_at_file(const struct search *search, const struct rules *one, const char *path)
{
	_cleanup_free_ char *content = NULL;
	size_t size;
	int r = read_file(search, path, &content, &size);

	if (r != 0)
		return r == -ENOENT ? 0 : r;
	r = one->is_written(search->root, path, content, size);
	if (r == 0)
		return 0;
	if (r == -EAGAIN)
		r = strv_addf(search->problems,
			"%s: it cannot be told whether this is what its package shipped, because "
			"dpkg is not done; it does not count as a firewall of somebody's",
			path);
	else
		r = sourced_add(
			search->managed, path, "%s is enabled with rules of somebody's", one->name);
	return r < 0 ? r : 1;
}

/* As look_at_file(), for a file or for those of a folder. */
static int look_at_path(const struct search *search, const struct rules *one, const char *path)
{
	_cleanup_(strv_clear) struct strv names = {0};
	bool said = false;

	if (path[strlen(path) - 1] != '/')
		return look_at_file(search, one, path);
	if (file_list_in(search->root, path, &names) == -ENOMEM)
		return -ENOMEM;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *file = strdup_printf("%s%s", path, names.items[i]);
		int r;

		if (!file)
			return -ENOMEM;
		if (names.items[i][0] == '.' || !ends_with(file, ".conf"))
			continue;
		r = look_at_file(search, one, file);
		if (r < 0)
			return r;
		said = said || r == 1;
	}
	return said;
}

static int look_at_rules(const struct search *search, const struct rules *one)
{
	_cleanup_free_ char *source = NULL;
	int r = unit_lookup_state(search->units, one->unit, &source);
	bool said = false;

	if (r < 0 || r == UNIT_ABSENT || r == UNIT_MASKED)
		return r < 0 ? r : 0;
	if (r == UNIT_DISABLED)
		return sourced_add(search->as_shipped, source, "%s is not enabled", one->name);
	for (size_t i = 0; one->paths[i]; i++) {
		r = look_at_path(search, one, one->paths[i]);
		if (r < 0)
			return r;
		said = said || r == 1;
	}
	if (said)
		return 0;
	return sourced_add(
		search->as_shipped, source, "%s is enabled as it was shipped", one->name);
}

/*
 * Anaconda runs `firewall-offline-cmd --enabled --service=ssh` even where nobody was asked about a
 * firewall. That writes the default zone to /etc though it has ssh already: the packaged file,
 * byte for byte.
 */
static bool is_packaged_zone(
	const struct search *search, const char *path, const char *content, size_t size)
{
	_cleanup_free_ char *packaged_path = strdup_printf("/usr/lib%s", path + strlen("/etc"));
	_cleanup_free_ char *packaged = NULL;
	size_t packaged_size;

	return packaged_path &&
	       file_read_in(search->root, packaged_path, FILE_MAX, &packaged, &packaged_size) ==
		       0 &&
	       packaged_size == size && memcmp(packaged, content, size) == 0;
}

/* The same for a zone or policy. */
static int look_at_zone(const struct search *search, const char *path)
{
	_cleanup_free_ char *content = NULL;
	size_t size;
	int r = read_file(search, path, &content, &size);

	if (r != 0)
		return r == -ENOENT ? 0 : r;
	if (is_packaged_zone(search, path, content, size))
		return 0;
	r = sourced_add(search->managed, path, "firewalld has a zone or policy of somebody's");
	return r < 0 ? r : 1;
}

/* 1: a zone or policy of somebody's, or one that cannot be believed, and that was said; 0: none. */
static int look_at_zones(const struct search *search, const char *folder)
{
	_cleanup_(strv_clear) struct strv names = {0};
	bool said = false;

	if (file_list_in(search->root, folder, &names) == -ENOMEM)
		return -ENOMEM;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = strdup_printf("%s/%s", folder, names.items[i]);
		const char *dot = strrchr(names.items[i], '.');
		int r;

		if (!path)
			return -ENOMEM;
		if (!dot || strcmp(dot, ".xml") != 0)
			continue;
		r = look_at_zone(search, path);
		if (r < 0)
			return r;
		said = said || r == 1;
	}
	return said;
}

/* Zones and policies below /etc are the administrator's, or the installer's on the word of one:
 * packages put theirs below /usr. */
static int look_at_folders(const struct search *search)
{
	static const char *const folders[] = {"/etc/firewalld/zones", "/etc/firewalld/policies"};
	bool said = false;

	for (size_t i = 0; i < ELEMENTS(folders); i++) {
		int r = look_at_zones(search, folders[i]);

		if (r < 0)
			return r;
		said = said || r == 1;
	}
	return said;
}

static int look_at_firewalld(const struct search *search)
{
	_cleanup_free_ char *source = NULL;
	int r = unit_lookup_state(search->units, "firewalld.service", &source);

	if (r < 0 || r != UNIT_ENABLED)
		return r < 0 ? r : 0;
	r = look_at_folders(search);
	if (r != 0)
		return r < 0 ? r : 0;
	return sourced_add(
		search->as_shipped, source, "firewalld is enabled with its packaged zones");
}

static const char *const units[] = {"ufw.service", "firewalld.service", "nftables.service",
	"netfilter-persistent.service", "iptables.service", "ip6tables.service",
	"shorewall.service", "shorewall6.service", "ferm.service", "foomuuri.service"};

/* A link is root's, whose folder it is in; an empty file may be anybody's. */
static int look_at_mask(const struct search *search, const char *unit, const char *source)
{
	_cleanup_free_ char *content = NULL;
	int r = 0;

	if (!is_installed(search, unit))
		return 0;
	if (!file_is_link_in(search->root, source, NULL))
		r = read_file(search, source, &content, NULL);
	if (r != 0)
		return r == -ENOMEM ? r : 0;
	return sourced_add(search->managed, source, "%s is masked", unit);
}

/* What a person did to the unit itself, against what the vendor's presets say of it by name. */
static int look_at_unit(const struct search *search, const char *unit)
{
	_cleanup_free_ char *source = NULL, *preset_source = NULL;
	int state = unit_lookup_state(search->units, unit, &source), preset;

	if (state < 0 || state == UNIT_ABSENT)
		return state < 0 ? state : 0;
	if (state == UNIT_MASKED)
		return look_at_mask(search, unit, source);
	preset = unit_preset(search->units, unit, &preset_source);
	if (preset < 0)
		return preset;
	if (preset == PRESET_ENABLE && state == UNIT_DISABLED)
		return sourced_add(search->managed, preset_source,
			"%s was switched off; its vendor has it on", unit);
	if (preset == PRESET_DISABLE && state == UNIT_ENABLED)
		return sourced_add(
			search->managed, source, "%s was switched on; its vendor has it off", unit);
	return 0;
}

int firewall_find(struct unit_lookup *lookup, struct sourced_list *managed,
	struct sourced_list *as_shipped, struct strv *problems)
{
	const struct search search = {lookup->root, lookup, managed, as_shipped, problems};
	int r = look_at_ufw(&search);

	if (r == 0)
		r = look_at_firewalld(&search);
	for (size_t i = 0; r == 0 && i < ELEMENTS(rules); i++)
		r = look_at_rules(&search, &rules[i]);
	for (size_t i = 0; r == 0 && i < ELEMENTS(units); i++)
		r = look_at_unit(&search, units[i]);
	return r;
}

int firewall_find_rules(const char *root, enum firewall firewall, struct sourced_list *rules_found,
	struct strv *problems)
{
	_cleanup_(sourced_list_clear) struct sourced_list as_shipped = {0};
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};
	const struct search search = {root, &lookup, rules_found, &as_shipped, problems};
	int r;

	switch (firewall) {
	case FIREWALL_UFW:
		r = look_at_ufw(&search);
		return r < 0 ? r : look_at_ufw_rules(&search);
	case FIREWALL_FIREWALLD:
		r = look_at_folders(&search);
		break;
	default:
		r = 0;
		for (size_t i = 0; r >= 0 && rules[0].paths[i]; i++)
			r = look_at_path(&search, &rules[0], rules[0].paths[i]);
	}
	return r < 0 ? r : 0;
}

bool firewall_is_on(const char *root, enum firewall firewall)
{
	_cleanup_(sourced_list_clear) struct sourced_list managed = {0}, as_shipped = {0};
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_(unit_lookup_clear) struct unit_lookup lookup = {.root = root};
	const struct search search = {root, &lookup, &managed, &as_shipped, &problems};

	if (firewall != FIREWALL_UFW)
		return unit_lookup_state(&lookup,
			       firewall == FIREWALL_FIREWALLD ? "firewalld.service"
							      : "nftables.service",
			       NULL) == UNIT_ENABLED;
	return look_at_ufw(&search) == 0 && managed.count > 0;
}
