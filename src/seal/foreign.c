// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does somebody else filter what comes in? Only whether, never what: to foretell what foreign rules
 * do to a packet would be to write nftables again.
 *
 * The older iptables keeps its rules where nft does not see them, and says in /proc that it has
 * any.
 */

#include "seal/foreign.h"

#include "seal/nft.h"
#include "seal/seal.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/file.h"

#include <errno.h>
#include <string.h>

/* "table inet filter {": @length of "inet filter". */
static const char *table_of(const char *line, size_t line_length, size_t *length)
{
	static const char begin[] = "table ", end[] = " {";
	const char *stop = memmem(line, line_length, end, strlen(end));

	if (strncmp(line, begin, strlen(begin)) != 0 || !stop || stop < line + strlen(begin))
		return NULL;
	*length = (size_t)(stop - line) - strlen(begin);
	return line + strlen(begin);
}

static bool is_ours(const char *table, size_t length)
{
	static const char *const ours[] = {
		"inet " TABLE_BASE, "inet " TABLE_HOLD_A, "inet " TABLE_HOLD_B};

	for (size_t i = 0; i < ELEMENTS(ours); i++)
		if (strlen(ours[i]) == length && memcmp(table, ours[i], length) == 0)
			return true;
	return false;
}

int others_parse(const char *listing, struct strv *tables)
{
	static const char hook[] = " hook input ";
	const char *table = NULL, *begin;
	size_t table_length = 0;
	int r = 0;

	for (const char *line = listing; r == 0 && *line;) {
		size_t length = strcspn(line, "\n");

		begin = table_of(line, length, &table_length);
		if (begin)
			table = is_ours(begin, table_length) ? NULL : begin;
		else if (table && strncmp(line, "\t\ttype ", 7) == 0 &&
			 memmem(line, length, hook, strlen(hook))) {
			r = strv_addf(tables, "%.*s", (int)table_length, table);
			table = NULL;
		}
		line += length + (line[length] == '\n');
	}
	return r;
}

/* A line a table: "filter" is the one that has input. */
static int find_old_iptables(struct strv *tables)
{
	static const struct {
		const char *path, *name;
	} lists[] = {
		{"/proc/net/ip_tables_names", "iptables-legacy filter"},
		{"/proc/net/ip6_tables_names", "ip6tables-legacy filter"},
	};
	int r = 0;

	for (size_t i = 0; r == 0 && i < ELEMENTS(lists); i++) {
		_cleanup_free_ char *names = NULL;

		if (file_read_virtual(lists[i].path, 4096, &names, NULL) == 0 &&
			strstr(names, "filter\n"))
			r = strv_addf(tables, "%s", lists[i].name);
	}
	return r;
}

int seal_find_foreign_tables(struct strv *tables, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	_cleanup_(strv_clear) struct strv found = {0};
	_cleanup_free_ char *listing = NULL;
	int r = nft_open(&nft, why);

	if (r == 0)
		r = nft_list(nft, "list chains", &listing, why);
	if (r == 0)
		r = others_parse(listing, &found);
	if (r == 0)
		r = find_old_iptables(&found);
	return r < 0 ? r : strv_move(&found, tables);
}
