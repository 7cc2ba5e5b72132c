# SPDX-License-Identifier: GPL-2.0-or-later
"""Links that come after the seal, and packets that are not as usual.

Each is tried twice: while the server is sealed nothing may arrive, and when it is finished the same
has to arrive, or it would prove nothing.
"""
import contextlib
import socket
import struct
import time
from dataclasses import dataclass

import lab
import pytest
from cordon import assert_sealed
from deadline import scaled, until
from lab import net, wireguard
from test_forwarded import ECHO, Flow, heard
from test_traffic import SITE

PORT = 9000
COUNT = 20


@dataclass
class Link:
    """One more link: made by ip(8) on both sides; the world's address ends in 1, the server's in 2."""

    what: str
    network: str
    world: str
    server: str

    @property
    def address(self):
        """The server's."""
        return f"{self.network}.2"


def wire(number, peer):
    """A wire between the world's `x` and the server's `peer`."""
    return f"link add x{number} type veth peer name {peer} netns SERVER\nlink set x{number} up\n"


LINKS = [
    Link("NIC plugged in", "198.51.100", wire(0, "hot0"), "link set hot0 up"),
    Link("NIC renamed", "203.0.113", wire(1, "hot1"), "link set hot1 name eth7\nlink set eth7 up"),
    Link("bridge", "198.18.1", wire(2, "hot2"),
         "link add br7 type bridge\nlink set hot2 master br7\nlink set hot2 up\nlink set br7 up"),
    Link("macvlan", "198.18.2", wire(3, "hot3"), "link set hot3 up\n"
         "link add mv7 link hot3 type macvlan mode bridge\nlink set mv7 up"),
]


def make(world, link):
    """Plug it in; each side's address is on what its commands made last."""
    net.batch(world.name, link.world.replace("SERVER", world.server))
    net.batch(world.server, link.server)
    for space, commands, host in ((world.name, link.world, 1), (world.server, link.server, 2)):
        name = commands.strip().splitlines()[-1].split()[2]
        net.batch(space, f"addr add {link.network}.{host}/24 dev {name}")


