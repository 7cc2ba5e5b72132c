// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From files to values.
 *
 * One table says which keys exist, and what reads them; the error for an unknown key lists that
 * table. libeconf splits a file into sections, keys, values and line numbers; what a value means
 * is decided here.
 */

#include "policy/policy.h"

#include "policy/layers.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"

#include <errno.h>
#include <libeconf.h>
#include <libeconf_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define FILE_SIZE_MAX  (1L << 20)
#define EXCEPTIONS_MAX 65536

DEFINE_CLEANUP(econf, econf_file *, econf_freeFile)

/* What one file says while it is being read: ports and peers meet only at its end. */
struct reading {
	struct policy *policy;
	const char *file;
	struct exception_list ports; /* of [Allow] Port= */
	struct sentences peers;	     /* of [Allow] From= */
	bool narrowed;		     /* there is a From=, whether or not any of it was understood */
	bool doubtful;		     /* something was left out that may have been meant to narrow */
};

struct key {
	const char *section, *name;
	/* Reads one word of the value, or NULL for an empty value. -ENOMEM is fatal, -EINVAL with
	 * *why leaves the word out. */
	int (*read)(struct reading *reading, const char *word, const char *source, char **why);
};

static const char *const egress_names[] = {
	[EGRESS_UPDATES] = "updates",
	[EGRESS_OPEN] = "open",
};

const char *egress_name(enum egress egress)
{
	return egress_names[egress];
}

static int read_egress(struct reading *reading, const char *word, const char *source, char **why)
{
	for (size_t i = 0; word && i < ELEMENTS(egress_names); i++) {
		char *copy;

		if (strcmp(word, egress_names[i]) != 0)
			continue;
		copy = strdup(source);
		if (!copy)
			return -ENOMEM;
		free(reading->policy->egress_source);
		reading->policy->egress_source = copy;
		reading->policy->egress = (enum egress)i;
		return 0;
	}
	return fail(why, EINVAL, "Egress=%s: not one of updates, open", word ? word : "");
}

static int add_port(struct exception_list *list, const char *key, const char *word,
	const char *source, char **why)
{
	struct exception exception = {.reason = (char *)"configured", .source = (char *)source};
	_cleanup_free_ char *reason = NULL;

	if (list->count >= EXCEPTIONS_MAX)
		return fail(why, EINVAL, "%s=%s: more than %d ports", key, word, EXCEPTIONS_MAX);
	if (exception_parse_port(word, &exception, &reason) < 0)
		return fail(why, EINVAL, "%s=%s", key, reason ? reason : word);
	return exception_add(list, &exception);
}

static int read_allow_port(
	struct reading *reading, const char *word, const char *source, char **why)
{
	if (word)
		return add_port(&reading->ports, "Port", word, source, why);
	exception_list_clear(&reading->ports);
	exception_list_clear(&reading->policy->allow);
	return 0;
}

static int read_allow_from(
	struct reading *reading, const char *word, const char *source, char **why)
{
	_cleanup_free_ char *peer = NULL, *reason = NULL;

	(void)source;
	reading->narrowed = true;
	/* Nobody, not anybody: a template whose variable was not set looks like this. */
	if (!word) {
		sentences_clear(&reading->peers);
		return 0;
	}
	if (exception_parse_peer(word, &peer, &reason) < 0)
		return fail(why, EINVAL, "From=%s", reason ? reason : word);
	return sentences_add(&reading->peers, "%s", peer);
}

static int read_egress_allow(
	struct reading *reading, const char *word, const char *source, char **why)
{
	if (word)
		return add_port(&reading->policy->egress_allow, "Allow", word, source, why);
	exception_list_clear(&reading->policy->egress_allow);
	return 0;
}

static const struct key keys[] = {
	{"Cordon", "Egress", read_egress},
	{"Allow", "Port", read_allow_port},
	{"Allow", "From", read_allow_from},
	{"Egress", "Allow", read_egress_allow},
};

static const struct key *find_key(const char *section, const char *name)
{
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (strcmp(keys[i].section, section) == 0 && strcmp(keys[i].name, name) == 0)
			return &keys[i];
	return NULL;
}

/* One value of one line: words separated by blanks or commas, or nothing at all. */
static int read_value(
	struct reading *reading, const struct key *key, const char *value, const char *source)
{
	_cleanup_free_ char *copy = strdup(value ? value : "");
	char *rest = copy, *word;
	size_t words = 0;
	int r = copy ? 0 : -ENOMEM;

	while (r == 0 && (word = strsep(&rest, " \t\n\r,")) != NULL) {
		_cleanup_free_ char *why = NULL;

		if (!*word && (rest || words > 0))
			continue;
		words++;
		r = key->read(reading, *word ? word : NULL, source, &why);
		if (r == -EINVAL)
			r = sentences_add(&reading->policy->problems, "%s: %s", source,
				why ? why : "not understood");
	}
	return r;
}

/* What may have been meant to narrow its ports keeps all ports of a file closed. */
static const char closed_ports[] = "; its [Allow] Port= stays closed";

static int report_unknown(
	struct reading *reading, const char *section, const char *name, unsigned long line)
{
	reading->doubtful = true;
	return sentences_add(&reading->policy->problems,
		"%s:%lu: [%s] %s=: no such setting; there are [Cordon] Egress=, [Allow] Port=, "
		"[Allow] From=, [Egress] Allow=%s",
		reading->file, line, section, name, closed_ports);
}

static int read_key(
	struct reading *reading, econf_file *file, const char *section, const char *name)
{
	const char *label = section ? section : "";
	const struct key *key = find_key(label, name);
	_cleanup_free_ char *source = NULL;
	econf_ext_value *value = NULL;
	int r = 0;

