// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One netlink dump: NFT_MSG_GETTABLE, read with libmnl.
 */

#include "seal/tables.h"

#include "seal/netlink.h"
#include "util/cleanup.h"
#include "util/fail.h"
#include "util/limits.h"
#include "util/when.h"

#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int on_attribute(const struct nlattr *attribute, void *data)
{
	struct table *table = data;

	switch (mnl_attr_get_type(attribute)) {
	case NFTA_TABLE_NAME:
		snprintf(table->name, sizeof(table->name), "%s", mnl_attr_get_str(attribute));
		break;
	case NFTA_TABLE_FLAGS:
		table->flags = be32toh(mnl_attr_get_u32(attribute));
		break;
	case NFTA_TABLE_OWNER:
		table->owner = be32toh(mnl_attr_get_u32(attribute));
		break;
	case NFTA_TABLE_HANDLE:
		table->handle = be64toh(mnl_attr_get_u64(attribute));
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static bool is_ours(const char *name)
{
	static const char *const names[] = {TABLE_BASE, TABLE_HOLD_A, TABLE_HOLD_B};

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static int on_table(const struct nlmsghdr *message, void *data)
{
	struct tables *tables = data;
	struct table table = {0};

	mnl_attr_parse(message, sizeof(struct nfgenmsg), on_attribute, &table);
	if (is_ours(table.name) && tables->count < TABLES_MAX)
		tables->items[tables->count++] = table;
	return MNL_CB_OK;
}

static int open_and_dump(struct tables *tables)
{
	_cleanup_(cleanup_mnl) struct mnl_socket *socket = NULL;
	char buffer[NETLINK_REQUEST_MAX];
	const struct nlmsghdr *request = netlink_request(
		buffer, NFNL_SUBSYS_NFTABLES, NFT_MSG_GETTABLE, NLM_F_DUMP, NFPROTO_INET);
	int r = netlink_open(&socket);

	return r < 0 ? r : netlink_dump(socket, request, on_table, tables);
}

int tables_read(struct tables *tables, char **why)
{
	struct tables result;
	int r, tries = 0;

	/* Somebody flushing in a loop must not keep us from an answer, nor us trying for ever. */
	do {
		result = (struct tables){.count = 0};
		r = open_and_dump(&result);
	} while (r == -EINTR && ++tries < 100);
	if (r < 0)
		return fail(why, -r, "the kernel's nftables cannot be asked: %s", strerror(-r));
	*tables = result;
	return 0;
}

/* EINVAL is what nfnetlink says of a subsystem that it does not have. */
bool tables_cannot_be(int error)
{
	return error == -EPROTONOSUPPORT || error == -EAFNOSUPPORT || error == -EOPNOTSUPP ||
	       error == -EINVAL;
}

bool tables_have_hold(const struct tables *tables, const char *name)
{
	if (name)
		return tables_find(tables, name) != NULL;
	return tables_find(tables, TABLE_HOLD_A) || tables_find(tables, TABLE_HOLD_B);
}

int tables_await_gone(const char *name, char **why)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000000L};
	const long long end = boottime_ms() + LIMIT_ANSWER * 1000LL;
	struct tables tables;

	while (boottime_ms() < end) {
		int r = tables_read(&tables, why);

		if (r < 0 || !tables_have_hold(&tables, name))
			return r;
		nanosleep(&pause, NULL);
	}
	return fail(why, ETIMEDOUT,
		"table inet %s is still there %u minutes after its socket was dropped",
		name ? name : "cordon_hold", LIMIT_ANSWER / MINUTES);
}

const struct table *tables_find(const struct tables *tables, const char *name)
{
	for (size_t i = 0; i < tables->count; i++)
		if (strcmp(tables->items[i].name, name) == 0)
			return &tables->items[i];
	return NULL;
}
