# SPDX-License-Identifier: GPL-2.0-or-later
"""Clauses P12 to P16: who else may decide, on machines that boot.

That cordon stands aside on a running system is in test_package.py; every other case, and its
sources, is in tests/fixtures/roots.
"""
import json
import time

import lab
import pytest
from cordon import (WITH_COLLECTOR, assert_last_numbers, assert_sealed, history, processes, status,
                    tables)
from lab import registry


def explain(machine):
    """`cordon explain --json`."""
    return json.loads(machine.run(["cordon", "explain", "--json"]).stdout)


def wait_for(condition, timeout=90):
    """Until the path unit, or the timer's minute, has come round."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.5)
    return False


def assert_aside(machine, reason):
    """Not sealed, for good, and nothing of cordon runs."""
    now = status(machine)
    assert (now["phase"], now["verdict"]) == ("aside", "aside"), now
    assert history(machine)[-1]["event"] == "stood-aside"
    assert history(machine)[-1]["reason"] == reason
    assert not tables(machine) and not processes(machine)


UFW = """
    sed -i s/^ENABLED=.*/ENABLED=yes/ /etc/ufw/ufw.conf
    systemctl enable ufw.service
"""


def test_ufw_enabled_in_the_image_stands_aside(world, machines, deb):
    """P13; and for good, also when somebody disables ufw later."""
    machine = machines(world, deb=deb, setup=UFW)
    machine.boot()
    assert_aside(machine, "firewall-managed")
    managed = explain(machine)["facts"]["managed"]
    assert any("ufw" in finding["what"] for finding in managed), managed
    assert world.tcp_connects(lab.SERVER4, 22) != "open", "ufw does not filter"
    machine.run(["ufw", "--force", "disable"])
    machine.reboot()
    assert status(machine)["verdict"] == "aside"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_sealed_all_the_same_on_request(world, machines, deb):
    """WhenManaged=seal."""
    conf = {"/etc/cordon/cordon.conf": "[Cordon]\nWhenManaged=seal\n"}
    machine = machines(world, deb=deb, setup=UFW, files=conf)
    with world.worm():
        machine.boot()
        assert_sealed(machine)


def test_a_misspelt_setting_seals(world, machines, deb):
    """It may have been WhenManaged=seal, so it is not for ufw to decide."""
    conf = {"/etc/cordon/cordon.conf": "[Cordon]\nWhenManagd=seal\n"}
    machine = machines(world, deb=deb, setup=UFW, files=conf)
    with world.worm():
        machine.boot()
        assert assert_sealed(machine)["reason"] == "configuration-unclear"


def test_an_exception_of_group_policy_opens_one_port_to_one_source(worlds, machines, deb):
    """P16: dropped while sealed, as by samba-gpupdate after a join; make before break."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    machine.boot()
    ports = "DomainProfile\\GloballyOpenPorts\\List"
    assert world.tcp_connects(lab.SERVER4, 8000) != "open"
    before = status(machine)["seal"]["hold_name"]
    registry.drop(machine, (ports, "a", f"8000:TCP:{lab.WORLD4}:enabled:lab"),
                  (ports, "b", "445:TCP:198.51.100.0/24:enabled:others"),
                  (ports, "c", "7:TCP:7:*:malformed"))
    assert wait_for(lambda: world.tcp_connects(lab.SERVER4, 8000) == "open")
    now = status(machine)
    assert now["verdict"] == "seal" and now["seal"]["health"] == "intact", now
    assert now["seal"]["hold_name"] != before
    assert [world.tcp_connects(lab.SERVER4, port) for port in (23, 445, 22)].count("open") == 0
    assert world.tcp_connects(lab.SERVER6, 8000) != "open", "opened to more than was said"
    opened = {exception["what"]: exception for exception in now["exceptions"]}
    assert f"8000/tcp from {lab.WORLD4}" in opened, opened
    assert "445/tcp from 198.51.100.0/24" in opened, opened
    assert "REGISTRY.POL" in opened[f"8000/tcp from {lab.WORLD4}"]["source"]
    machine.run(["rm", "-r", "/var/cache/samba/gpo_cache"])
    assert wait_for(lambda: world.tcp_connects(lab.SERVER4, 8000) != "open"), "taken back"


ENABLE = ("DomainProfile", "EnableFirewall", 1)