def datagrams(world, address, options=(), size=4):
    """Send a few to the canary, with headers that setsockopt(2) puts in."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with world.inside(), socket.socket(family, socket.SOCK_DGRAM) as sender:
        for name, value in options:
            sender.setsockopt(socket.IPPROTO_IPV6, name, value)
        for _ in range(COUNT):
            with contextlib.suppress(OSError):  # rejected, or not yet resolved
                sender.sendto(bytes(size), (address, PORT))
            time.sleep(0.002)  # not all at once


def raw_fragments(world):
    """A datagram over IPv4 in two pieces, the header of UDP alone in the first, so that a rule that
    looks at one packet at a time sees no port in the second."""
    to, source = socket.inet_aton(lab.SERVER4), socket.inet_aton(lab.WORLD4)
    udp = struct.pack("!HHHH", 4000, PORT, 24, 0) + bytes(16)
    with world.inside(), socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as raw:
        for number in range(COUNT):
            for part, offset in ((udp[8:], 1), (udp[:8], 0x2000)):
                head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(part), number + 1, offset, 64,
                                   17, 0, source, to)
                raw.sendto(head + part, (lab.SERVER4, 0))
            time.sleep(0.002)  # not all at once


PADDING = b"\1\4" + bytes(4)  # PadN
UNUSUAL = {
    "IPv6 hop-by-hop options": lambda world: datagrams(
        world, lab.SERVER6, [(socket.IPV6_HOPOPTS, b"\0\0" + PADDING)]),
    "IPv6 destination options": lambda world: datagrams(
        world, lab.SERVER6, [(socket.IPV6_DSTOPTS, b"\0\0" + PADDING)]),
    "IPv6 both, and fragments": lambda world: datagrams(
        world, lab.SERVER6, [(socket.IPV6_HOPOPTS, b"\0\0" + PADDING),
                             (socket.IPV6_DSTOPTS, b"\0\0" + PADDING)], 4000),
    "IPv6 fragments": lambda world: datagrams(world, lab.SERVER6, size=4000),
    "IPv4 fragments": lambda world: datagrams(world, lab.SERVER4, size=4000),
    "IPv4 fragments, the last first": raw_fragments,
}


def arrived(machine, deed, opens=False):
    """How many datagrams the deed got to the canary; with `opens`, as soon as there is one."""
    before = machine.canary.datagrams
    deed()
    time.sleep(0.1)  # what might still arrive
    if opens:
        until(lambda: machine.canary.datagrams > before, 30, "nothing arrives, though nothing is closed")
    return machine.canary.datagrams - before


def test_links_and_packets_of_all_kinds(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    machine.boot()
    for link in LINKS:
        make(world, link)
    deeds = {f"{link.what} while sealed": lambda link=link: datagrams(world, link.address)
             for link in LINKS}
    deeds |= {what: lambda deed=deed: deed(world) for what, deed in UNUSUAL.items()}
    for what, deed in deeds.items():
        fault(what, COUNT, admitted=arrived(machine, deed))
    assert_sealed(machine)
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    for what, deed in deeds.items():
        fault(f"{what}: control, finished", COUNT, admitted=arrived(machine, deed, True),
              opens=True)


def test_a_link_in_another_network_namespace(worlds, machines, deb, fault):
    """What is there is reached, for the seal is of one; and back in that one the link is closed."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files=ECHO)
    machine.boot()
    make(world, Link("", "198.18.9", wire(9, "hot9"), "link set hot9 up"))
    machine.run("""set -e
        ip netns add room; ip link set hot9 netns room
        ip -n room addr add 198.18.9.2/24 dev hot9; ip -n room link set hot9 up
        systemd-run -q -p NetworkNamespacePath=/run/netns/room python3 /root/echo.py /run/room
        while [ ! -e /run/room ]; do sleep 0.05; done
    """)
    flow = Flow(world, "198.18.9.2")
    fault("a link in another network namespace: not sealed there", COUNT,
          admitted=heard(machine, "room", flow.talk, True), opens=True)
    machine.run("ip -n room link set hot9 netns 1; ip addr add 198.18.9.2/24 dev hot9;"
                "ip link set hot9 up")
    fault("a link back from another network namespace", COUNT,
          admitted=arrived(machine, lambda: datagrams(world, "198.18.9.2")))
    assert_sealed(machine)


# What the lab's own kernel may not have: in a virtual machine, whose one link becomes a part of it.
KINDS = {
    "bond": f"ip link add B address {lab.SERVER_MAC} type bond mode active-backup miimon 100;"
            "ip link set eth0 down;"
            "ip link set eth0 master B; ip link set B up; ip addr add ADDRESS dev B",
    "VRF": "sysctl -qw net.ipv4.udp_l3mdev_accept=1; ip link add B type vrf table 7; ip link set B up;"
           "ip link set eth0 master B; ip addr add ADDRESS dev eth0",
    "VLAN": "ip link add link eth0 name B type vlan id 7; ip link set B up; ip addr add ADDRESS dev B",
    "6in4": "ip tunnel add B mode sit remote 192.0.2.1 local 192.0.2.2; ip link set B up;"
            "ip -6 addr add 2001:db8:7::2/64 dev B nodad",
    "IPIP": "ip tunnel add B mode ipip remote 192.0.2.1 local 192.0.2.2; ip link set B up;"
            "ip addr add ADDRESS dev B",
    "GRE": "ip tunnel add B mode gre remote 192.0.2.1 local 192.0.2.2; ip link set B up;"
           "ip addr add ADDRESS dev B",
    "WireGuard, its port open": "ip link add B type wireguard; /root/wg setconf B /root/wg.conf;"
                                "ip link set B up; ip addr add ADDRESS dev B",
}
UNDONE = "ip link del B; ip addr flush dev eth0; ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up"
TAGGED = bytes.fromhex(lab.SERVER_MAC.replace(":", "") + lab.WORLD_MAC.replace(":", "")
                       + "81000007" + "0800")


def ipv4(to, protocol, payload):
    """A packet, as bytes."""
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0,
                       socket.inet_aton(lab.WORLD4), socket.inet_aton(to))
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:] + payload


