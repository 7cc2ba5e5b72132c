# SPDX-License-Identifier: GPL-2.0-or-later
"""The world around a server: two network namespaces and a wire.

The world's end of the wire is a bridge that keeps its addresses while the server comes and goes.
The server's end is a namespace of its own, and a *new* one for every boot: rules, connections and
addresses live in the namespace, and a machine that boots has none of the last boot's. The world
knows the server's link-layer address by heart, so that no packet waits for a neighbour lookup: the
first datagram after the link is up arrives.

Addresses are from the documentation ranges and exist in these namespaces only.
"""
import contextlib
import errno
import re
import socket
import subprocess
import threading
from pathlib import Path

from deadline import scaled

from . import cache, dhcp, host, packets, traffic
from .console import Terminal
from .mirror import Mirror

WORLD4, SERVER4 = "192.0.2.1", "192.0.2.2"
WORLD6, SERVER6 = "2001:db8::1", "2001:db8::2"
WORLD_MAC, SERVER_MAC = "02:00:00:00:00:01", "02:00:00:00:00:02"
SERVER_LOCAL = "fe80::ff:fe00:2"  # the link-local address that SERVER_MAC gives
LINK = "eth0"

IFUPDOWN = f"""auto lo
iface lo inet loopback

auto {LINK}
iface {LINK} inet static
    address {SERVER4}/24
    gateway {WORLD4}
iface {LINK} inet6 static
    address {SERVER6}/64
    gateway {WORLD6}
    dad-attempts 0
"""


class World(host.Closing):
    """The outside of one server. A context manager; everything goes with it.

    `repository` is the mirror's document root (None: no mirror). With `preconfigured` the
    server's link is up and has its addresses before the machine boots, which is the worst case;
    else the machine configures it by ifupdown.
    """

    def __init__(self, repository=None, preconfigured=False, mirror_port=80):
        host.sweep()
        self.preconfigured = preconfigured
        self.name = host.unique("w")
        self.server = None  # the namespace of the server's current boot
        self.folder = cache.root() / "run" / self.name
        self.mirror = None
        self._dhcp = None
        self._worms = []
        self._tap = False
        try:
            self.folder.mkdir(parents=True)
            self._build()
            if repository:
                with self.inside():
                    self.mirror = Mirror(repository, mirror_port)
        except BaseException:
            self.close()
            raise

    def _build(self):
        self._add_netns(self.name)
        batch(self.name, f"""
            link set lo up
            link add br0 address {WORLD_MAC} type bridge stp_state 0 mcast_snooping 0
            link set br0 up
            addr add {WORLD4}/24 dev br0
            addr add {WORLD6}/64 dev br0 nodad
            neigh add {SERVER4} lladdr {SERVER_MAC} dev br0 nud permanent
            neigh add {SERVER6} lladdr {SERVER_MAC} dev br0 nud permanent
            neigh add {SERVER_LOCAL} lladdr {SERVER_MAC} dev br0 nud permanent
        """)

    def _add_netns(self, name):
        """A namespace where addresses are usable at once, without a search for duplicates."""
        ip("netns", "add", name)
        with in_netns(name):
            for scope in ("all", "default"):
                Path(f"/proc/sys/net/ipv6/conf/{scope}/accept_dad").write_text("0", "ascii")

    def plug(self):
        """Make the server's end anew, as a machine that is about to boot finds it."""
        self.unplug()
        self.server = host.unique("s")
        self._add_netns(self.server)
        # dhcpcd 10 sets it where it is not set, which it may not in a container, and then takes no link.
        with in_netns(self.server):
            Path("/proc/sys/net/ipv4/conf/default/promote_secondaries").write_text("1", "ascii")
        batch(self.name, f"""
            link add port0 type veth peer name {LINK} address {SERVER_MAC} netns {self.server}
            link set port0 master br0
            link set port0 up
        """)
        if self.preconfigured:
            batch(self.server, f"""
                link set lo up
                link set {LINK} up
                addr add {SERVER4}/24 dev {LINK}
                addr add {SERVER6}/64 dev {LINK} nodad
                route add default via {WORLD4}
                route add default via {WORLD6}
            """)
        return self.server

    def unplug(self):
        """Pull the wire out; the namespace goes when the last process in it has gone."""
        if self.server:
            batch(self.name, "link del port0")
            ip("netns", "del", self.server)
            self.server = None

    def plug_tap(self):
        """A tap device on the bridge for a virtual machine run in this namespace; its name."""
        self.unplug_tap()
        self._tap = True
        batch(self.name, """
            tuntap add dev tap0 mode tap
            link set tap0 master br0
            link set tap0 up
        """)
        return "tap0"

    def unplug_tap(self):
        """Remove the tap device, if there is one."""
        if self._tap:
            self._tap = False
            batch(self.name, "link del tap0")

    def files(self):
        """What a machine needs in its /etc to live in this world."""
        if self.preconfigured:
            return {}
        return {"/etc/network/interfaces": IFUPDOWN}

    @contextlib.contextmanager
    def inside(self, server=False):
        """The calling thread is in the world's (or the server's) network for this block.

        Sockets opened here stay there.
        """
        with in_netns(self.server if server else self.name):
            yield

    def run(self, argv, check=True, timeout=60, **options):
        """Run a program of this machine's in the world; a CompletedProcess with text output."""
        options = {"text": True, "capture_output": True, **options}
        return subprocess.run(["ip", "netns", "exec", self.name, *argv], check=check,
                              timeout=scaled(timeout), **options)

    def terminal(self, argv, size=(25, 80)):
        """Run a program of this machine's in the world on a terminal: a console.Terminal."""
        return Terminal.open(host.dying_with_parent(["ip", "netns", "exec", self.name, *argv]), size)

    def tcp_connects(self, address, port, silence=1.0):
        """What happens to a connection from the world to the server: see `attempt`."""
        with self.inside():
            return attempt(address, port, silence)

    def scan(self, address, ports):
        """The TCP ports among these ("1-1024,8080") that nmap finds open."""
        family = ["-6"] if ":" in address else []
        out = self.run(["nmap", *family, "-n", "-Pn", "-sS", "-T5", "--min-rate=3000",
                        "--max-retries=2", "-p", ports, "-oG", "-", address], timeout=120).stdout
        return {int(port) for port in re.findall(r"(\d+)/open/tcp", out)}

    def udp(self, address, port, payload=b"lab", source=None, source_port=0):
        """Send one datagram to the server."""
        with self.inside():
            packets.udp(address, port, payload, source, source_port)

    def flood(self, address, ports, count=2 ** 62, seconds=60.0, kind="udp", cpu=None):
        """Datagrams, or with kind="syn" SYNs, as fast as it goes, each from another made-up sender;
        (how many, in how many seconds of a processor). See flood.c."""
        pin = [] if cpu is None else ["taskset", "--cpu-list", str(cpu)]
        argv = [*pin, traffic.flooder(), "port0", WORLD_MAC, SERVER_MAC, kind, address,
                ",".join(map(str, ports)), str(count), str(seconds)]
        sent, took = self.run(argv, timeout=seconds + 30).stdout.split()
        return int(sent), float(took)

    def neighbour_solicitation(self, target=SERVER6, hops=255, silence=1.0):
        """Ask who has `target`; whether it answered."""
        with self.inside():
            return packets.neighbour_solicitation(target, hops, silence, "br0", WORLD_MAC)

    def echo(self, address, silence=1.0):
        """Ping once; whether it answered."""
        with self.inside():
            return packets.echo(address, silence)

    def router_advertisement(self, prefix="2001:db8:1::", hops=255):
        """Announce a prefix to the server, from the world's link-local address."""
        with self.inside():
            packets.router_advertisement(prefix, hops, "br0", WORLD_MAC)

    def dhcpv6_reply(self, address=SERVER6, source=WORLD6):
        """Send what a DHCPv6 server's answer looks like; `source` is a global address."""
        with self.inside():
            packets.udp(address, 546, packets.DHCPV6_REPLY, source, 547)

    def listen(self, port, protocol="tcp"):
        """A Listener in the world, for tests of what the server may send out."""
        with self.inside():
            return Listener(port, protocol)

    def worm(self, addresses=(SERVER4, SERVER6), **options):
        """A running traffic.Worm that sends to the server; ends with the world at the latest."""
        worm = traffic.Worm(self.name, self.folder / f"worm{len(self._worms)}", addresses,
                            **options)
        self._worms.append(worm)
        return worm

    def dhcp(self):
        """Start a DHCP server for the server, which goes with the world."""
        self._dhcp = dhcp.Server(self.name, self.folder / "dhcp", address=SERVER4, mac=SERVER_MAC,
                                 router=WORLD4)

    def close(self):
        """Remove all of it."""
        for worm in self._worms:
            worm.stop()
        if self._dhcp:
            self._dhcp.close()
        if self.mirror:
            self.mirror.close()
        with contextlib.suppress(subprocess.CalledProcessError):
            self.unplug()
        subprocess.run(["ip", "netns", "del", self.name], check=False, stderr=subprocess.DEVNULL)
        if self.folder.exists():
            cache.remove(self.folder)


