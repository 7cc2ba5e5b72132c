// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Closing, make before break, and never believing it without reading it back.
 *
 * MUST NOT remove a table that stands before its successor is verified. MUST NOT touch a table that
 * is not cordon's. MUST say sealed only of what the kernel itself listed.
 */

#include "seal/seal.h"

#include "seal/hold.h"
#include "seal/inspect.h"
#include "seal/nft.h"
#include "seal/notice.h"
#include "seal/ruleset.h"
#include "seal/tables.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/file.h"
#include "util/paths.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* input and forward always; output too, unless Egress=open. */
#define CLOSED_CHAINS(plan) ((plan)->egress == EGRESS_OPEN ? 2U : 3U)

#define TRIES_MAX 100

void seal_plan_clear(struct seal_plan *plan)
{
	exception_list_clear(&plan->in);
	exception_list_clear(&plan->out);
	exception_list_clear(&plan->mirrors);
}

void seal_health_clear(struct seal_health *health)
{
	strv_clear(&health->problems);
	*health = (struct seal_health){0};
}

uint64_t seal_find_updater(void)
{
	struct stat st;

	return stat("/sys/fs/cgroup/" SEAL_UPDATER_SLICE, &st) == 0 ? st.st_ino : 0;
}

int seal_print(const struct seal_plan *plan, char **rules)
{
	struct ruleset ruleset;
	int r = ruleset_render(plan, TABLE_BASE, RULESET_REPLACE, &ruleset);

	if (r == 0)
		*rules = ruleset.text;
	return r;
}

/* Commits one table and reads it back. */
static int commit_and_verify(struct nft *nft, const struct seal_plan *plan, const char *table,
	enum ruleset_way way, struct fingerprint *print, char **why)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	int r = ruleset_render(plan, table, way, &ruleset);

	if (r == 0)
		r = nft_run(nft, ruleset.text, why);
	if (r == 0)
		r = fingerprint_read(nft, table, print, why);
	if (r < 0)
		return r;
	if (print->rules != ruleset.rules || print->closed != CLOSED_CHAINS(plan))
		return fail(why, EPROTO,
			"table inet %s was read back with %u rules and %u closed chains in place "
			"of %u and %u",
			table, print->rules, print->closed, ruleset.rules, CLOSED_CHAINS(plan));
	return 0;
}

/* Is @name there, and owned by the socket with this netlink port? */
static int verify_owner(const char *name, uint32_t port, char **why)
{
	const struct table *table;
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r < 0)
		return r;
	table = tables_find(&tables, name);
	if (!table || !(table->flags & NFT_TABLE_F_OWNER) || table->owner != port)
		return fail(
			why, EPROTO, "table inet %s is not owned by the socket that made it", name);
	return 0;
}

static int port_of(int socket, uint32_t *port, char **why)
{
	struct sockaddr_nl address = {0};
	socklen_t size = sizeof(address);

	if (getsockname(socket, (struct sockaddr *)&address, &size) < 0)
		return fail(why, errno, "the netlink socket has no address: %s", strerror(errno));
	*port = address.nl_pid;
	return 0;
}

/* Makes the hold @name and hands its socket to systemd; ours is closed on return. */
static int make_hold(const struct seal_plan *plan, const char *name,
	const struct fingerprint *expected, uint32_t *port, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	struct fingerprint print = {0};
	int r;

	r = nft_open(&nft, why);
	if (r == 0)
		r = commit_and_verify(nft, plan, name, RULESET_HOLD, &print, why);
	/* The kernel gives the socket its port at the first message, not before. */
	if (r == 0)
		r = port_of(nft_socket(nft), port, why);
	if (r == 0)
		r = verify_owner(name, *port, why);
	if (r == 0 && print.value != expected->value)
		r = fail(why, EPROTO, "the two tables were read back with different rules");
	return r < 0 ? r : hold_store(nft_socket(nft), name, why);
}

static int drop_hold(const char *name, char **why)
{
	int r = hold_drop(name, why);

	return r < 0 ? r : tables_await_gone(name, why);
}

