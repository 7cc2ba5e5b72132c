// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is what stands in the kernel what was put there?
 *
 * The listing of a table is reduced to its chains and rules in their order, then hashed. The two
 * tables of a seal differ in name, flag and priority only, so their fingerprints must be equal; and
 * as nobody can touch the hold, an ordinary table that differs from it was tampered with. The hash
 * finds accidents and meddling, not forgery: whoever can forge rules is root and needs no forgery.
 *
 * The listing is text and not JSON, because libnftables 1.0.6 reads memory that it has freed when
 * it writes the flags of a table as JSON.
 */

#include "seal/inspect.h"

#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define FNV_OFFSET 0xcbf29ce484222325ULL
#define FNV_PRIME  0x100000001b3ULL

static void hash(uint64_t *value, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		*value = (*value ^ (unsigned char)text[i]) * FNV_PRIME;
	*value = (*value ^ '\n') * FNV_PRIME;
}

static bool begins_with(const char *line, const char *prefix)
{
	return strncmp(line, prefix, strlen(prefix)) == 0;
}

/* "type filter hook input priority filter - 10; policy drop;" without its priority, in which the
 * hold differs. */
static void add_hook(struct fingerprint *print, const char *line, size_t length)
{
	static const char word[] = " priority ", closed[] = " policy drop;";
	const char *priority = memmem(line, length, word, strlen(word));
	const char *rest =
		priority ? memchr(priority, ';', length - (size_t)(priority - line)) : NULL;

	if (!rest)
		rest = priority = line + length;
	hash(&print->value, line, (size_t)(priority - line));
	hash(&print->value, rest, length - (size_t)(rest - line));
	print->closed += memmem(line, length, closed, strlen(closed)) != NULL;
}

struct fingerprint fingerprint_of(const char *listing)
{
	struct fingerprint print = {.value = FNV_OFFSET};
	bool in_chain = false;

	for (const char *line = listing; *line;) {
		size_t length = strcspn(line, "\n");

		if (begins_with(line, "\t}"))
			in_chain = false;
		else if (begins_with(line, "\tchain "))
			in_chain = true;
		if (in_chain && begins_with(line, "\t\ttype ")) {
			add_hook(&print, line, length);
		} else if (in_chain) {
			hash(&print.value, line, length);
			print.rules += begins_with(line, "\t\t");
		}
		line += length + (line[length] == '\n');
	}
	return print;
}

int fingerprint_read(struct nft *nft, const char *table, struct fingerprint *print, char **why)
{
	_cleanup_free_ char *command = strdup_printf("list table inet %s", table);
	_cleanup_free_ char *listing = NULL;
	int r;

	if (!command)
		return -ENOMEM;
	r = nft_list(nft, command, &listing, why);
	if (r == 0)
		*print = fingerprint_of(listing);
	return r;
}
