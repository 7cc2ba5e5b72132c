# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard outside the kernel, for the lab's own may not have it: Debian's wireguard-go. Its link is
one of the network that it runs in, and its other end may well be a kernel.
"""
import functools
import os
import signal
import subprocess

from . import host, net, tools

LINK = "wg7"
PORT = 51820


def program():
    """wg(8), which configures both; it needs no more than the C library."""
    return tools.unpacked("wireguard-tools") / "usr/bin/wg"


def key_pair():
    """A new (private, public) key."""
    private = subprocess.run([program(), "genkey"], check=True, capture_output=True, text=True).stdout
    public = subprocess.run([program(), "pubkey"], input=private, check=True, capture_output=True,
                            text=True).stdout
    return private.strip(), public.strip()


@functools.cache
def configurations():
    """Of two ends that believe each other: the world's, which knows where the server is, and its."""
    (private1, public1), (private2, public2) = key_pair(), key_pair()
    text = "[Interface]\nPrivateKey={}\nListenPort={}\n[Peer]\nPublicKey={}\nAllowedIPs=0.0.0.0/0\n"
    return (text.format(private1, PORT, public2) + f"Endpoint={net.SERVER4}:{PORT}\n",
            text.format(private2, PORT, public1))


# Where it is asked lies in /run: in a new one, for ip(8) makes a namespace of mounts.
SCRIPT = f"""
    trap : TERM
    mount -t tmpfs tmpfs /run
    "$1" --foreground {LINK} >/dev/null & program=$!
    while ! printf '%s' "$3" | "$2" setconf {LINK} /dev/stdin; do
        kill -0 $program && sleep 0.05 || exit
    done
    ip address add "$4" dev {LINK}; ip link set {LINK} up; echo up; wait; wait
"""


class End(host.Closing):
    """One end of a tunnel, in a network namespace; a context manager."""

    def __init__(self, netns, config, address):
        self._process = subprocess.Popen(
            host.dying_with_parent([
                "ip", "netns", "exec", netns, "sh", "-c", SCRIPT, "sh",
                tools.unpacked("wireguard-go") / "usr/bin/wireguard-go", program(), config, address]),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        if self._process.stdout.readline() != b"up\n":
            raise RuntimeError("wireguard-go did not start")

    def close(self):
        """Its link goes with it."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.communicate()
