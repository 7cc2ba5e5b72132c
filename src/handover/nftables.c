// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nftables: a table of its own in a file of its own, which the file that nftables.service loads
 * includes. Loaded by itself, and not by starting the service, which on Debian flushes everybody's
 * tables first.
 */

#include "handover/backend.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/match.h"
#include "util/stream.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define NFT	 "/usr/sbin/nft"
#define TABLE	 "inet cordon_handover"
#define FOLDER	 "/etc/nftables.d"
#define RULES	 FOLDER "/cordon.nft"
#define INCLUDE	 "include \"" RULES "\"\n"
#define MAIN_MAX (1U << 20)

/* The last two: where distributions have what nftables.service loads. */
static const char *const files[] = {
	RULES, "/etc/sysconfig/nftables.conf", "/etc/nftables.conf", NULL};

static const char *main_file(void)
{
	return file_exists(files[1]) ? files[1] : files[2];
}

static void write_port(FILE *out, const struct exception *e)
{
	_cleanup_free_ char *port = handover_port(e, '-');

	fputs("\t\t", out);
	if (e->peer)
		fprintf(out, "%s saddr %s ", exception_peer_is_ipv6(e->peer) ? "ip6" : "ip",
			e->peer);
	fprintf(out, "%s dport %s accept\n", handover_protocol(e), port ? port : "0");
}

/* What a server needs to be on a network at all is as in the seal (seal/ruleset.c). */
static void write_table(FILE *out, const struct exception_list *allow)
{
	fputs("# Written by cordon finish --handover=nftables: what may reach this server.\n"
	      "# It is yours: change it as you like. systemctl reload nftables has it loaded.\n"
	      "table " TABLE "\n"
	      "delete table " TABLE "\n"
	      "table " TABLE " {\n"
	      "\tchain input {\n"
	      "\t\ttype filter hook input priority filter; policy drop;\n"
	      "\t\tiif lo accept\n"
	      "\t\tct state established,related accept\n"
	      "\t\ticmp type echo-request accept\n"
	      "\t\ticmpv6 type { echo-request, nd-router-advert, nd-neighbor-solicit, "
	      "nd-neighbor-advert, mld-listener-query } accept\n"
	      "\t\tudp sport 67 udp dport 68 accept\n"
	      "\t\tmeta nfproto ipv6 udp dport 546 accept\n",
		out);
	for (size_t i = 0; i < allow->count; i++)
		write_port(out, &allow->items[i]);
	/* Published ports of containers do not come in, but through. */
	fputs("\t}\n"
	      "\tchain forward {\n"
	      "\t\ttype filter hook forward priority filter; policy drop;\n"
	      "\t\tct state established,related accept\n"
	      "\t}\n"
	      "}\n",
		out);
}

static int publish_rules(const struct exception_list *allow, char **why)
{
	_cleanup_free_ char *content = NULL;
	struct stream stream;
	FILE *out = stream_open(&stream);

	if (!out)
		return -ENOMEM;
	write_table(out, allow);
	content = stream_close(&stream);
	return content ? handover_publish(FOLDER, RULES, content, why) : -ENOMEM;
}

/* The main file with the line that includes ours, or without it; the rest is as it was. */
static int change_main(bool include, char **why)
{
	const char *path = main_file();
	_cleanup_free_ char *old = NULL, *new = NULL;
	struct stat st;
	char *at;
	int r = file_read(path, MAIN_MAX, &old, NULL);

	if (r < 0 || stat(path, &st) < 0)
		return fail(why, r < 0 ? -r : errno, "%s: cannot be read: %s", path,
			strerror(r < 0 ? -r : errno));
	at = strstr(old, INCLUDE);
	if ((at != NULL) == include)
		return 0;
	if (include)
		new = strdup_printf("%s%s" INCLUDE, old, ends_with(old, "\n") ? "" : "\n");
	else
		new = strdup_printf("%.*s%s", (int)(at - old), old, at + strlen(INCLUDE));
	r = new ? file_write_atomic(path, new, strlen(new), st.st_mode & 07777) : -ENOMEM;
	return r < 0 ? fail(why, -r, "%s: cannot be written: %s", path, strerror(-r)) : 0;
}

static int apply(const struct exception_list *allow, char **why)
{
	const char *load[] = {NFT, "-f", RULES, NULL};
	const char *check[] = {NFT, "-c", "-f", main_file(), NULL};
	int r = publish_rules(allow, why);

	if (r == 0)
		r = handover_step(load, NULL, why);
	if (r == 0)
		r = change_main(true, why);
	return r < 0 ? r : handover_step(check, NULL, why);
}

static int verify(const struct exception_list *allow, char **why)
{
	(void)allow;
	return handover_find_table(TABLE, why);
}

static int undo(const struct handed *handed, const struct exception_list *allow, char **why)
{
	const char *remove[] = {NFT, "delete", "table", "inet", "cordon_handover", NULL};
	int r = change_main(false, why);

	(void)handed;
	(void)allow;
	if (r == 0 && handover_find_table(TABLE, NULL) == 0)
		r = handover_step(remove, NULL, why);
	return r < 0 ? r : handover_remove(RULES, why);
}

const struct handover_backend handover_nftables = {
	.name = "nftables",
	.program = NFT,
	.unit = "nftables.service",
	.firewall = FIREWALL_NFTABLES,
	.knows_ranges = true,
	.files = files,
	.apply = apply,
	.verify = verify,
	.undo = undo,
};
