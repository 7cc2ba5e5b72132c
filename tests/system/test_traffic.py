# SPDX-License-Identifier: GPL-2.0-or-later
"""What passes a seal, and what does not (P5, P17), packet by packet."""
import contextlib
import json
import socket
import threading
from pathlib import Path

import lab
import pytest
from cordon import assert_sealed, status
from deadline import scaled, until

SITE = "/etc/cordon/cordon.conf.d/50-test.conf"


def seen(machine, expression):
    """Whether rules of the test's own saw a packet that had passed both tables of the seal."""
    listed = machine.run(["nft", "--json", "list", "counters", "table", "inet", "probe"]).stdout
    for item in json.loads(listed)["nftables"]:
        if item.get("counter", {}).get("name") == expression:
            return item["counter"]["packets"]
    raise KeyError(expression)


PROBE = """table inet probe {
    counter advert { }
    counter solicit { }
    counter dhcpv6 { }
    counter dhcpv4 { }
    counter syn { }
    chain after { type filter hook input priority 300; policy accept;
        icmpv6 type nd-router-advert counter name advert
        icmpv6 type nd-neighbor-solicit counter name solicit
        udp dport 546 counter name dhcpv6
        udp dport 68 counter name dhcpv4
        iif != lo tcp flags syn / syn,ack counter name syn
    }
}
"""


@contextlib.contextmanager
def echo_server(world, port):
    """Answers one connection, line by line."""
    with world.inside():
        server = socket.create_server((lab.WORLD4, port))
    server.settimeout(scaled(20))

    def serve():
        with contextlib.suppress(OSError), server.accept()[0] as connection:
            while data := connection.recv(4096):
                connection.sendall(data)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield
    server.close()
    thread.join(scaled(5))


def test_ipv6_works_and_nothing_else_comes_in(world, machine):
    machine.run(["nft", "-f", "-"], input=PROBE)
    assert world.neighbour_solicitation(), "the server does not say where it is"
    assert not world.neighbour_solicitation(hops=64), "a solicitation from beyond the link passed"
    world.router_advertisement()
    world.router_advertisement(hops=64)
    world.dhcpv6_reply()  # from a global address, as RFC 8415 allows
    world.udp(lab.SERVER4, 68, source_port=67)
    for address in (lab.SERVER4, lab.SERVER6):
        assert world.tcp_connects(address, 22, silence=0.5) not in ("open", "refused")
        assert not world.echo(address, silence=0.3)
        world.udp(address, 9000)
    until(lambda: "2001:db8:1::" in machine.run("ip -6 address").stdout, 30, "no address")
    until(lambda: seen(machine, "dhcpv6") and seen(machine, "dhcpv4"), 30, "no answer of DHCP")
    assert seen(machine, "advert") == 1, "one router advertisement, the one from this link"
    assert seen(machine, "solicit") >= 1
    assert seen(machine, "dhcpv6") == 1 and seen(machine, "dhcpv4") == 1
    assert seen(machine, "syn") == 0
    assert_sealed(machine)


def test_outbound_only_what_updating_needs(world, machine):
    machine.run(["curl", "--silent", "--fail", "-o", "/dev/null",
                 f"http://{lab.WORLD4}/debian-security/dists/{lab.release.codename()}-security/InRelease"])
    for address in (lab.WORLD4, lab.WORLD6):
        for port in (443, 53):
            with world.listen(port):
                assert machine.connects(address, port) == "open", (address, port)
        for port in (22, 25, 8080, 6667):
            with world.listen(port) as listener:
                how = machine.connects(address, port)
                assert how in ("rejected", "refused"), (address, port, how)
                assert listener.count == 0
    with world.listen(4445, "udp") as udp, world.listen(53, "udp") as dns:
        for port in (4445, 53):
            machine.run(["bash", "-c", f"echo > /dev/udp/{lab.WORLD4}/{port}"], check=False)
        until(lambda: dns.count, 30, "no datagram to port 53")
        assert (udp.count, dns.count) == (0, 1)
    assert status(machine)["packets"]["refused_out"] >= 9
    assert not machine.run(["ping", "-c1", "-W1", lab.WORLD4], check=False).returncode == 0


def test_configured_exceptions_and_no_more(world, machines, deb):
    machine = machines(world, deb=deb, files={
        SITE: f"[Allow]\nPort=22/tcp 9000/udp\n"
              f"From={lab.WORLD4} 192.0.2.98 2001:db8::/64\n"
              "[Egress]\nAllow=8140/tcp\n"})
    machine.boot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert world.tcp_connects(lab.SERVER6, 22) == "open"
    assert world.tcp_connects(lab.SERVER4, 8000, silence=0.5) not in ("open", "refused")
    for address in ("192.0.2.97", "192.0.2.98", "192.0.2.99"):
        world.run(["ip", "addr", "add", f"{address}/24", "dev", "br0"])
    for address, expected in (("192.0.2.97", 0), ("192.0.2.99", 0), (lab.WORLD4, 1), ("192.0.2.98", 2)):
        world.udp(lab.SERVER4, 9000, source=address)
        until(lambda: machine.canary.datagrams >= expected, 30, f"{address} is kept out")
        assert machine.canary.datagrams == expected, "From= does not narrow"
    with world.listen(8140):
        assert machine.connects(lab.WORLD4, 8140) == "open"
    exceptions = {(e["direction"], e["what"]): e for e in status(machine)["exceptions"]}
    assert exceptions["in", f"22/tcp from {lab.WORLD4}"]["source"] == SITE + ":2"
    assert exceptions["out", "8140/tcp"]["reason"] == "configured"