/* Under the name that is free; the old one goes when the new one has outlived our socket. */
static int replace_hold(
	const struct seal_plan *plan, const struct fingerprint *expected, char **why)
{
	const char *name = TABLE_HOLD_A, *other = TABLE_HOLD_B;
	struct tables tables;
	uint32_t port = 0;
	int r;

	if (!hold_possible())
		return fail(why, ENOTCONN,
			"the hold can only be made inside %s; systemctl reload-or-restart %s",
			SEAL_UNIT, SEAL_UNIT);
	hold_close_inherited();
	r = tables_read(&tables, why);
	if (r < 0)
		return r;
	if (tables_find(&tables, TABLE_HOLD_A)) {
		name = TABLE_HOLD_B;
		other = TABLE_HOLD_A;
		/* Left by a replacement that was cut off between storing and dropping. */
		if (tables_find(&tables, TABLE_HOLD_B))
			r = drop_hold(name, why);
	}
	if (r == 0)
		r = make_hold(plan, name, expected, &port, why);
	if (r == 0)
		r = verify_owner(name, port, why);
	return r < 0 ? r : drop_hold(other, why);
}

/* Of the rules as they are planned, not as the kernel lists them. */
static int hash_plan(const struct seal_plan *plan, uint64_t *value)
{
	_cleanup_(ruleset_clear) struct ruleset ruleset = {0};
	int r = ruleset_render(plan, TABLE_BASE, RULESET_REPLACE, &ruleset);

	if (r == 0)
		*value = fingerprint_of(ruleset.text).value;
	return r;
}

/* Two lines: what the kernel listed, and what was planned. */
static int publish_marker(const struct seal_plan *plan, const struct fingerprint *print, char **why)
{
	_cleanup_free_ char *content = NULL;
	uint64_t planned;
	int r = hash_plan(plan, &planned);

	if (r == 0)
		content = strdup_printf("%016" PRIx64 "\n%016" PRIx64 "\n", print->value, planned);
	if (!content)
		return -ENOMEM;
	r = file_touch(RUN_SEALED);
	if (r == 0)
		r = file_write_atomic(RUN_SEALED, content, strlen(content), 0644);
	if (r < 0)
		return fail(why, -r, "%s: cannot be written: %s", RUN_SEALED, strerror(-r));
	return 0;
}

static int try_base(const struct seal_plan *plan, struct fingerprint *print, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	enum ruleset_way way = RULESET_CREATE;
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r == 0 && tables_find(&tables, TABLE_BASE))
		way = RULESET_REPLACE;
	if (r == 0)
		r = nft_open(&nft, why);
	return r < 0 ? r : commit_and_verify(nft, plan, TABLE_BASE, way, print, why);
}

/* Somebody who flushes at this very moment, or seals as well, must not keep the server from being
 * sealed. */
static int apply_base(const struct seal_plan *plan, struct fingerprint *print, char **why)
{
	int r, tries = 0;

	do {
		r = try_base(plan, print, why);
	} while ((r == -EIO || r == -EPROTO) && ++tries < TRIES_MAX);
	return r;
}

bool seal_in_unit(void)
{
	return hold_possible();
}

/* What stands is not what was asked for, but it was verified at an earlier time, and it closes. */
static int keep_what_stands(struct seal_health *health, int error, char **why)
{
	_cleanup_(seal_health_clear) struct seal_health standing = {0};

	if (seal_inspect(&standing, NULL) < 0 || !standing.intact ||
		(!standing.base && !standing.hold))
		return error;
	if (strv_addf(&standing.problems, "the seal could not be renewed: %s",
		    why && *why ? *why : strerror(-error)) < 0)
		return -ENOMEM;
	*health = standing;
	standing = (struct seal_health){0};
	return 1;
}

