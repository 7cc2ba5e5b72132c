// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words on the command line are settings of cordon.conf under another name, and are read by the
 * same table. Only cordon=off has no setting: files cannot switch cordon off, but whoever holds the
 * boot loader can do worse anyway.
 *
 * In a container the kernel's command line is the host's; what the container was started with are
 * the arguments of its PID 1, as systemd itself has it.
 */

#include "policy/cmdline.h"

#include "policy/settings.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/language.h"

#include <errno.h>
#include <string.h>

#define CMDLINE_MAX 65536U
#define SOURCE	    N_("kernel command line")

static const struct {
	const char *word, *section, *name;
} words[] = {
	{"cordon.mode=", "Cordon", "Mode"},
	{"cordon.allow=", "Allow", "Port"},
	{"cordon.egress=", "Cordon", "Egress"},
};

static int report(struct reading *reading, const char *word)
{
	reading_doubt(reading);
	return strv_addf(&reading->policy->problems,
		"%s: %.100s: not understood; there are cordon=off, cordon.mode=, cordon.allow=, "
		"cordon.egress=",
		_(SOURCE), word);
}

static int read_word(struct reading *reading, const char *word)
{
	if (strncmp(word, "cordon=", 7) != 0 && strncmp(word, "cordon.", 7) != 0 &&
		strcmp(word, "cordon") != 0)
		return 0;
	if (strcmp(word, "cordon=off") == 0) {
		reading->policy->off = true;
		return 0;
	}
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		size_t length = strlen(words[i].word);

		if (strncmp(word, words[i].word, length) == 0)
			return setting_read(
				reading, words[i].section, words[i].name, word + length, SOURCE, 0);
	}
	return report(reading, word);
}

/* The next word of @*rest, without its quotes; NULL at the end. */
static char *next_word(char **rest, char *end)
{
	char *word, *to;
	bool quoted = false;

	while (*rest < end && (**rest == '\0' || strchr(" \t\n", **rest)))
		(*rest)++;
	if (*rest >= end)
		return NULL;
	word = to = *rest;
	for (; *rest < end && **rest; (*rest)++) {
		if (!quoted && strchr(" \t\n", **rest))
			break;
		if (**rest == '"')
			quoted = !quoted;
		else
			*to++ = **rest;
	}
	if (*rest < end)
		(*rest)++;
	*to = '\0';
	return word;
}

int boot_parse(const char *text, size_t size, struct policy *policy)
{
	struct reading reading = {.policy = policy};
	_cleanup_free_ char *copy = malloc(size + 1);
	char *rest = copy, *word;
	int r = 0, end;

	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, size);
	copy[size] = '\0';
	while (r == 0 && (word = next_word(&rest, copy + size)) != NULL)
		r = read_word(&reading, word);
	end = reading_end(&reading, SOURCE);
	return r < 0 ? r : end;
}

int boot_read(struct policy *policy)
{
	const char *path =
		file_exists("/run/systemd/container") ? "/proc/1/cmdline" : "/proc/cmdline";
	_cleanup_free_ char *content = NULL;
	size_t size;

	if (file_read_virtual(path, CMDLINE_MAX, &content, &size) < 0)
		return 0;
	return boot_parse(content, size, policy);
}
