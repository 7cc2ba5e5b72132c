# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs of Debian packages that are not installed here, because they would start a server.

Fetched once by this machine's apt and unpacked; only programs that need no more than the C library.
"""
import subprocess

from . import cache, host, image, repository


def unpacked(package):
    """The tree of a package of this machine's release."""
    return cache.entry("tool", cache.key(host.codename(), package),
                       lambda target: _unpack(target, package))


def _unpack(target, package):
    debs = target.with_name(target.name + ".debs")
    cache.remove(debs)
    try:
        repository.fetch(debs, image.base(), [package])
        deb, = debs.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "--extract", deb, target], check=True)
    finally:
        cache.remove(debs)
