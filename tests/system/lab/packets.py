# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that no ordinary program sends, from sockets in whatever network the thread is in.

What a seal must let through for a server to keep its network (neighbour discovery, router
advertisements, DHCPv6 answers), in a valid form and, by `hops`, in one that must be refused.
The kernel fills in ICMPv6 checksums.
"""
import os
import select
import socket
import struct

from deadline import Window

DHCPV6_REPLY = bytes([7, 0x12, 0x34, 0x56])  # message type Reply, a transaction id
ALL_NODES = "ff02::1"
ECHO_REQUEST = {socket.AF_INET: 8, socket.AF_INET6: 128}
ECHO_REPLY = {socket.AF_INET: 0, socket.AF_INET6: 129}


def udp(address, port, payload, source=None, source_port=0):
    """Send one datagram."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sender.bind((source or ("::" if family == socket.AF_INET6 else "0.0.0.0"), source_port))
        sender.sendto(payload, (address, port))


def _icmp6(hops, interface):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode())
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, hops)
    sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, hops)
    return sock


def neighbour_solicitation(target, hops, silence, interface, mac):
    """Ask for `target` by multicast; whether an advertisement for it came back."""
    packed = socket.inet_pton(socket.AF_INET6, target)
    group = socket.inet_ntop(socket.AF_INET6, bytes.fromhex("ff0200000000000000000001ff")
                             + packed[-3:])
    with _icmp6(hops, interface) as sock:
        message = struct.pack("!BBHI", 135, 0, 0, 0) + packed + _source_option(mac)
        sock.sendto(message, (group, 0, 0, socket.if_nametoindex(interface)))
        return _answered(sock, silence, lambda data: data[0] == 136 and data[8:24] == packed)


def _source_option(mac):
    return bytes([1, 1]) + bytes.fromhex(mac.replace(":", ""))


def router_advertisement(prefix, hops, interface, mac):
    """Announce a /64 prefix for autonomous configuration, without being a default router."""
    option = _source_option(mac)
    option += struct.pack("!BBBBIII", 3, 4, 64, 0xC0, 3600, 1800, 0)
    option += socket.inet_pton(socket.AF_INET6, prefix)
    with _icmp6(hops, interface) as sock:
        message = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0) + option
        sock.sendto(message, (ALL_NODES, 0, 0, socket.if_nametoindex(interface)))


def echo(address, silence):
    """Ping; whether the answer came."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    protocol = socket.IPPROTO_ICMPV6 if ":" in address else socket.IPPROTO_ICMP
    number = os.getpid() & 0xFFFF
    message = struct.pack("!BBHHH", ECHO_REQUEST[family], 0, 0, number, 1)
    if family == socket.AF_INET:
        message = message[:2] + struct.pack("!H", _checksum(message)) + message[4:]
    with socket.socket(family, socket.SOCK_RAW, protocol) as sock:
        sock.sendto(message, (address, 0))
        skip = 20 if family == socket.AF_INET else 0
        return _answered(sock, silence, lambda data: data[skip] == ECHO_REPLY[family]
                      and data[skip + 4:skip + 6] == struct.pack("!H", number))


def _checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def _answered(sock, silence, matches):
    """Whether what matches comes before so many seconds are over; see net.attempt()."""
    window = Window(silence)
    while select.select([sock], [], [], window.left())[0]:
        if matches(sock.recv(2048)):
            return True
    return False
