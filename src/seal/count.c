// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the seal kept out, read from the tables that stand.
 *
 * One listing of a table has its counters and the elements of its sets. It is text, as everywhere
 * in this room (see inspect.c), and of an element only what comes first is fixed: address, protocol
 * and port. What follows differs in order from version to version, with or without what expires
 * when, so the number of packets is looked for by its name.
 *
 * A table may be replaced between any two looks at it. Then what was listed under its name may be
 * its successor's, so that the kernel is asked before and after which table it is.
 */

#include "seal/count.h"

#include "seal/nft.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

/* "packets 12", wherever it stands. False: it is not there. */
static bool find_packets(const char *place, uint64_t *packets)
{
	static const char word[] = "packets ";
	const char *number = strstr(place, word);

	if (!number)
		return false;
	*packets = strtoull(number + strlen(word), NULL, 10);
	return true;
}

/* Counters as nft lists them: "counter NAME {" and below it "packets N bytes N"; 0 without one. */
static uint64_t find_counter(const char *listing, const char *name)
{
	_cleanup_free_ char *head = strdup_printf("counter %s {", name);
	const char *place = head ? strstr(listing, head) : NULL;
	uint64_t packets = 0;

	if (place)
		find_packets(place, &packets);
	return packets;
}

static int count_table(struct nft *nft, const char *table, struct seal_counts *counts, char **why)
{
	_cleanup_free_ char *command = strdup_printf("list counters table inet %s", table);
	_cleanup_free_ char *listing = NULL;
	int r = command ? nft_list(nft, command, &listing, why) : -ENOMEM;

	if (r < 0)
		return r;
	counts->blocked_in += find_counter(listing, "blocked_in");
	counts->blocked_forward += find_counter(listing, "blocked_forward");
	counts->refused_out += find_counter(listing, "refused_out");
	return 0;
}

/* A packet ends at the first table that refuses it, so the sum over the tables is right. */
int seal_count(struct seal_counts *counts, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	struct seal_counts result = {0};
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r == 0)
		r = nft_open(&nft, why);
	for (size_t i = 0; r == 0 && i < tables.count; i++)
		r = count_table(nft, tables.items[i].name, &result, why);
	if (r == 0)
		*counts = result;
	return r;
}

static bool parse_address(const char *text, char address[static INET6_ADDRSTRLEN])
{
	const int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	struct in6_addr binary;

	return inet_pton(family, text, &binary) == 1 &&
	       inet_ntop(family, &binary, address, INET6_ADDRSTRLEN);
}

/* As a number, which is what was asked for, or by its name. 0: another one. */
static unsigned int parse_protocol(const char *text)
{
	if (strcmp(text, "6") == 0 || strcmp(text, "tcp") == 0)
		return IPPROTO_TCP;
	return strcmp(text, "17") == 0 || strcmp(text, "udp") == 0 ? IPPROTO_UDP : 0;
}

/* "192.0.2.7 . 6 . 22 counter packets 3 bytes 180 expires 23h59m58s" */
static bool parse_element(const char *element, struct seal_attempt *attempt)
{
	char address[INET6_ADDRSTRLEN], protocol[8], end = ' ';

	if (sscanf(element, " %45s . %7s . %5u%c", address, protocol, &attempt->port, &end) < 3 ||
		end != ' ' || attempt->port > UINT16_MAX)
		return false;
	attempt->protocol = parse_protocol(protocol);
	return attempt->protocol && parse_address(address, attempt->address) &&
	       find_packets(element, &attempt->packets);
}

/* Every element up to the brace; the text is taken apart. Returns what is behind the brace. */
static char *parse_elements(char *elements, struct table_counters *witness)
{
	char *rest = elements, *element;

	strsep(&rest, "}");
	while ((element = strsep(&elements, ",")) != NULL)
		if (witness->count < ATTEMPTS_MAX &&
			parse_element(element, &witness->attempts[witness->count]))
			witness->count++;
	return rest;
}

/* The counter was listed a moment before the elements. */
static uint64_t at_least_noted(uint64_t packets, const struct table_counters *witness)
{
	uint64_t noted = 0;

	for (size_t i = 0; i < witness->count; i++)
		if (__builtin_add_overflow(noted, witness->attempts[i].packets, &noted))
			return UINT64_MAX;
	return noted > packets ? noted : packets;
}

int table_counters_parse(const char *listing, struct table_counters *witness)
{
	static const char begin[] = "elements = {";
	_cleanup_free_ char *copy = strdup(listing);
	struct table_counters result = {.attempts = calloc(ATTEMPTS_MAX, sizeof(*result.attempts))};
	char *rest = copy;

	if (!copy || !result.attempts) {
		free(result.attempts);
		return -ENOMEM;
	}
	while (rest && (rest = strstr(rest, begin)) != NULL)
		rest = parse_elements(rest + strlen(begin), &result);
	witness->attempts = result.attempts;
	witness->count = result.count;
	witness->packets = at_least_noted(find_counter(listing, "blocked_in"), &result);
	return 0;
}

/* 1: the table that was listed still stands; 0: it is gone, or another one has its name. */
static int still_stands(const struct table *table, char **why)
{
	const struct table *now;
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r < 0)
		return r;
	now = tables_find(&tables, table->name);
	return now && now->handle == table->handle;
}

static int hear(
	struct nft *nft, const struct table *table, struct table_counters *witness, char **why)
{
	_cleanup_free_ char *command = strdup_printf("list table inet %s", table->name);
	_cleanup_free_ char *listing = NULL;
	int r = command ? nft_list_elements(nft, command, &listing, why) : -ENOMEM;

	if (r == 0)
		r = table_counters_parse(listing, witness);
	if (r < 0)
		return r;
	snprintf(witness->table, sizeof(witness->table), "%s", table->name);
	witness->handle = table->handle;
	return 0;
}

static int add_witness(
	struct nft *nft, const struct table *table, struct seal_attempts *attempts, char **why)
{
	struct table_counters witness = {.count = 0};
	_cleanup_free_ char *lack = NULL;
	int r = hear(nft, table, &witness, &lack), stands = still_stands(table, why);

	if (r == 0 && stands == 1) {
		attempts->witnesses[attempts->count++] = witness;
		return 0;
	}
	free(witness.attempts);
	if (stands < 1)
		return stands;
	return fail(why, -r, "%s", lack ? lack : strerror(-r));
}

int seal_attempts(struct seal_attempts *attempts, char **why)
{
	_cleanup_(seal_attempts_clear) struct seal_attempts result = {.count = 0};
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	struct tables tables = {.count = 0};
	int r = tables_read(&tables, why);

	if (tables_cannot_be(r))
		r = 0;
	if (r == 0 && tables.count > 0)
		r = nft_open(&nft, why);
	for (size_t i = 0; r == 0 && i < tables.count && i < SEAL_WITNESSES_MAX; i++)
		r = add_witness(nft, &tables.items[i], &result, why);
	if (r < 0)
		return r;
	*attempts = result;
	result = (struct seal_attempts){.count = 0};
	return 0;
}

void seal_attempts_clear(struct seal_attempts *attempts)
{
	for (size_t i = 0; i < attempts->count; i++)
		free(attempts->witnesses[i].attempts);
	*attempts = (struct seal_attempts){.count = 0};
}
