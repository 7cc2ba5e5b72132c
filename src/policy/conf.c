// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * util/ini splits a file into sections, keys, values and line numbers; what they mean is in
 * settings.c. Here is whom to believe, and what a line costs that is not understood.
 *
 * MUST NOT let such a line open anything: it may have been a From=.
 */

#include "policy/conf.h"

#include "policy/settings.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/ini.h"
#include "util/language.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Said in cordon.conf(5). */
static const struct ini_dialect dialect = {
	.continuation = INI_INDENT_WITHOUT_SETTING,
	.comments = "#;",
	.trailing = "#",
	.quotes = true,
	.text_only = true,
};

/* A text that is being read. */
struct conf {
	struct reading reading;
	const char *name;
};

static int conf_entry(void *context, const struct ini_entry *entry)
{
	struct conf *conf = context;

	return setting_read(
		&conf->reading, entry->section, entry->key, entry->value, conf->name, entry->line);
}

static char *explain_line(enum ini_problem problem)
{
	const char *what = _(ini_problem_text(problem));

	switch (problem) {
	case INI_HEADER_OPEN:
	case INI_HEADER_EMPTY:
	case INI_HEADER_TEXT:
		return strdup_printf(
			_("%s; all up to the next section is left out, and [Allow] Port= of "
			  "this file stays closed"),
			what);
	default:
		return strdup_printf(
			_("%s; the line is left out, and [Allow] Port= of this file stays "
			  "closed"),
			what);
	}
}

static int conf_problem(void *context, enum ini_problem problem, unsigned int line)
{
	struct conf *conf = context;
	_cleanup_free_ char *source = strdup_printf("%s:%u", conf->name, line);
	_cleanup_free_ char *sentence = explain_line(problem);

	reading_doubt(&conf->reading);
	return source && sentence ? reading_problem(&conf->reading, source, sentence) : -ENOMEM;
}

static int leave_out(struct policy *policy, const char *sentence)
{
	policy->unclear = true;
	return strv_addf(&policy->problems, "%s", sentence);
}

static int refuse_size(struct policy *policy, const char *name)
{
	_cleanup_free_ char *sentence = strdup_printf(
		_("%s: not read: it must be a readable regular file of at most 1 MiB"), name);

	return sentence ? leave_out(policy, sentence) : -ENOMEM;
}

int conf_parse(const char *content, size_t size, const char *name, struct policy *policy)
{
	static const struct ini_visitor visitor = {.entry = conf_entry, .problem = conf_problem};
	struct conf conf = {.reading.policy = policy, .name = name};
	int r = ini_parse(content, size, &dialect, &visitor, &conf);
	int end = reading_end(&conf.reading, name);

	if (r == -EFBIG)
		return refuse_size(policy, name);
	return r < 0 ? r : end;
}

/* How a drop-in of the same name in a weaker folder is switched off. */
static bool is_null_device(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open_in(root, path, O_PATH);
	_cleanup_free_ char *target = NULL;
	struct stat st;

	/* An image need not have devices. */
	if (file_is_link_in(root, path, &target) && file_is_null_target(target))
		return true;
	return fd >= 0 && fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

int conf_read(const char *root, const char *path, struct policy *policy)
{
	_cleanup_free_ char *why = NULL, *content = NULL;
	size_t size = 0;
	int r;

	if (is_null_device(root, path))
		return 0;
	r = file_read_trusted_in(root, path, INI_SIZE_MAX, &content, &size, &why);
	if (r == -EINVAL || r == -EFBIG)
		return refuse_size(policy, path);
	if (r == 0 && memchr(content, '\0', size))
		r = fail(&why, EINVAL, "%s: not read: it has NUL bytes in it", path);
	else if (r < 0 && r != -ENOMEM && !why)
		fail(&why, -r, "%s: %s", path, strerror(-r));
	if (r == 0)
		return conf_parse(content, size, path, policy);
	return r == -ENOMEM || !why ? -ENOMEM : leave_out(policy, why);
}
