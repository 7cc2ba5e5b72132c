// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sshd: whatever is read, files that include each other end, and what is unknown opens nothing.
 *
 * Up to three texts with NULs between them: sshd_config, the options, and what an Include leads to.
 */

#include "facts/remote/sshd.h"
#include "util/cleanup.h"
#include "util/words.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SIZE_LIMIT 512

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *included;

static int include(struct sshd *sshd, const char *pattern, const char *source, unsigned int depth)
{
	assert(pattern && source && depth > 0);
	return sshd_parse(sshd, "included", included, depth);
}

static void read_options(struct sshd *sshd, const char *options)
{
	_cleanup_(strv_clear) struct strv words = {0};
	char *word;

	while (words_next(&options, &word) == 1) {
		assert(strv_addf(&words, "%s", word) == 0);
		free(word);
	}
	assert(sshd_parse_options(sshd, &words, "ssh.service") == 0);
}

/* The text behind the next NUL; "" behind the last. */
static const char *next_text(const char *text, const char *end)
{
	text += strlen(text);
	return text < end ? text + 1 : text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strv_clear) struct strv problems = {0};
	_cleanup_(sshd_clear) struct sshd sshd = {.problems = &problems, .include = include};
	_cleanup_(exception_list_clear) struct exception_list ports = {0};
	char texts[SIZE_LIMIT + 1] = {0};
	const char *options;

	/* Many lines of the same cost time and find nothing. */
	if (size > SIZE_LIMIT)
		size = SIZE_LIMIT;
	memcpy(texts, data, size);
	options = next_text(texts, texts + size);
	included = next_text(options, texts + size);
	read_options(&sshd, options);
	if (!sshd.unknown)
		assert(sshd_parse(&sshd, SSHD_CONFIG, texts, 0) == 0);
	assert(sshd_add_ports(&sshd, &ports) == 0);
	assert(!sshd.unknown || (ports.count == 0 && problems.count > 0));
	for (size_t i = 0; i < ports.count; i++) {
		const struct exception *port = &ports.items[i];

		assert(port->protocol == IPPROTO_TCP && port->first > 0);
		assert(port->first == port->last && !port->peer && port->source);
	}
	return 0;
}
