// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fingerprint of a listing: what is behind the last chain, or about a counter, does not change
 * it; a rule more does, wherever it is added, as does one less. No more chains are closed than say
 * so.
 */

#include "seal/inspect.h"
#include "util/cleanup.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define CHAIN  "\tchain input {\n\t\ttype filter hook input priority "
#define POLICY "; policy drop;\n"
#define END    "\n\t}\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool equal(struct fingerprint a, struct fingerprint b)
{
	return a.value == b.value && a.rules == b.rules && a.closed == b.closed;
}

static unsigned int count(const char *text_in, const char *part)
{
	unsigned int found = 0;

	for (const char *at = text_in; (at = strstr(at, part)) != NULL; at++)
		found++;
	return found;
}

/* A text between two others; printf(3) would take as long as what is tested. */
static char *join(const char *before, const char *middle, const char *behind)
{
	const size_t first = strlen(before), second = strlen(middle), third = strlen(behind);
	char *joined = malloc(first + second + third + 1);

	memcpy(joined, before, first);
	memcpy(joined + first, middle, second);
	memcpy(joined + first + second, behind, third + 1);
	return joined;
}

/* The listing inside of a chain of its own, which ends before it. */
static void check_outside(const char *listing, struct fingerprint print)
{
	_cleanup_free_ char *before = join("table inet x {\n\tcounter a {\n\t}\n\n", listing, "");
	_cleanup_free_ char *behind = join("", listing, "\n\t}\n}\n# end\n\t\taccept\n");
	_cleanup_free_ char *ended = join("", listing, END);

	assert(equal(fingerprint_of(before), print) || !strncmp(listing, "\t}", 2));
	assert(equal(fingerprint_of(behind), fingerprint_of(ended)));
}

/* Lines of the input as rules of a chain, with one more, and at another priority. */
static void check_inside(const char *rules)
{
	_cleanup_free_ char *base = join(CHAIN "0" POLICY "\t\t", rules, END);
	_cleanup_free_ char *hold = join(CHAIN "filter - 20" POLICY "\t\t", rules, END);
	_cleanup_free_ char *more = join(CHAIN "0" POLICY "\t\taccept\n\t\t", rules, END);
	_cleanup_free_ char *open = join(CHAIN "0; policy accept;\n\t\t", rules, END);
	struct fingerprint print = fingerprint_of(base), longer = fingerprint_of(more);

	assert(print.closed > 0);
	assert(equal(print, fingerprint_of(hold)));
	assert(longer.rules == print.rules + 1 && longer.value != print.value);
	assert(longer.closed == print.closed);
	assert(fingerprint_of(open).closed == print.closed - 1);
	assert(fingerprint_of(open).value != print.value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *listing = strndup((const char *)data, size);
	struct fingerprint print = fingerprint_of(listing);

	assert(print.closed <= count(listing, " policy drop;"));
	assert(print.closed <= count(listing, "\t\ttype "));
	assert(print.rules <= count(listing, "\t\t"));
	if (!strstr(listing, "\tchain "))
		assert(equal(print, fingerprint_of("")));
	check_outside(listing, print);
	check_inside(listing);
	return 0;
}
