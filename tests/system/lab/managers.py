# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of the lab that has NetworkManager, dhcpcd and connman as well as networkd, all of them off.

`files()` turns one on, or several, in place of ifupdown. It asks the world's DHCP server (World.dhcp()).
"""
from . import cache, image

PACKAGES = ("network-manager", "dhcpcd", "connman")

# A package enables its service when it is installed; that of connman makes resolv.conf a link to a file of its own.
SETUP = """
systemctl --quiet disable NetworkManager.service NetworkManager-wait-online.service dhcpcd.service \
    connman.service connman-wait-online.service
rm /etc/resolv.conf
"""

# NetworkManager and connman take every link that they find. dhcpcd would wait for udev, which containers do not
# have, and for five seconds whether somebody else has the address; its unit needs a resolv.conf.
CONFIGURED = {
    "NetworkManager": {},
    "dhcpcd": {"/etc/dhcpcd.conf": "nodev\nnoarp\n", "/etc/resolv.conf": ""},
    "connman": {},
    "systemd-networkd": {"/etc/systemd/network/eth0.network": "[Match]\nName=eth0\n[Network]\nDHCP=ipv4\n"},
}


def layer():
    """The layer above image.base(): see image.server()."""
    recipe = cache.key(image.base().name, PACKAGES, image.INSTALL, SETUP)
    return cache.entry("managers", recipe, lambda target: image.add_packages(
        target, PACKAGES, lambda tree: image.in_chroot(tree, SETUP)))


def files(*managers):
    """The files of a Machine whose network is up to these."""
    wanted = " ".join(f"{manager}.service" for manager in managers)
    made = {"/etc/network/interfaces": "auto lo\niface lo inet loopback\n",
            "/etc/systemd/system/multi-user.target.d/managers.conf": f"[Unit]\nWants={wanted}\n"}
    for manager in managers:
        made |= CONFIGURED[manager]
    return made
