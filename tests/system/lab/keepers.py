# SPDX-License-Identifier: GPL-2.0-or-later
"""A server of the lab with what keeps logins in databases: wtmpdb and lastlog2, from Debian 13 on."""
from . import cache, image, release

PACKAGES = ("libpam-wtmpdb", "wtmpdb", "libpam-lastlog2", "lastlog2")
WTMPDB = "/var/log/wtmp.db"
LASTLOG2 = "/var/lib/lastlog/lastlog2.db"


def exist():
    """Whether the servers' release has them."""
    return release.codename() != "bookworm"


def layer():
    """The layer above image.base(): see image.server()."""
    recipe = cache.key(image.base().name, PACKAGES, image.INSTALL)
    return cache.entry("keepers", recipe,
                       lambda target: image.add_packages(target, PACKAGES, lambda tree: None))
