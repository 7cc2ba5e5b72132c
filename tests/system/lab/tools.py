# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs of Debian packages that are not installed here, because they would start a server.

Fetched once, for the release of this machine, on which they run, and unpacked; only programs that need
no more than the C library.
"""
import subprocess

from . import cache, release, repository


def unpacked(package):
    """The tree of a package."""
    return cache.entry("tool", cache.key(release.own(), package),
                       lambda target: _unpack(target, package))


def _unpack(target, package):
    debs = target.with_name(target.name + ".debs")
    cache.remove(debs)
    try:
        repository.fetch_for_this_machine(debs, package)
        deb, = debs.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "--extract", deb, target], check=True)
    finally:
        cache.remove(debs)