def test_group_policy_lifts_the_seal_before_the_first_login(world, machines, deb):
    """P14."""
    machine = machines(world, deb=deb, files=WITH_COLLECTOR)
    machine.boot()
    assert_sealed(machine)
    registry.drop(machine, ENABLE)
    assert wait_for(lambda: not tables(machine))
    assert wait_for(lambda: not processes(machine), 10)
    assert_aside(machine, "group-policy")
    assert_last_numbers(machine, "aside")
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    units = machine.run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active",
                         "cordon*"]).stdout
    assert not any(name in units for name in ("check.timer", "reconsider", "seal")), units
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


@pytest.mark.parametrize("reboot", [False, True], ids=["still-here", "after-a-reboot"])
def test_group_policy_does_not_lift_the_seal_after_it(world, machines, deb, reboot):
    """P14: from the first administrator logon on it is the administrator who decides."""
    machine = machines(world, deb=deb)
    machine.boot()
    terminal = machine.terminal(["login", "-f", "root"])
    try:
        assert wait_for(lambda: "met" in explain(machine)["state"]), explain(machine)["facts"]
        if reboot:
            machine.reboot()
        registry.drop(machine, ENABLE)
        machine.run(["cordon", "reconsider"])
        now = status(machine)
        assert (now["verdict"], now["reason"]) == ("seal", "policy-too-late"), now
        assert len(tables(machine)) == 2
    finally:
        terminal.close()
    assert [event["event"] for event in history(machine)].count("met") == 1


CLOUD = {
    "/etc/cloud/cloud.cfg.d/99-lab.cfg": "datasource_list: [ NoCloud, None ]\n",
    "/var/lib/cloud/seed/nocloud/meta-data": "instance-id: lab\n",
    "/var/lib/cloud/seed/nocloud/user-data": "#cloud-config\nssh_deletekeys: false\n",
    "/etc/ssh/sshd_config.d/port.conf": "Port 2222\n",
}


def test_sshd_of_a_cloud_image_stays_reachable_where_it_listens(world, machines, deb):
    """P15: remote administration that an unattended installation enabled, on the port it has."""
    machine = machines(world, deb=deb, files=CLOUD, extra=lab.cloud.layer())
    with world.worm():
        machine.boot(timeout=120)
        now = status(machine)
        assert now["verdict"] == "seal" and now["seal"]["health"] == "intact"
        assert world.tcp_connects(lab.SERVER4, 2222) == "open"
        assert world.tcp_connects(lab.SERVER6, 2222) == "open"
        assert world.tcp_connects(lab.SERVER4, 22) != "open"
        assert machine.canary.datagrams == 0
    assert [e["what"] for e in now["exceptions"] if e["direction"] == "in"] == ["2222/tcp"]


def test_from_narrows_remote_administration(world, machines, deb):
    conf = {"/etc/cordon/cordon.conf": "[Allow]\nFrom=198.51.100.0/24\n"}
    machine = machines(world, deb=deb, files={**CLOUD, **conf}, extra=lab.cloud.layer())
    machine.boot(timeout=120)
    assert world.tcp_connects(lab.SERVER4, 2222) != "open"
    assert "2222/tcp from 198.51.100.0/24" in machine.run(["cordon", "status"]).stdout


def test_switched_off_for_one_boot(world, machines, deb):
    """cordon=off on the kernel command line: this boot alone."""
    machine = machines(world, deb=deb, cmdline=["cordon=off"])
    machine.boot()
    assert not tables(machine) and world.tcp_connects(lab.SERVER4, 22) == "open"
    assert status(machine)["reason"] == "switched-off"
    machine.shutdown()
    machine.cmdline = []
    with world.worm():
        machine.boot()
        assert_sealed(machine)


def test_the_command_line_and_a_credential_open_ports(world, machines, deb):
    """So that a hypervisor or a cloud can provision a server before its first packet."""
    machine = machines(world, deb=deb, cmdline=["cordon.allow=8000/tcp"],
                       credentials={"cordon.conf": "[Allow]\nPort=22/tcp\n"})
    machine.boot()
    assert status(machine)["verdict"] == "seal"
    assert [world.tcp_connects(lab.SERVER4, port) for port in (22, 8000)] == ["open", "open"]
    assert world.tcp_connects(lab.SERVER4, 23) != "open"
