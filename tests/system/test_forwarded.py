# SPDX-License-Identifier: GPL-2.0-or-later
"""What a server forwards, and sessions that are there before it is sealed; with rules of somebody's.

A flowtable, which takes connections past all rules, is a part of the kernel that the lab's own may
not have, and so in a virtual machine.
"""
import contextlib
import socket
import threading
import time
from pathlib import Path

import lab
import pytest
from cordon import assert_sealed, assert_truthful
from deadline import until

PORT = 7777
BOX = "198.51.100.2"  # a container behind the server
COUNT = 20
# Answers, and speaks of itself, too: an answer is not all that connection tracking goes by.
ECHO = {"/root/echo.py": f"""
import socket, sys
here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
here.bind(("0.0.0.0", {PORT}))
here.settimeout(0.1)
open(sys.argv[1], "a").close()
sender = None
while True:
    try:
        data, sender = here.recvfrom(100)
        with open(sys.argv[1], "a") as heard:
            heard.write(".")
    except TimeoutError:
        data = b"tick"
    try:
        sender and here.sendto(data, sender)
    except OSError:
        pass
"""}
BOXED = f"""set -e
    ip netns add box; ip link add vbox type veth peer name eth0 netns box
    ip addr add 198.51.100.1/24 dev vbox; ip link set vbox up
    ip -n box addr add {BOX}/24 dev eth0; ip -n box link set eth0 up
    ip -n box route add default via 198.51.100.1
    systemd-run -q -p NetworkNamespacePath=/run/netns/box python3 /root/echo.py /run/box
    systemd-run -q python3 /root/echo.py /run/server
    while [ ! -e /run/box ] || [ ! -e /run/server ]; do sleep 0.05; done
"""


class Flow:
    """Datagrams from one port of the world's to an echo."""

    def __init__(self, world, address=BOX, port=PORT):
        with world.inside():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((address, port))
        self.socket.settimeout(0.05)  # then sends the next

    def talk(self, count=COUNT):
        """Send some."""
        for _ in range(count):
            with contextlib.suppress(OSError):  # no answer, or what was said of the one before
                self.socket.send(b"flow")
                self.socket.recv(100)

    @contextlib.contextmanager
    def without_end(self):
        """It never is silent for this block."""
        ended = threading.Event()

        def talk():
            while not ended.wait(0.02):  # then sends the next
                self.talk(1)
        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield
        ended.set()
        thread.join()


def heard(machine, where, deed, opens=False):
    """How many datagrams the echo there heard of the deed; with `opens`, as soon as there is one."""
    def count():
        return int(machine.run(["stat", "--format=%s", f"/run/{where}"]).stdout)
    before = count()
    deed()
    time.sleep(0.2)  # what might still arrive
    if opens:
        until(lambda: count() > before, 30, "nothing arrives, though nothing is closed")
    return count() - before


def for_a_while():
    """What a flow without end sends meanwhile."""
    time.sleep(3)  # as said


# As containers publish ports, and as somebody lets in everything, before cordon looks and after.
SOMEBODYS = """
table inet somebody {
    chain publish { type nat hook prerouting priority dstnat;
        udp dport 8089 dnat ip to 198.51.100.2:7777
    }
    chain input1 { type filter hook input priority -1000; accept; }
    chain input2 { type filter hook input priority 1000; accept; }
    chain forward1 { type filter hook forward priority -1000; accept; }
    chain forward2 { type filter hook forward priority 1000; accept; }
}
"""
FIRST = {"/root/somebodys": SOMEBODYS, "/etc/systemd/system/somebody.service":
         "[Unit]\nDefaultDependencies=no\nBefore=cordon-seal.service\n[Service]\nType=oneshot\n"
         "ExecStart=nft -f /root/somebodys\n",
         "/etc/systemd/system/sysinit.target.d/first.conf": "[Unit]\nWants=somebody.service\n"}
