#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Before anything in the initramfs can bring up a network. dracut reads this into its own shell.
cordon_seal() {
    for word in $(cat /proc/cmdline); do
        [ "$word" = cordon=off ] && return 0
    done
    # Whoever put one of these into the initramfs wants to reach it, perhaps to unlock the disks.
    for server in dropbear sshd tinysshd; do
        if command -v "$server" > /dev/null; then
            warn "cordon: $server is in this initramfs, so it is not sealed until systemd starts"
            return 0
        fi
    done
    modprobe -q -a nf_tables nf_conntrack nft_ct
    /usr/libexec/cordon/initrd seal
}
cordon_seal