	if (econf_getExtValue(file, section, name, &value) != ECONF_SUCCESS)
		value = NULL;
	if (!key) {
		r = report_unknown(reading, label, name, value ? value->line_number : 0);
	} else {
		source = text("%s:%lu", reading->file, value ? value->line_number : 0UL);
		r = source ? 0 : -ENOMEM;
		if (!value || !value->values || !value->values[0])
			r = r < 0 ? r : read_value(reading, key, NULL, source);
		else
			for (size_t i = 0; r == 0 && value->values[i]; i++)
				r = read_value(reading, key, value->values[i], source);
	}
	if (value)
		econf_freeExtValue(value);
	return r;
}

/* libeconf lists a section, and a key, once for each time that it comes in the file. */
static bool is_listed(char **names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static int read_section(struct reading *reading, econf_file *file, const char *section)
{
	char **names = NULL;
	size_t count = 0;
	int r = 0;

	if (econf_getKeys(file, section, &count, &names) != ECONF_SUCCESS)
		return 0;
	for (size_t i = 0; r == 0 && i < count; i++)
		if (!is_listed(names, i, names[i]))
			r = read_key(reading, file, section, names[i]);
	econf_freeArray(names);
	return r;
}

/* Every port for every peer; for anyone only where nothing was said to narrow it. */
static int join_allowed(struct reading *reading)
{
	int r = 0;

	if (reading->doubtful)
		return 0;
	for (size_t i = 0; r == 0 && i < reading->ports.count; i++) {
		struct exception exception = reading->ports.items[i];

		if (!reading->narrowed)
			r = exception_add(&reading->policy->allow, &exception);
		for (size_t k = 0; r == 0 && k < reading->peers.count; k++) {
			exception.peer = reading->peers.items[k];
			r = exception_add(&reading->policy->allow, &exception);
		}
	}
	return r;
}

static int read_sections(struct reading *reading, econf_file *file)
{
	char **sections = NULL;
	size_t count = 0;
	int r;

	/* Keys above the first section header belong to no section; each is named as unknown. */
	r = read_section(reading, file, NULL);
	if (r < 0 || econf_getGroups(file, &count, &sections) != ECONF_SUCCESS)
		return r;
	for (size_t i = 0; r == 0 && i < count; i++)
		if (!is_listed(sections, i, sections[i]))
			r = read_section(reading, file, sections[i]);
	econf_freeArray(sections);
	return r < 0 ? r : join_allowed(reading);
}

/* How a drop-in of the same name in a weaker folder is switched off. */
static bool is_null_device(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

/* 0: read it; 1: leave it out. */
static int check_file(struct policy *policy, const char *path)
{
	_cleanup_free_ char *why = NULL, *content = NULL;
	size_t size;
	int r;

	if (is_null_device(path))
		return 1;
	r = file_check_trusted(path, &why);
	if (r == 0)
		r = file_read(path, FILE_SIZE_MAX, &content, &size);
	if (r == 0 && memchr(content, '\0', size))
		r = fail(&why, EINVAL, "%s: not read: it has NUL bytes in it", path);
	if (r == 0 || r == -ENOMEM)
		return r;
	if (!why)
		fail(&why, -r, "%s: %s", path,
			r == -EINVAL || r == -EFBIG
				? "not read: it must be a readable regular file of at most 1 MiB"
				: strerror(-r));
	r = sentences_add(&policy->problems, "%s", why);
	return r < 0 ? r : 1;
}

static int report_syntax(struct policy *policy, const char *path, econf_err error)
{
	_cleanup_free_ char *file = NULL;
	uint64_t line = 0;

	econf_errLocation(&file, &line);
	return sentences_add(&policy->problems, "%s:%lu: %s; the whole file is left out", path,
		(unsigned long)line, econf_errString(error));
}

static int read_file(struct policy *policy, const char *path)
{
	struct reading reading = {.policy = policy, .file = path};
	_cleanup_(cleanup_econf) econf_file *file = NULL;
	econf_err error;
	int r;

	r = check_file(policy, path);
	if (r != 0)
		return r < 0 ? r : 0;
	error = econf_readFile(&file, path, "=", "#");
	if (error != ECONF_SUCCESS)
		return error == ECONF_NOMEM ? -ENOMEM : report_syntax(policy, path, error);
	r = read_sections(&reading, file);
	exception_list_clear(&reading.ports);
	sentences_clear(&reading.peers);
	return r;
}

int policy_load(const char *root, struct policy *policy)
{
	_cleanup_(sentences_clear) struct sentences files = {0};
	_cleanup_(policy_clear) struct policy result = {.egress = EGRESS_UPDATES};
	int r;

	/* Without it libeconf hides the second of two lines with the same key. With it their words
	 * are one list, which an empty line begins anew, and whose line is that of the first. */
	setenv("ECONF_JOIN_SAME_ENTRIES", "1", 1);
	result.egress_source = strdup("default");
	r = result.egress_source ? layers_find(root, &files) : -ENOMEM;
	for (size_t i = 0; r == 0 && i < files.count; i++)
		r = read_file(&result, files.items[i]);
	if (r < 0)
		return r;
	*policy = result;
	result = (struct policy){0};
	return 0;
}

void policy_clear(struct policy *policy)
{
	free(policy->egress_source);
	exception_list_clear(&policy->allow);
	exception_list_clear(&policy->egress_allow);
	sentences_clear(&policy->problems);
	*policy = (struct policy){0};
}
