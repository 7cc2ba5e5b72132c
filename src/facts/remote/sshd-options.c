// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options of sshd(8), read as getopt(3) does: "-Dp 2222", "-oPort=2222", "-o 'Port 2222'".
 *
 * Ports of -p replace those of the files. An option that is not known may take a value, and then
 * nothing behind it can be told; a later OpenSSH may have one.
 */

#include "facts/remote/sshd.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <string.h>

#define FLAGS	    "46DGQRTVdeiqrt"
#define WITH_VALUES "CEbcfghkopu"

static int read_ports_option(struct sshd *sshd, const char *value, const char *source)
{
	_cleanup_free_ char *line = strdup_printf("Port %s", value);
	int r;

	/* The first -p stops the Port of files, not the next -p. */
	sshd->fixed_ports = false;
	r = line ? sshd_parse_option(sshd, line, source) : -ENOMEM;
	sshd->fixed_ports = true;
	return r;
}

static int read_option(struct sshd *sshd, char option, const char *value, const char *source)
{
	if (option == 'p')
		return read_ports_option(sshd, value, source);
	if (option == 'o')
		return sshd_parse_option(sshd, value, source);
	if (option == 'f' && strcmp(value, SSHD_CONFIG) != 0)
		return sshd_fail(sshd, "%s: -f %s: a configuration of its own", source, value);
	return 0;
}

/* One word of options. *next is the word behind it, or NULL; it becomes NULL when it was used. */
static int read_word(struct sshd *sshd, const char *word, const char **next, const char *source)
{
	const char *option = word + 1;

	if (*word != '-' || !*option)
		return sshd_fail(sshd, "%s: %s is no option of sshd", source, word);
	while (*option && strchr(FLAGS, *option))
		option++;
	if (!*option)
		return 0;
	if (!strchr(WITH_VALUES, *option))
		return sshd_fail(sshd, "%s: %s is no option of sshd", source, word);
	if (option[1])
		return read_option(sshd, *option, option + 1, source);
	if (!*next)
		return sshd_fail(sshd, "%s: %s needs a value", source, word);
	word = *next;
	*next = NULL;
	return read_option(sshd, *option, word, source);
}

int sshd_parse_options(struct sshd *sshd, const struct strv *words, const char *source)
{
	int r = 0;

	for (size_t i = 1; r == 0 && !sshd->unknown && i < words->count; i++) {
		const char *next = i + 1 < words->count ? words->items[i + 1] : NULL;
		const char *behind = next;

		r = read_word(sshd, words->items[i], &next, source);
		if (next != behind)
			i++;
	}
	return r;
}
