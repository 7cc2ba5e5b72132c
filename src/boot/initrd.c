// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * cordon-initrd: the seal of an initramfs, for initramfs-tools and dracut.
 *
 * An initramfs may bring up a network long before the real root runs a program: ip= on the kernel
 * command line, a root on NFS or iSCSI, an image that is fetched. What it cannot know is whether
 * this server is finished, for that is written on the root file system that it is about to mount.
 * So it closes first, and asks afterwards:
 *
 *   seal         before the network, whoever this is
 *   settle ROOT  when the root file system is there: finished, aside, or nothing of cordon's on it
 *                any more, and it is open. Otherwise closed, until the seal itself is in its place.
 *
 * And `needed` says, when an initramfs is made, whether this belongs into it: the exit status.
 *
 * An initramfs is older than what it boots: MUST NOT keep a server closed that was finished, or
 * that cordon was removed from, since it was made.
 */

#include "seal/seal.h"
#include "state/state.h"
#include "util/cleanup.h"
#include "util/file.h"
#include "util/log.h"

#include <stdlib.h>
#include <string.h>

/* Who puts the seal in the place of this one. */
#define GENERATOR "/usr/lib/systemd/system-generators/cordon-generator"

static int report(int r, const char *why)
{
	if (r < 0)
		log_error("initramfs: %s", why ? why : strerror(-r));
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int seal(void)
{
	_cleanup_free_ char *why = NULL;
	int r = seal_make_initrd(&why);

	if (r < 0)
		log_error("NOT sealed until systemd starts, for a root on the network could not be "
			  "mounted otherwise:");
	return report(r, why);
}

static int settle(const char *root)
{
	_cleanup_free_ char *why = NULL;

	if (file_exists_in(root, GENERATOR) && !stamp_is_valid(root))
		return EXIT_SUCCESS;
	return report(seal_drop_initrd(&why), why);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "needed") == 0)
		return stamp_is_valid("") ? EXIT_FAILURE : EXIT_SUCCESS;
	if (argc == 2 && strcmp(argv[1], "seal") == 0)
		return seal();
	if (argc == 3 && strcmp(argv[1], "settle") == 0)
		return settle(argv[2]);
	log_error(
		"cordon-initrd: run by the scripts of an initramfs: needed, seal, or settle ROOT");
	return EXIT_FAILURE;
}
