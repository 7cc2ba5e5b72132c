# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels into the server: neither the outer packets, nor the inner ones, reach a program.

That the outer ones pass, as for a VPN by which a server is administered, opens nothing but that.
"""
import contextlib

from cordon import assert_sealed
from lab import net, wireguard
from test_links import COUNT, PORT, Link, arrived, datagrams, make
from test_traffic import SITE, seen

MAC = "02:00:00:00:00:07"
VXLAN = "link add vx7 {} type vxlan id 7 local {} remote {} dstport 4789\nlink set vx7 up"
LINKS = {"vx7": Link("VXLAN", "198.18.7", VXLAN.format("", net.WORLD4, net.SERVER4),
                     VXLAN.format(f"address {MAC}", net.SERVER4, net.WORLD4)),
         wireguard.LINK: Link("WireGuard", "198.18.8", "", "")}
PROBE = "".join(f"""
    add table inet probe
    add counter inet probe {name}
    add chain inet probe early {{ type filter hook prerouting priority -500; }}
    add rule inet probe early iifname {name} udp dport {PORT} counter name {name}
""" for name in LINKS)


@contextlib.contextmanager
def wireguards(world):
    """Both ends for this block. They are new: one that had no answer waits before it asks again."""
    outside, inside = wireguard.configurations()
    network = LINKS[wireguard.LINK].network
    with wireguard.End(world.name, outside, f"{network}.1/24"), \
            wireguard.End(world.server, inside, f"{network}.2/24"):
        yield


def test_through_tunnels(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    machine.boot()
    make(world, LINKS["vx7"])
    net.batch(world.name, f"neigh add {LINKS['vx7'].address} lladdr {MAC} dev vx7 nud permanent")
    machine.run(["nft", "-f", "-"], input=PROBE)

    def shoot(when, **control):
        with wireguards(world):
            for link in LINKS.values():
                count = arrived(machine, lambda link=link: datagrams(world, link.address), **control)
                fault(f"{link.what}, {when}", COUNT, admitted=count, **control)
    shoot("made while sealed")
    assert not any(seen(machine, name) for name in LINKS), "the outer packets passed"
    machine.write({SITE: f"[Allow]\nPort=4789/udp {wireguard.PORT}/udp\n"})
    machine.run(["systemctl", "reload", "cordon-seal"])
    shoot("its outer port open")
    assert all(seen(machine, name) for name in LINKS), "nothing came out of the tunnels"
    assert_sealed(machine)
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    shoot("made while sealed: control, finished", opens=True)