int seal_apply(const struct seal_plan *plan, bool base_only, struct seal_health *health, char **why)
{
	_cleanup_free_ char *lack = NULL, *beside = NULL, *above = NULL;
	struct fingerprint print;
	int r, held, ended, dropped = 0, lost = 0;

	r = apply_base(plan, &print, why);
	if (r == 0)
		dropped = seal_drop_initrd(&above);
	/* Without a marker, so that the network waits for the unit to seal with both. */
	if (r == 0 && base_only) {
		*health = (struct seal_health){.base = true, .intact = true};
		return 0;
	}
	if (r < 0)
		return keep_what_stands(health, r, why);
	held = replace_hold(plan, &print, &lack);
	r = publish_marker(plan, &print, why);
	if (r < 0)
		return r;
	unlink(RUN_OPEN);
	notice_post();
	ended = seal_end_offloaded(&beside);
	r = seal_inspect(health, why);
	if (r < 0)
		return r;
	if (held < 0)
		lost |= strv_addf(
			&health->problems, "no new hold: %s", lack ? lack : strerror(-held));
	if (dropped < 0)
		lost |= strv_addf(&health->problems,
			"table inet %s still stands, and lets no exception in: %s", TABLE_INITRD,
			above ? above : strerror(-dropped));
	if (ended < 0)
		lost |= strv_addf(&health->problems, "%s", beside ? beside : strerror(-ended));
	return lost < 0 || health->problems.count > 0 ? 1 : 0;
}

/* The numbers of the marker; 0 where it has none. */
static void read_marker(uint64_t *listed, uint64_t *planned)
{
	_cleanup_free_ char *content = NULL;
	char *end;

	*listed = *planned = 0;
	if (file_read(RUN_SEALED, 64, &content, NULL) < 0)
		return;
	*listed = strtoull(content, &end, 16);
	*planned = strtoull(end, NULL, 16);
}

int seal_is_current(const struct seal_plan *plan)
{
	uint64_t listed, recorded, planned;
	int r = hash_plan(plan, &planned);

	read_marker(&listed, &recorded);
	return r == 0 ? recorded == planned : r;
}

static int check_table(struct nft *nft, const char *table, struct seal_health *health)
{
	struct fingerprint print;
	uint64_t expected, planned;
	int r = fingerprint_read(nft, table, &print, NULL);

	read_marker(&expected, &planned);
	if (r == -ENOMEM)
		return r;
	if (r == 0 && print.value == expected)
		return 0;
	health->intact = false;
	return strv_addf(&health->problems,
		"table inet %s does not have the rules that were verified at sealing", table);
}

static int check_tables(const struct tables *tables, struct seal_health *health, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	int r;

	if (!health->base && !health->hold)
		return 0;
	r = nft_open(&nft, why);
	for (size_t i = 0; r == 0 && i < tables->count; i++)
		r = check_table(nft, tables->items[i].name, health);
	return r;
}

static int describe_lacks(struct seal_health *health)
{
	int r = 0;

	if (!health->base && !health->hold)
		return strv_addf(&health->problems,
			"no table of cordon stands: this server is open; cordon check repairs it");
	if (!health->base)
		r = strv_addf(&health->problems,
			"table inet cordon is gone or dormant; the hold still closes this server");
	if (!health->hold)
		r = strv_addf(&health->problems,
			"there is no hold: a foreign flush of all rules would open this server");
	return r;
}

int seal_inspect(struct seal_health *health, char **why)
{
	_cleanup_(seal_health_clear) struct seal_health result = {.intact = true};
	struct tables tables;
	int r = tables_read(&tables, why);

	if (r < 0)
		return r;
	for (size_t i = 0; i < tables.count; i++) {
		const struct table *table = &tables.items[i];

		if (strcmp(table->name, TABLE_BASE) == 0) {
			result.base = !(table->flags & NFT_TABLE_F_DORMANT);
		} else if (table->flags & NFT_TABLE_F_OWNER) {
			result.hold = true;
			snprintf(result.hold_name, sizeof(result.hold_name), "%s", table->name);
		}
	}
	r = describe_lacks(&result);
	if (r == 0)
		r = check_tables(&tables, &result, why);
	if (r < 0)
		return r;
	*health = result;
	result = (struct seal_health){0};
	return 0;
}
