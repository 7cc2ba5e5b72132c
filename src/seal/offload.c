// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A flowtable of somebody's takes forwarded connections over once both sides have spoken. From then
 * on their packets pass no rule, of whatever table: neither does a seal that comes later stop them.
 *
 * That table is not ours to touch. But the kernel lets go of such a connection when connection
 * tracking does, and its next packet meets the rules. New ones are not taken over any more: that
 * takes a packet that was forwarded before.
 */

#include "seal/seal.h"

#include "seal/netlink.h"
#include "seal/nft.h"
#include "util/cleanup.h"
#include "util/fail.h"

#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <string.h>

/* One pass over the connections that are tracked. */
struct pass {
	struct mnl_socket *deleting; /* not the one that lists */
	unsigned int found;	     /* those that were taken over */
};

static int keep_attribute(const struct nlattr *attribute, void *data)
{
	const struct nlattr **attributes = data;

	if (mnl_attr_type_valid(attribute, CTA_MAX) > 0)
		attributes[mnl_attr_get_type(attribute)] = attribute;
	return MNL_CB_OK;
}

/* What comes of it the next pass sees. */
static void end(struct mnl_socket *socket, uint8_t family, const struct nlattr *const *attributes)
{
	static const uint16_t names[] = {CTA_TUPLE_ORIG, CTA_ZONE};
	char buffer[NETLINK_REQUEST_MAX];
	struct nlmsghdr *request = netlink_request(
		buffer, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, family);

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		const struct nlattr *attribute = attributes[names[i]];

		if (attribute && !mnl_attr_put_check(request, sizeof(buffer), attribute->nla_type,
					 mnl_attr_get_payload_len(attribute),
					 mnl_attr_get_payload(attribute)))
			return;
	}
	if (mnl_socket_sendto(socket, request, request->nlmsg_len) > 0)
		mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
}

static int on_connection(const struct nlmsghdr *message, void *data)
{
	const struct nlattr *attributes[CTA_MAX + 1] = {NULL};
	const struct nfgenmsg *header = mnl_nlmsg_get_payload(message);
	struct pass *pass = data;

	mnl_attr_parse(message, sizeof(*header), keep_attribute, attributes);
	if (attributes[CTA_STATUS] &&
		be32toh(mnl_attr_get_u32(attributes[CTA_STATUS])) & IPS_OFFLOAD) {
		pass->found++;
		end(pass->deleting, header->nfgen_family, attributes);
	}
	return MNL_CB_OK;
}

static int run_pass(struct pass *pass)
{
	_cleanup_(cleanup_mnl) struct mnl_socket *listing = NULL;
	char buffer[NETLINK_REQUEST_MAX];
	const struct nlmsghdr *request = netlink_request(
		buffer, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC);
	int r = netlink_open(&listing);

	pass->found = 0;
	return r < 0 ? r : netlink_dump(listing, request, on_connection, pass);
}

/* Twice at most: the second pass has to find none. */
static int end_all(unsigned int *left)
{
	_cleanup_(cleanup_mnl) struct mnl_socket *deleting = NULL;
	struct pass pass = {0};
	int r = netlink_open(&deleting);

	pass.deleting = deleting;
	if (r == 0)
		r = run_pass(&pass);
	if (r == 0 && pass.found > 0)
		r = run_pass(&pass);
	*left = pass.found;
	return r;
}

/* Asked first, because asking connection tracking would load a module for most servers' nothing. */
static int has_flowtables(bool *answer, char **why)
{
	_cleanup_(cleanup_nft) struct nft *nft = NULL;
	_cleanup_free_ char *listing = NULL;
	int r = nft_open(&nft, why);

	if (r == 0)
		r = nft_list(nft, "list flowtables", &listing, why);
	if (r == 0)
		*answer = strstr(listing, "flowtable ") != NULL;
	return r;
}

int seal_end_offloaded(char **why)
{
	bool present = false;
	unsigned int left;
	int r = has_flowtables(&present, why);

	if (r < 0 || !present)
		return r;
	r = end_all(&left);
	if (r < 0)
		return fail(why, -r,
			"connections that a flowtable took over pass beside the seal, and cannot "
			"be asked for: %s; nft delete flowtable ends them",
			strerror(-r));
	if (left > 0)
		return fail(why, EBUSY,
			"connections that a flowtable took over (%u) pass beside the seal, and "
			"this kernel does not end them; nft delete flowtable does",
			left);
	return 0;
}
