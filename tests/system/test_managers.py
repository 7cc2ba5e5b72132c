# SPDX-License-Identifier: GPL-2.0-or-later
"""Whoever brings the network up, and however early: a new server admits nothing, and where sealing fails
the network stays down.

ifupdown does it in all other tests; here the services of NetworkManager, dhcpcd, connman and systemd do,
by DHCP, and cloud-init, which has a lease before the network is configured at all.
"""
import time

import lab
import pytest
from cordon import assert_sealed
from deadline import until

BOOTS = 25

# No table, not even the generator's: all that is left is what the managers assert.
BROKEN = {"/usr/bin/cordon": ("#!/bin/false\n", 0o755)}
NO_GENERATOR = {"/etc/systemd/system-generators/cordon-generator": ("#!/bin/true\n", 0o755)}

MANAGERS = tuple(lab.managers.CONFIGURED)
SOURCES = ("OpenStack", "NoCloud")
CALLED = {**{manager: f"{manager}, DHCP" for manager in MANAGERS},
          "OpenStack": "cloud-init, with a lease before it", "NoCloud": "cloud-init, by a seed"}


@pytest.fixture
def boot(worlds, machines, deb):
    """boot(*ways, files={}): a new server, switched on among worms; the machine. A way to a network is
    a manager, or a data source of cloud-init."""
    def make(*ways, files=None):
        world = worlds()
        if ways[0] in MANAGERS:
            world.dhcp()
            made = {"extra": lab.managers.layer(), "files": lab.managers.files(*ways)}
        else:
            lab.cloud.surround(world)
            made = {"extra": lab.cloud.layer(), "environment": lab.cloud.ENVIRONMENT, "files": lab.cloud.files(*ways)}
        made["files"].update(files or {})
        machine = machines(world, deb=deb, **made)
        world.worm()
        machine.boot(timeout=120)
        return machine
    return make


def wait_for_network(machine):
    """Until the server has its address, for half a second more, and the mirror can be reached."""
    until(lambda: lab.SERVER4 in machine.run("ip address").stdout, 60,
          lambda: machine.run("ip address").stdout)
    time.sleep(0.5)  # what might still be let in
    assert machine.connects(lab.WORLD4, 80) == "open"


def when(machine, unit):
    """When a unit was started, comparable to what the canary says."""
    shown = machine.run(["systemctl", "show", "--value", "-p", "InactiveExitTimestampMonotonic", unit])
    return int(shown.stdout) / 1e6


def assert_asked_the_cloud(machine):
    """cloud-init had a lease and the metadata, behind the seal and before the network."""
    log = machine.path("/var/log/cloud-init.log").read_text()
    local = log[:log.index("finish: init-local:")]
    assert f"Received dhcp lease on eth0 for {lab.SERVER4}" in local, local
    assert "Loaded datasource DataSourceOpenStackLocal" in local, local
    assert "/openstack/latest/user_data" in machine.world.mirror.requests
    assert when(machine, "cordon-seal") < when(machine, "cloud-init-local") < when(machine, "networking")


@pytest.mark.parametrize("way", MANAGERS + SOURCES)
def test_nothing_gets_in(boot, fault, way):
    machine = boot(way)
    wait_for_network(machine)
    if way == "OpenStack":
        assert_asked_the_cloud(machine)
    now = assert_sealed(machine)
    assert now["packets"]["blocked_in"] > 100, "nothing was sent at it"
    fault(f"first boot, network by {CALLED[way]}", 1, machine)


@pytest.mark.parametrize("ways, units", [
    (MANAGERS, MANAGERS), (["OpenStack"], ["cloud-init-local", "cloud-init", "networking"])],
    ids=["managers", "cloud-init"])
def test_without_a_seal_the_network_stays_down(boot, fault, ways, units):
    machine = boot(*ways, files=BROKEN)
    time.sleep(0.5)  # what might still be let in
    for unit in units:
        shown = machine.run(["systemctl", "show", "-p", "ActiveState,AssertResult", unit]).stdout
        assert "ActiveState=inactive" in shown and "AssertResult=no" in shown, (unit, shown)
    link = machine.run(["ip", "-brief", "link", "show", "eth0"]).stdout
    assert "DOWN" in link and ",UP" not in link, link
    fault(f"no seal, so no network: {', '.join(units)}", len(units), machine)


@pytest.mark.parametrize("way", [*MANAGERS, "OpenStack"])
def test_without_the_assertion_it_comes_up(boot, fault, way):
    """The defence taken out: the same failure, and datagrams are admitted."""
    machine = boot(way, files={**BROKEN, **NO_GENERATOR})
    wait_for_network(machine)
    if way == "OpenStack":
        until(lambda: machine.canary.datagrams, 30, "nothing is admitted")
        first = min(row.first for row in machine.canary.rows() if row.count)
        assert first < when(machine, "networking"), "not by the lease before the network"
    fault(f"no seal: control, nothing asserts it: {CALLED[way]}", 1, machine, opens=True)


@pytest.mark.endurance
@pytest.mark.parametrize("way", MANAGERS + SOURCES)
def test_many_first_boots(boot, fault, way):
    for _ in range(BOOTS):
        machine = boot(way)
        wait_for_network(machine)
        assert_sealed(machine)
        fault(f"first boot, network by {CALLED[way]}", 1, machine)
        machine.close()
        machine.world.close()
