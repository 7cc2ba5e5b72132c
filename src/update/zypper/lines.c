// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zypper's output as it comes, line by line: its XML is whole only when it has ended.
 *
 * <install-summary download-size="6283" ...>
 * ...<message type="info">Retrieving package x-1.1-1.noarch (1/1),   6.1 KiB ...</message>
 * <progress id="install-resolvable" name="(1/2) Installing: x-1.1-1.noarch" value="50"/>
 * <progress id="install-resolvable" name="(1/2) Installing: x-1.1-1.noarch" done="1"/>
 */

#include "update/zypper/xml.h"

#include "util/cleanup.h"
#include "util/match.h"

#include <stdio.h>
#include <string.h>

#define BYTES_MAX 1000000000000000ULL

static void set_package(struct zypper_step *step, const char *at, const char *ends)
{
	snprintf(step->package, sizeof(step->package), "%.*s", (int)strcspn(at, ends), at);
}

static bool is_count(unsigned int number, unsigned int total)
{
	return number > 0 && number <= total && total < 1000000;
}

static bool parse_install(const char *line, struct zypper_step *step)
{
	const char *name = str_after(line, "<progress id=\"install-resolvable\" name=\"(");
	const char *package = name ? str_after(name, ": ") : NULL, *value;
	unsigned int number, total, percent = 0;

	if (!package || sscanf(name, "%6u/%6u) ", &number, &total) != 2 || !is_count(number, total))
		return false;
	value = str_after(package, "\" value=\"");
	step->done = str_after(package, "\" done=\"1\"");
	if (value && (sscanf(value, "%3u\"", &percent) != 1 || percent > 100))
		return false;
	if (step->done)
		percent = 100;
	step->kind = ZYPPER_STEP_INSTALL;
	step->percent = ((number - 1) * 100 + percent) / total;
	set_package(step, package, "\"");
	return *step->package;
}

static bool parse_fetch(const char *line, struct zypper_step *step)
{
	const char *package = str_after(line, ">Retrieving package "), *count;
	unsigned int number, total;

	if (!package)
		package = str_after(line, ">In cache ");
	count = package ? str_after(package, " (") : NULL;
	if (!count || sscanf(count, "%6u/%6u)", &number, &total) != 2 || !is_count(number, total))
		return false;
	step->kind = ZYPPER_STEP_FETCH;
	step->percent = (number - 1) * 100 / total;
	set_package(step, package, " ");
	return *step->package;
}

bool zypper_step_parse(const char *line, struct zypper_step *step)
{
	struct zypper_step found = {0};

	if (!parse_install(line, &found) && !parse_fetch(line, &found))
		return false;
	*step = found;
	return true;
}

unsigned long long zypper_bytes_needed(const char *line)
{
	const char *size = str_after(line, "<install-summary download-size=\"");
	unsigned long long bytes;

	return size && sscanf(size, "%16llu\"", &bytes) == 1 && bytes <= BYTES_MAX ? bytes : 0;
}

void zypper_unescape(char *line)
{
	static const struct {
		const char *entity;
		char character;
	} entities[] = {
		{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&amp;", '&'}};
	char *to = line;

	while (*line) {
		size_t i = 0, length = 1;

		*to = *line;
		for (; *line == '&' && i < ELEMENTS(entities); i++)
			if (strncmp(line, entities[i].entity, strlen(entities[i].entity)) == 0) {
				*to = entities[i].character;
				length = strlen(entities[i].entity);
				break;
			}
		to++;
		line += length;
	}
	*to = '\0';
}