DATAGRAM = struct.pack("!HHHH4s", 9, PORT, 12, 0, b"lab!")


def raw(world, protocol, payload):
    """A few packets over IPv4 to the server."""
    with world.inside(), socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as sender:
        for _ in range(COUNT):
            sender.sendto(payload, (lab.SERVER4, 0))
            time.sleep(0.002)  # not all at once


def tagged(world, address):
    """Datagrams in a VLAN that the world's own kernel need not know."""
    frame = TAGGED + ipv4(address, 17, DATAGRAM)
    with world.inside(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
        sender.bind(("br0", 0))
        for _ in range(COUNT):
            sender.send(frame)
            time.sleep(0.002)  # not all at once


def tunnelled(world, _):
    """Datagrams over IPv6 in IPv4."""
    source, to = (socket.inet_pton(socket.AF_INET6, f"2001:db8:7::{end}") for end in (1, 2))
    payload = struct.pack("!HHH", 9, PORT, 12)
    total = sum(struct.unpack("!22H", source + to + struct.pack("!II", 12, 17) + payload[:4]))
    total += sum(struct.unpack("!3H", payload[4:] + b"lab!"))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    raw(world, 41, struct.pack("!IHBB", 6 << 28, 12, 17, 64) + source + to + payload +
        struct.pack("!H", ~total & 0xFFFF) + b"lab!")


def wireguarded(world, address):
    """Datagrams through a tunnel that the server's kernel decrypts."""
    with wireguard.End(world.name, wireguard.configurations()[0], "198.18.99.1/24"):
        world.run(["ip", "route", "replace", address, "dev", wireguard.LINK, "src", lab.WORLD4])
        datagrams(world, address)
        time.sleep(scaled(3))  # they wait there until the server has answered


SENDERS = {
    "VLAN": tagged, "6in4": tunnelled,
    "IPIP": lambda world, address: raw(world, 4, ipv4(address, 17, DATAGRAM)),
    "GRE": lambda world, address: raw(world, 47, struct.pack("!HH", 0, 0x0800) +
                                      ipv4(address, 17, DATAGRAM)),
    "WireGuard, its port open": wireguarded,
}


def through_all_kinds(world, machine, judge, opens=False):
    """Each kind of link is made, shot at, and removed; judge(kind, how many datagrams arrived)."""
    for number, (kind, commands) in enumerate(KINDS.items()):
        address = f"198.18.{number}.2"
        machine.run(commands.replace("ADDRESS", address + "/24"))
        world.run(["ip", "route", "replace", address, "dev", "br0", "src", lab.WORLD4])
        world.run(["ip", "neigh", "replace", address, "lladdr", lab.SERVER_MAC, "dev", "br0"])
        send = SENDERS.get(kind, datagrams)
        time.sleep(scaled(2))  # a bond needs a moment
        before = machine.canary.datagrams
        send(world, address)
        time.sleep(1)  # the counts come over a serial line
        if opens:
            until(lambda: machine.canary.datagrams > before, 60, kind)
        if send == wireguarded:
            met = machine.run("/root/wg show B latest-handshakes").stdout.split()
            assert int(met[-1]), "the outer packets did not pass"
        judge(kind, machine.canary.datagrams - before)
        machine.run(UNDONE)


@pytest.mark.endurance
@pytest.mark.virtual
def test_links_of_a_real_kernel(world, machines, deb, fault):
    machine = machines(world, kind=lab.VirtualMachine, deb=deb, files={
        "/root/wg": (wireguard.program().read_bytes(), 0o755), "/root/wg.conf": wireguard.configurations()[1],
        SITE: f"[Allow]\nPort={wireguard.PORT}/udp\n"})
    machine.boot()
    through_all_kinds(world, machine, lambda kind, count: fault(f"{kind}, made while sealed", COUNT,
                                                                admitted=count))
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    through_all_kinds(world, machine, lambda kind, count: fault(
        f"{kind}, made while sealed: control, finished", COUNT, admitted=count, opens=True), opens=True)
