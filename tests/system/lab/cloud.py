# SPDX-License-Identifier: GPL-2.0-or-later
"""A cloud around a server: DHCP, and metadata at 169.254.169.254, as OpenStack has them.

cloud-init asks for both in its local stage, before anything else configures the network: it brings the
link up, takes a lease, fetches the metadata, and takes the link down again. DMI tells it that this is
OpenStack, or, in a container, an environment variable of PID 1 (ENVIRONMENT).
"""
import json

from . import cache, image, net

PACKAGES = ("cloud-init",)

ENVIRONMENT = {"product_name": "OpenStack Nova"}

USER_DATA = "#cloud-config\nssh_deletekeys: false\n"
PAGES = {
    "/openstack": "latest\n",
    "/openstack/latest/meta_data.json": json.dumps({"uuid": "lab", "hostname": "server"}),
    "/openstack/latest/user_data": USER_DATA,
    "/latest/meta-data/": "",
}
# What it would find in a seed, on a server without such a cloud.
SEED = {
    "/var/lib/cloud/seed/nocloud/meta-data": "instance-id: lab\n",
    "/var/lib/cloud/seed/nocloud/user-data": USER_DATA,
}

# In a container /sys shows the links of this machine, and cloud-init reads it.
LINKS = """[Unit]
DefaultDependencies=no
Before=cloud-init-local.service cloud-init.service
[Service]
Type=oneshot
ExecStart=mkdir /run/sys
ExecStart=mount -t sysfs -o ro sysfs /run/sys
ExecStart=mount --bind /run/sys/class/net /sys/class/net
ExecStart=mount --bind /run/sys/devices/virtual/net /sys/devices/virtual/net
"""


def layer():
    """The layer above image.base() that has cloud-init: see image.server(). Debian 13's takes firewalld's place."""
    recipe = cache.key(image.base().name, PACKAGES, image.INSTALL)
    return cache.entry("cloud", recipe, lambda target: image.add_packages(target, PACKAGES, lambda tree: None))


def surround(world):
    """Make a world one. What was asked for is in world.mirror.requests."""
    net.batch(world.name, "addr add 169.254.169.254/32 dev br0")
    world.dhcp()
    world.mirror.answer = lambda path: PAGES[path].encode() if path in PAGES else \
        None if path.startswith("/debian") else 404


def files(source):
    """The files of a Machine whose network is what cloud-init makes of this data source: OpenStack or
    NoCloud. The stages after the network's, which take seconds, are left out."""
    return {
        "/etc/network/interfaces": "source /etc/network/interfaces.d/*\n",
        "/etc/cloud/cloud.cfg.d/99-lab.cfg": f"datasource_list: [ {source} ]\n",
        "/etc/systemd/system/cloud-config.service": "",
        "/etc/systemd/system/cloud-final.service": "",
        "/etc/systemd/system/links.service": LINKS,
        "/etc/systemd/system/sysinit.target.d/links.conf": "[Unit]\nWants=links.service\n",
        **(SEED if source == "NoCloud" else {}),
    }