class Listener(host.Closing):
    """Counts who comes; `count` and `senders`. A context manager."""

    def __init__(self, port, protocol):
        kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
        self.count = 0
        self.senders = []
        self._socket = socket.socket(socket.AF_INET6, kind)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("::", port))
        self._socket.settimeout(0.1)  # then looks whether it is closed
        self._closing = False
        if protocol == "tcp":
            self._socket.listen(64)
        self._thread = threading.Thread(target=self._serve, args=(protocol,), daemon=True)
        self._thread.start()

    def _serve(self, protocol):
        while not self._closing:
            try:
                if protocol == "tcp":
                    connection, sender = self._socket.accept()
                    connection.close()
                else:
                    _, sender = self._socket.recvfrom(2048)
            except TimeoutError:
                continue
            self.count += 1
            self.senders.append(sender[0].removeprefix("::ffff:"))

    def close(self):
        """Stop listening."""
        self._closing = True
        self._thread.join()
        self._socket.close()


def attempt(address, port, silence=1.0):
    """Try a TCP connection: "open", "refused" (by the host), "rejected" (by a filter that says
    so), "unreachable" (no route) or "silent" for so many seconds.

    Those are no deadline: kernels answer each other without any program, and on a busy machine, too.
    """
    try:
        socket.create_connection((address, port), silence).close()  # no deadline
    except TimeoutError:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        filtered = error.errno in (errno.EHOSTUNREACH, errno.EACCES, errno.EPERM)
        return "rejected" if filtered else "unreachable"
    return "open"


@contextlib.contextmanager
def in_netns(name):
    """The calling thread is in a named network namespace for this block."""
    with open("/proc/thread-self/ns/net", "rb") as home, open(f"/run/netns/{name}", "rb") as to:
        host.enter_network(to)
        try:
            yield
        finally:
            host.enter_network(home)


def ip(*arguments):
    """Run ip(8)."""
    subprocess.run(["ip", *arguments], check=True, stdin=subprocess.DEVNULL)


def batch(netns, commands):
    """Run several ip(8) commands in a namespace, in one process."""
    text = "\n".join(line.strip() for line in commands.splitlines())
    subprocess.run(["ip", "-netns", netns, "-batch", "-"], input=text, text=True, check=True)
