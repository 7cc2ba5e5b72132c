// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one file that knows libnftables.
 *
 * The library has no accessor for its socket, and the hold needs it: a table with `flags owner`
 * belongs to that socket. So the descriptors of this process are compared before and after the
 * context is made. Whether it is the right one is proved later, when the kernel names the socket's
 * port as the owner of the table.
 */

#include "seal/nft.h"

#include "util/cleanup.h"
#include "util/fail.h"
#include "util/language.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <nftables/libnftables.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

/* cordon's processes are short-lived and open few files; the socket is among the first. */
#define DESCRIPTORS_MAX 256

struct nft {
	struct nft_ctx *context;
	int socket;
};

static bool is_netfilter_socket(int fd)
{
	int domain = 0, protocol = -1;
	socklen_t size = sizeof(domain);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0)
		return false;
	size = sizeof(protocol);
	if (getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) < 0)
		return false;
	return domain == AF_NETLINK && protocol == NETLINK_NETFILTER;
}

static void mark_sockets(bool marks[static DESCRIPTORS_MAX])
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		marks[fd] = is_netfilter_socket(fd);
}

static int find_new_socket(const bool before[static DESCRIPTORS_MAX])
{
	for (int fd = 0; fd < DESCRIPTORS_MAX; fd++)
		if (!before[fd] && is_netfilter_socket(fd))
			return fd;
	return -1;
}

/* libnftables ends the whole process when it gets no socket: better to ask first, and say so. */
static int probe(char **why)
{
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0)
		return fail(why, errno,
			"this kernel offers no nftables (CONFIG_NF_TABLES), or not to this "
			"process: %s",
			strerror(errno));
	return 0;
}

int nft_open(struct nft **nft, char **why)
{
	_cleanup_free_ struct nft *result = calloc(1, sizeof(*result));
	bool before[DESCRIPTORS_MAX];
	int r = probe(why);

	if (r < 0)
		return r;
	if (!result)
		return -ENOMEM;
	mark_sockets(before);
	result->context = nft_ctx_new(NFT_CTX_DEFAULT);
	if (!result->context)
		return fail(why, ENOTSUP,
			"nftables cannot be used: does this kernel have nf_tables "
			"(CONFIG_NF_TABLES)?");
	result->socket = find_new_socket(before);
	if (result->socket < 0) {
		nft_ctx_free(result->context);
		return fail(why, ENOTSUP, "libnftables opened no netlink socket of its own");
	}
	nft_ctx_buffer_output(result->context);
	nft_ctx_buffer_error(result->context);
	*nft = TAKE_PTR(result);
	return 0;
}

void nft_close(struct nft *nft)
{
	nft_ctx_free(nft->context);
	free(nft);
}

int nft_socket(const struct nft *nft)
{
	return nft->socket;
}

int nft_run(struct nft *nft, const char *commands, char **why)
{
	const char *error;

	nft_ctx_output_set_flags(nft->context, 0);
	if (nft_run_cmd_from_buffer(nft->context, commands) == 0)
		return 0;
	error = nft_ctx_get_error_buffer(nft->context);
	return fail(why, EIO, "nftables refused: %.*s", (int)strcspn(error, "\n"),
		*error ? error : _("no reason given"));
}

int nft_run_once(const char *commands, char **why)
{
	struct nft *nft;
	int r = nft_open(&nft, why);

	if (r < 0)
		return r;
	r = nft_run(nft, commands, why);
	nft_close(nft);
	return r;
}

static int list(
	struct nft *nft, unsigned int flags, const char *command, char **listing, char **why)
{
	char *copy;

	nft_ctx_output_set_flags(nft->context, flags);
	if (nft_run_cmd_from_buffer(nft->context, command) != 0) {
		const char *error = nft_ctx_get_error_buffer(nft->context);

		return fail(why, EIO, "%s: %.*s", command, (int)strcspn(error, "\n"), error);
	}
	copy = strdup(nft_ctx_get_output_buffer(nft->context));
	if (!copy)
		return -ENOMEM;
	*listing = copy;
	return 0;
}

int nft_list(struct nft *nft, const char *command, char **listing, char **why)
{
	return list(nft, NFT_CTX_OUTPUT_TERSE, command, listing, why);
}

int nft_list_elements(struct nft *nft, const char *command, char **listing, char **why)
{
	return list(nft, NFT_CTX_OUTPUT_NUMERIC_PROTO, command, listing, why);
}