BY_SESSIONS = """
table inet by_sessions {
    chain input { type filter hook input priority 0; policy drop; ct state established accept; }
    chain forward { type filter hook forward priority 0; policy drop; ct state established accept; }
}
"""


def test_rules_and_sessions_from_before(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**ECHO, **FIRST})
    with world.worm():
        machine.boot()
        with world.inside(server=True):  # nspawn mounts it read-only inside
            Path("/proc/sys/net/ipv4/ip_forward").write_text("1", encoding="ascii")
        machine.run(BOXED)
        flows = {"server": Flow(world, lab.SERVER4), "box": Flow(world, lab.SERVER4, 8089)}

        def admitted(opens=False):
            return sum(heard(machine, where, flow.talk, opens) for where, flow in flows.items())
        fault("somebody's rules from before the seal: DNAT, accept", COUNT, machine, admitted())
        assert_sealed(machine)
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    fault("somebody's rules from before the seal: control, finished", COUNT, admitted=admitted(True),
          opens=True)
    machine.run(["nft", "-f", "-"], input=BY_SESSIONS)
    fault("cordon arm: sessions: control, a firewall that goes by sessions", COUNT, admitted=admitted(True),
          opens=True)
    machine.run("nft delete table inet by_sessions; cordon arm")
    fault("cordon arm: sessions over UDP, to the server and through it", COUNT, admitted=admitted())


FLOWTABLE = """
table inet router {
    flowtable fast { hook ingress priority filter; devices = { eth0, vbox }; }
    chain forward { type filter hook forward priority mangle;
        ct state established flow add @fast
    }
}
"""
# What is silent for eight seconds is handed back to the rules.
OFFLOADING = """
    modprobe nft_flow_offload; modprobe nf_flow_table_inet
    sysctl -qw net.ipv4.ip_forward=1 net.netfilter.nf_flowtable_udp_timeout=8
    nft -f /root/router
"""


def offloaded(machine):
    """The box's connections that a flowtable has, as the kernel lists them."""
    listed = machine.run(f"grep 'dport={PORT}.*OFFLOAD' /proc/net/nf_conntrack", check=False).stdout
    return listed.splitlines()


@pytest.mark.endurance
@pytest.mark.virtual
def test_a_flowtable_of_somebodys(world, machines, deb, fault):
    machine = machines(world, kind=lab.VirtualMachine, deb=deb,
                       files={**ECHO, "/root/router": FLOWTABLE})
    machine.boot()
    machine.run(BOXED + OFFLOADING)
    world.run(["ip", "route", "add", f"{BOX}/32", "via", lab.SERVER4])
    first, second = Flow(world), Flow(world)
    fault("a flowtable of somebody's, sealed since boot", COUNT, admitted=heard(machine, "box", first.talk))
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    fault("a flowtable of somebody's: control, finished", COUNT,
          admitted=heard(machine, "box", second.talk, True), opens=True)
    with first.without_end():
        port = first.socket.getsockname()[1]
        until(lambda: [f"sport={port} " in line for line in offloaded(machine)] == [True], 60,
              "the one is to be taken over, and the other handed back", pause=1)
        machine.run("cordon seal --print | nft -f -")
        fault("cordon arm: control, the rules alone, a connection in a flowtable", COUNT,
              admitted=heard(machine, "box", for_a_while, True), opens=True)
        machine.run(["nft", "delete", "table", "inet", "cordon"])
        said = machine.run(["cordon", "arm"])
        assert "flowtable" not in said.stderr, said
        fault("cordon arm: a connection in a flowtable", COUNT,
              admitted=heard(machine, "box", for_a_while))
        fault("cordon arm: a connection that a flowtable would take over", COUNT,
              admitted=heard(machine, "box", second.talk))
    assert "fast" in machine.run(["nft", "list", "flowtables"]).stdout, "what is not ours was touched"
    assert_truthful(machine)
