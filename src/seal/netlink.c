// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nfnetlink by libmnl: one socket, one kind of header, one loop over what a dump brings.
 */

#include "seal/netlink.h"

#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

int netlink_open(struct mnl_socket **socket)
{
	*socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	return *socket && mnl_socket_bind(*socket, 0, MNL_SOCKET_AUTOPID) == 0 ? 0 : -errno;
}

struct nlmsghdr *netlink_request(char buffer[static NETLINK_REQUEST_MAX], uint8_t subsystem,
	uint8_t type, uint16_t flags, uint8_t family)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *header;

	message->nlmsg_type = (uint16_t)(subsystem << 8 | type);
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	message->nlmsg_seq = 1;
	header = mnl_nlmsg_put_extra_header(message, sizeof(*header));
	header->nfgen_family = family;
	header->version = NFNETLINK_V0;
	return message;
}

int netlink_dump(
	struct mnl_socket *socket, const struct nlmsghdr *request, mnl_cb_t on_answer, void *data)
{
	char buffer[16384];
	int r;

	if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0)
		return -errno;
	do {
		ssize_t n = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

		if (n < 0)
			return -errno;
		r = mnl_cb_run(buffer, (size_t)n, request->nlmsg_seq, mnl_socket_get_portid(socket),
			on_answer, data);
	} while (r > MNL_CB_STOP);
	return r < 0 ? -errno : 0;
}
