# SPDX-License-Identifier: GPL-2.0-or-later
"""A DHCP server in the world: busybox' udhcpd, which gives the server the address that the worm knows.

As real ones do, it answers to the address that it is about to give, unless the client wants a broadcast.
"""
import subprocess

from . import host, tools

CONFIGURATION = """interface br0
start {address}
end {address}
static_lease {mac} {address}
max_leases 1
option subnet 255.255.255.0
option router {router}
option dns {router}
option lease 600
lease_file {folder}/leases
pidfile {folder}/pid
"""


class Server:
    """A running udhcpd in a network namespace."""

    def __init__(self, netns, folder, **addresses):
        folder.mkdir()
        (folder / "leases").touch()
        (folder / "conf").write_text(CONFIGURATION.format(folder=folder, **addresses), "ascii")
        busybox = tools.unpacked("busybox") / "bin/busybox"
        self._process = subprocess.Popen(
            host.dying_with_parent(["ip", "netns", "exec", netns, busybox, "udhcpd", "-f", folder / "conf"]),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        """End it."""
        self._process.terminate()
        self._process.wait()
