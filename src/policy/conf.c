// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libeconf splits a file into sections, keys, values and line numbers; what they mean is in
 * settings.c.
 *
 * The file is read by cordon, which knows how to stay below a root, whom to believe and how much to
 * read, and handed to libeconf as memory with a name in /proc: each section by itself, because
 * libeconf loses a value when the key before it, in another section, has the same name.
 */

#include "policy/conf.h"

#include "policy/settings.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <fcntl.h>
#include <libeconf.h>
#include <libeconf_ext.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define FILE_SIZE_MAX (1L << 20)

/* A file that is being read. */
struct conf {
	struct reading reading;
	const char *name;
	/* Its sections, each a file to libeconf, and how many lines are before each. */
	struct section {
		econf_file *file;
		unsigned long line;
	} * sections;
	size_t count;
};

static int read_key(
	struct conf *conf, const struct section *in, const char *section, const char *name)
{
	_cleanup_free_ char *source = NULL;
	econf_ext_value *value = NULL;
	int r;

	if (econf_getExtValue(in->file, section, name, &value) != ECONF_SUCCESS)
		value = NULL;
	source = text(
		"%s:%lu", conf->name, value ? in->line + (unsigned long)value->line_number : 0UL);
	r = source ? 0 : -ENOMEM;
	if (r == 0 && (!value || !value->values || !value->values[0]))
		r = setting_read(&conf->reading, section ? section : "", name, NULL, source);
	else
		for (size_t i = 0; r == 0 && value->values[i]; i++)
			r = setting_read(&conf->reading, section ? section : "", name,
				value->values[i], source);
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

static int read_keys(struct conf *conf, const struct section *in, const char *section)
{
	char **names = NULL;
	size_t count = 0;
	int r = 0;

	if (econf_getKeys(in->file, section, &count, &names) != ECONF_SUCCESS)
		return 0;
	for (size_t i = 0; r == 0 && i < count; i++)
		if (!is_listed(names, i, names[i]))
			r = read_key(conf, in, section, names[i]);
	econf_freeArray(names);
	return r;
}

static int read_section(struct conf *conf, const struct section *in)
{
	char **names = NULL;
	size_t count = 0;
	int r;

	/* Keys above the first section header belong to no section; each is named as unknown. */
	r = read_keys(conf, in, NULL);
	if (r < 0 || econf_getGroups(in->file, &count, &names) != ECONF_SUCCESS)
		return r;
	for (size_t i = 0; r == 0 && i < count; i++)
		r = read_keys(conf, in, names[i]);
	econf_freeArray(names);
	return r;
}

static int leave_out(struct policy *policy, const char *sentence)
{
	policy->unclear = true;
	return sentences_add(&policy->problems, "%s", sentence);
}

static int report_syntax(
	struct policy *policy, const char *name, unsigned long before, econf_err error)
{
	_cleanup_free_ char *file = NULL, *sentence = NULL;
	uint64_t line = 0;

	econf_errLocation(&file, &line);
	sentence = text(_("%s:%lu: %s; the whole file is left out"), name,
		before + (unsigned long)line, econf_errString(error));
	return sentence ? leave_out(policy, sentence) : -ENOMEM;
}

static int open_memory(const char *content, size_t size)
{
	_cleanup_close_ int fd = memfd_create("cordon.conf", MFD_CLOEXEC);
	int result;

	for (size_t done = 0; fd >= 0 && done < size;) {
		ssize_t n = write(fd, content + done, size - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	result = fd < 0 ? -errno : fd;
	fd = -1;
	return result;
}

/* 0; 1: not understood, which was said; -ENOMEM. */
static int open_section(struct conf *conf, const char *content, size_t size, unsigned long line)
{
	_cleanup_close_ int fd = open_memory(content, size);
	struct section *more =
		reallocarray(conf->sections, conf->count + 1, sizeof(*conf->sections));
	char path[64];
	econf_err error;
	int r;

	if (more)
		conf->sections = more;
	if (!more || fd < 0)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	more[conf->count] = (struct section){.line = line};
	error = econf_readFile(&more[conf->count].file, path, "=", "#");
	if (error == ECONF_SUCCESS) {
		conf->count++;
		return 0;
	}
	if (error == ECONF_NOMEM)
		return -ENOMEM;
	r = report_syntax(conf->reading.policy, conf->name, line, error);
	return r < 0 ? r : 1;
}

static bool begins_section(const char *line, const char *end)
{
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	return line < end && *line == '[';
}

/* As open_section(), for all of them. */
static int open_sections(struct conf *conf, const char *content, size_t size)
{
	const char *begin = content, *end = content + size;
	unsigned long number = 0, first = 0;
	int r = 0;

	for (const char *line = content; r == 0 && line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));

		if (line > begin && begins_section(line, end)) {
			r = open_section(conf, begin, (size_t)(line - begin), first);
			begin = line;
			first = number;
		}
		line = newline ? newline + 1 : end;
		number++;
	}
	return r == 0 && begin < end ? open_section(conf, begin, (size_t)(end - begin), first) : r;
}

static void close_sections(struct conf *conf)
{
	for (size_t i = 0; i < conf->count; i++)
		econf_freeFile(conf->sections[i].file);
	free(conf->sections);
}

int conf_parse(const char *content, size_t size, const char *name, struct policy *policy)
{
	_cleanup_(close_sections) struct conf conf = {.reading.policy = policy, .name = name};
	int r, end;

	/* Without it libeconf hides the second of two lines with the same key. With it their words
	 * are one list, which an empty line begins anew, and whose line is that of the first. */
	setenv("ECONF_JOIN_SAME_ENTRIES", "1", 1);
	r = open_sections(&conf, content, size);
	if (r != 0)
		return r < 0 ? r : 0;
	for (size_t i = 0; r == 0 && i < conf.count; i++)
		r = read_section(&conf, &conf.sections[i]);
	end = reading_end(&conf.reading);
	return r < 0 ? r : end;
}

/* How a drop-in of the same name in a weaker folder is switched off. */
static bool is_null_device(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open_in(root, path, O_PATH);
	_cleanup_free_ char *target = NULL;
	struct stat st;

	/* An image need not have devices. */
	if (file_is_link_in(root, path, &target) && strcmp(target, "/dev/null") == 0)
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
	r = file_read_trusted_in(root, path, FILE_SIZE_MAX, &content, &size, &why);
	if (r == 0 && memchr(content, '\0', size))
		r = fail(&why, EINVAL, "%s: not read: it has NUL bytes in it", path);
	else if (r == -EINVAL || r == -EFBIG)
		fail(&why, -r, "%s: not read: it must be a readable regular file of at most 1 MiB",
			path);
	else if (r < 0 && r != -ENOMEM && !why)
		fail(&why, -r, "%s: %s", path, strerror(-r));
	if (r == 0)
		return conf_parse(content, size, path, policy);
	return r == -ENOMEM || !why ? -ENOMEM : leave_out(policy, why);
}