def echo_datagrams(world, port, count):
    """Sends that many datagrams back, from the port that they came to."""
    with world.inside():
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((lab.WORLD4, port))
    server.settimeout(scaled(10))

    def serve():
        with server, contextlib.suppress(TimeoutError):
            for _ in range(count):
                server.sendto(*server.recvfrom(512))
    threading.Thread(target=serve, daemon=True).start()


def answer(machine, port):
    """What comes back for a line in a datagram."""
    return machine.run(["bash", "-c", f"exec 3<>/dev/udp/{lab.WORLD4}/{port}; echo hello >&3;"
                        f"timeout {scaled(2):.0f} head -n1 <&3"], check=False).stdout.strip()


@pytest.mark.parametrize("egress, reached", [("updates", (53, 123, 6000)), ("open", (53, 7000))])
def test_datagrams_only_as_answers(world, machines, deb, egress, reached):
    """Dropped before connection tracking, unless they come from where an answer may come from."""
    machine = machines(world, deb=deb, files={
        SITE: f"[Cordon]\nEgress={egress}\n[Egress]\nAllow=6000/udp\n"})
    machine.boot()
    for port in (53, 123, 6000, 7000):
        world.udp(lab.SERVER4, 9000, source_port=port)
    for port in reached:
        echo_datagrams(world, port, 1)
        assert answer(machine, port) == "hello", port
        world.udp(lab.SERVER4, 9000, source_port=port)
    until(lambda: status(machine)["packets"]["blocked_in"] >= 4 + len(reached), 30,
          lambda: status(machine)["packets"])
    assert_sealed(machine)


def test_egress_open_is_inbound_only(world, machines, deb):
    machine = machines(world, deb=deb, files={SITE: "[Cordon]\nEgress=open\n"})
    with world.worm():
        machine.boot()
        with world.listen(6667):
            assert machine.connects(lab.WORLD4, 6667) == "open"
        assert_sealed(machine)


@pytest.mark.parametrize("address", [lab.WORLD4, lab.WORLD6])
def test_mirrors_and_proxies_on_other_ports(worlds, machines, deb, address):
    """They come from the package manager's own configuration."""
    world = worlds(mirror_port=3142)
    literal = f"[{address}]" if ":" in address else address
    machine = machines(world, deb=deb, files={
        "/etc/apt/apt.conf.d/30proxy": f'Acquire::http::Proxy "http://{literal}:3128";\n',
        "/etc/apt/sources.list.d/site.list": f"deb [trusted=yes] http://{literal}:3142/debian {lab.release.codename()} main\n"})
    machine.boot()
    for port in (3128, 3142):
        if port == 3128:
            with world.listen(port):
                assert machine.connects(address, port) == "open", port
        elif address == lab.WORLD4:
            assert machine.connects(address, port) == "open", port
    assert machine.connects(address, 3129, silence=0.5) in ("rejected", "refused")


def test_containers_do_not_bypass_it(world, machine, fault):
    """A published port is a DNAT and forwarded; the drop in `forward` is final for it."""
    with world.inside(server=True):  # nspawn mounts it read-only inside
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
    machine.run("""set -e
        nft add table inet probe; nft add counter inet probe forwarded
        nft 'add chain inet probe after { type filter hook forward priority 300; }'
        nft add rule inet probe after counter name forwarded
        ip netns add box; ip link add vbox type veth peer name eth0 netns box
        ip addr add 198.51.100.1/24 dev vbox; ip link set vbox up
        ip -n box addr add 198.51.100.2/24 dev eth0; ip -n box link set eth0 up
        ip -n box link set lo up; ip -n box route add default via 198.51.100.1
        nft add table ip pub
        nft 'add chain ip pub pre { type nat hook prerouting priority dstnat; }'
        nft add rule ip pub pre tcp dport 8088 dnat to 198.51.100.2:22
        nft add rule ip pub pre udp dport 8089 dnat to 198.51.100.2:9
    """)
    assert world.tcp_connects(lab.SERVER4, 8088, silence=0.5) not in ("open", "refused")
    world.udp(lab.SERVER4, 8089)
    world.udp(lab.SERVER4, 8089, source_port=53)  # as an answer would: it comes as far as forward
    until(lambda: status(machine)["packets"]["blocked_forward"], 30, "nothing came as far as forward")
    fault("a container's published ports (DNAT)", 3, admitted=seen(machine, "forwarded"))
    machine.run("cordon finish --force --reason test; systemctl stop cordon-check.timer")
    assert world.tcp_connects(lab.SERVER4, 8088, silence=1) == "refused", "the test has no teeth"
    fault("a container's published ports (DNAT): control, finished", 1,
          admitted=seen(machine, "forwarded"), opens=True)


def test_connections_from_before_the_seal_go_on(world, machines, deb):
    """A root on iSCSI: outbound TCP without SYN passes, and its answers do."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run("cordon finish --force --reason test")
    with echo_server(world, 3260):
        machine.run(["bash", "-c", """
            exec 3<>/dev/tcp/%s/3260
            rm /run/cordon/open
            cordon reset && systemctl start cordon-seal
            nft list tables | grep -q cordon_hold || exit 3
            echo hello >&3
            read -t %d answer <&3 && test "$answer" = hello
        """ % (lab.WORLD4, scaled(5))])
