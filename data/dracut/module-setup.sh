#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# dracut.modules(7): puts the seal into an initramfs, see src/boot/initrd.c. Not where this server is
# finished, and not where another init than systemd starts it: nobody would lift it there.

check() {
    "${dracutsysrootdir-}/usr/libexec/cordon/initrd" needed || return 1
    case $(readlink -f "${dracutsysrootdir-}/sbin/init") in
        */systemd) return 0 ;;
    esac
    return 1
}

depends() {
    echo base
}

installkernel() {
    hostonly='' instmods nf_tables nf_conntrack nft_ct
}

install() {
    inst /usr/libexec/cordon/initrd
    # Network is configured after these hooks, with or without systemd in the initramfs.
    inst_hook cmdline 00 "$moddir/cordon-seal.sh"
    inst_hook pre-pivot 99 "$moddir/cordon-settle.sh"
}
