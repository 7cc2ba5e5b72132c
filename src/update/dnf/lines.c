// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What dnf says while it works, and when it fails.
 */

#include "update/dnf/parse.h"

#include "update/manager/bytes.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/match.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define REASON_LINES 3

/* "NAME-VERSION" in a line: not as the end of another name, and not of "NAME-devel". */
static bool names(const char *line, const char *name, size_t length)
{
	for (const char *at = line; (at = strchr(at, *name)); at++)
		if (strncmp(at, name, length) == 0 && at[length] == '-' &&
			isdigit((unsigned char)at[length + 1]) && (at == line || at[-1] == ' '))
			return true;
	return false;
}

/* " Problem 1: a" and "  - b" become "a; b". */
static char *join_problem(char *sofar, const char *line)
{
	const char *begin = starts_with(line, " Problem") ? strstr(line, ": ") : NULL;
	char *longer;

	line = begin ? begin + 2 : line + strspn(line, " \t-");
	longer = sofar ? strdup_printf("%s; %s", sofar, line) : strdup(line);
	free(sofar);
	return longer;
}

char *dnf_problem_find(const char *error, const char *package)
{
	_cleanup_free_ char *copy = strdup(error), *problem = NULL;
	const char *dot = strrchr(package, '.');
	const size_t length = dot ? (size_t)(dot - package) : strlen(package);
	char *rest = copy, *line;
	bool found = false;

	while (copy && length > 0 && (line = strsep(&rest, "\n"))) {
		const bool begins = starts_with(line, " Problem");

		if (!begins && !(problem && starts_with(line, "  - "))) {
			if (found)
				break;
			free(TAKE_PTR(problem));
			continue;
		}
		if (begins && found)
			break;
		if (begins)
			free(TAKE_PTR(problem));
		problem = join_problem(TAKE_PTR(problem), line);
		found = found || names(line, package, length);
	}
	return found ? TAKE_PTR(problem) : NULL;
}

/* "3/17" */
static bool read_fraction(const char *at, unsigned int *percent)
{
	char *slash, *end;
	unsigned long part = strtoul(at, &slash, 10), whole;

	if (slash == at || *slash != '/' || !isdigit((unsigned char)slash[1]))
		return false;
	whole = strtoul(slash + 1, &end, 10);
	if (whole == 0 || whole > 1000000 || part > whole)
		return false;
	*percent = (unsigned int)(part * 100 / whole);
	return true;
}

static void copy_word(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%.*s", (int)strcspn(from, " :"), from);
}

/* "(2/4): libfoo-1.1-1.noarch.rpm   1.2 MB/s | 6.1 kB   00:00" */
static bool read_download(const char *line, struct dnf_step *step)
{
	const char *name = strstr(line, "): ");

	if (*line != '(' || !name || !read_fraction(line + 1, &step->percent))
		return false;
	step->kind = DNF_STEP_DOWNLOAD;
	copy_word(step->package, sizeof(step->package), name + 3);
	return true;
}

static void read_verb(struct dnf_step *step, const char *verb)
{
	static const char *const installing[] = {
		"Installing", "Upgrading", "Reinstalling", "Downgrading"};

	copy_word(step->verb, sizeof(step->verb), verb);
	step->kind = DNF_STEP_OTHER;
	for (size_t i = 0; i < ELEMENTS(installing); i++)
		if (strcmp(step->verb, installing[i]) == 0)
			step->kind = DNF_STEP_INSTALL;
}

/* "  Upgrading        : libfoo-1.1-1.noarch                 1/17 " */
static bool read_work(const char *line, struct dnf_step *step)
{
	const char *colon = strstr(line, ": "), *fraction;

	fraction = memrchr(line, ' ', trimmed_length(line, " "));
	if (!starts_with(line, "  ") || !isupper((unsigned char)line[2]) || !colon || !fraction ||
		fraction < colon + 1 || !read_fraction(fraction + 1, &step->percent))
		return false;
	read_verb(step, line + 2);
	colon += 2;
	snprintf(step->package, sizeof(step->package), "%.*s", (int)strcspn(colon, " "), colon);
	return true;
}

/* dnf5: "[ 3/17] Upgrading libfoo-0:1.1-1.noarch   100% | ..." */
static bool read_work_of_5(const char *line, struct dnf_step *step)
{
	const char *verb = strstr(line, "] "), *package;

	if (*line != '[' || !verb ||
		!read_fraction(line + 1 + strspn(line + 1, " "), &step->percent))
		return false;
	verb += 2;
	package = verb + strcspn(verb, " ");
	package += strspn(package, " ");
	read_verb(step, verb);
	if (step->kind == DNF_STEP_OTHER)
		return false;
	snprintf(step->package, sizeof(step->package), "%.*s", (int)strcspn(package, " "), package);
	return true;
}

bool dnf_step_parse(const char *line, struct dnf_step *step)
{
	struct dnf_step found = {0};

	if (!read_download(line, &found) && !read_work(line, &found) &&
		!read_work_of_5(line, &found))
		return false;
	*step = found;
	return true;
}

unsigned long long dnf_bytes_needed(const char *line)
{
	static const struct bytes_unit units[] = {
		{" k", 1024.0}, {" M", 1048576.0}, {" G", 1073741824.0}, {"", 1}, {NULL, 0}};

	return bytes_announced(line, "Total download size: ", units);
}

/* About a key that is taken, or that there is nothing to say. */
static bool is_noise(const char *line)
{
	static const char *const begins[] = {"Importing GPG key", " Userid ", " Fingerprint",
		" From ", "Key imported", "Errors during downloading", "Operation aborted",
		"Unable to detect release version"};

	if (!line[strspn(line, " \t-")])
		return true;
	for (size_t i = 0; i < ELEMENTS(begins); i++)
		if (starts_with(line, begins[i]))
			return true;
	return false;
}

/* The last few lines: dnf explains first, and ends with "Error: ...". */
char *dnf_reason_find(const char *error)
{
	_cleanup_free_ char *copy = strdup(error ? error : ""), *reason = NULL;
	char *lines[REASON_LINES] = {NULL}, *rest = copy, *line;

	while (copy && (line = strsep(&rest, "\n"))) {
		if (is_noise(line))
			continue;
		memmove(lines, lines + 1, sizeof(lines) - sizeof(*lines));
		lines[REASON_LINES - 1] = line + strspn(line, " \t-");
	}
	for (size_t i = 0; i < REASON_LINES; i++) {
		char *longer;

		if (!lines[i])
			continue;
		longer = reason ? strdup_printf("%s; %s", reason, lines[i]) : strdup(lines[i]);
		free(reason);
		reason = longer;
	}
	return TAKE_PTR(reason);
}

enum retry_reason dnf_retry_reason_find(int status, const char *error, bool clock_is_behind)
{
	static const struct {
		const char *sign;
		enum retry_reason retry_reason;
	} signs[] = {
		{"can't create transaction lock", RETRY_LOCK},
		{"certificate is not yet valid", RETRY_CLOCK},
		{"certificate has expired", RETRY_STALE},
	};

	if (status == 200)
		return RETRY_LOCK;
	for (size_t i = 0; error && i < ELEMENTS(signs); i++)
		if (strstr(error, signs[i].sign))
			return signs[i].retry_reason;
	return clock_is_behind && error && strstr(error, "Bad GPG signature") ? RETRY_CLOCK
									      : RETRY_NONE;
}
