# SPDX-License-Identifier: GPL-2.0-or-later
"""Clauses P13 to P16: who else may decide, on machines that boot.

That cordon stands aside on a running system is in test_package.py; every other case, and its
sources, is in tests/fixtures/roots.
"""
import contextlib
import json

import lab
import pytest
from cordon import (WITH_COLLECTOR, assert_last_numbers, assert_nothing_runs, assert_sealed,
                    history, status, tables)
from deadline import until
from lab import registry


def explain(machine):
    """`cordon explain --json`."""
    return json.loads(machine.run(["cordon", "explain", "--json"]).stdout)


def wait_for(condition, complaint=""):
    """Until the path unit, or the timer's minute, has come round."""
    until(condition, 90, complaint)


def assert_aside(machine, reason):
    """Not sealed, for good, and nothing of cordon runs."""
    now = status(machine)
    assert (now["phase"], now["verdict"]) == ("aside", "aside"), now
    assert history(machine)[-1]["event"] == "stood-aside"
    assert history(machine)[-1]["reason"] == reason
    assert not tables(machine)
    assert_nothing_runs(machine)


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
    wait_for(lambda: world.tcp_connects(lab.SERVER4, 8000) == "open")
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
    wait_for(lambda: world.tcp_connects(lab.SERVER4, 8000) != "open", "not taken back")


ENABLE = ("DomainProfile", "EnableFirewall", 1)


def test_group_policy_lifts_the_seal_before_the_first_login(world, machines, deb):
    """P14."""
    machine = machines(world, deb=deb, files=WITH_COLLECTOR)
    machine.boot()
    assert_sealed(machine)
    registry.drop(machine, ENABLE)
    wait_for(lambda: not tables(machine))
    assert_nothing_runs(machine)
    assert_aside(machine, "group-policy")
    assert_last_numbers(machine, "aside")
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    units = machine.run(["systemctl", "list-units", "--plain", "--no-legend", "--state=active",
                         "cordon*"]).stdout
    assert not any(name in units for name in ("check.timer", "reconsider", "seal")), units
    machine.reboot()
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def assert_too_late(machine):
    """A Group Policy that arrives now does not lift the seal."""
    registry.drop(machine, ENABLE)
    machine.run(["cordon", "reconsider"])
    now = status(machine)
    assert (now["verdict"], now["reason"]) == ("seal", "policy-too-late"), explain(machine)
    assert len(tables(machine)) == 2


@pytest.mark.parametrize("reboot", [False, True], ids=["still-here", "after-a-reboot"])
def test_group_policy_does_not_lift_the_seal_after_it(world, machines, deb, reboot):
    """P14: from the first administrator logon on it is the administrator who decides."""
    machine = machines(world, deb=deb)
    machine.boot()
    with contextlib.closing(machine.terminal(["login", "-f", "root"])):
        wait_for(lambda: "met" in explain(machine)["state"], lambda: explain(machine)["facts"])
        if not reboot:
            assert_too_late(machine)
    if reboot:
        machine.reboot()
        assert_too_late(machine)
    assert [event["event"] for event in history(machine)].count("met") == 1


def console_login(machine, term="linux"):
    """Root, through getty and login(1), up to the shell's prompt: the screen."""
    screen = machine.console_login(env={"TERM": term})
    screen.wait("login:")
    screen.type("root\n")
    screen.wait("Password:")
    screen.type("cordon\n")
    screen.wait("root@server:~#")
    return screen


def recorded_as_met(machine):
    """Who is on record as the first administrator, or None."""
    return explain(machine)["state"].get("met")


# What may witness a login of root's at the console, when all others are taken away.
SNIPPET = {"/etc/profile.d/cordon.sh": None}
NO_LOGIND = "sed -i /pam_systemd/d /etc/pam.d/common-session"
LOGIN_NO = {"/etc/cordon/cordon.conf": "[Assistant]\nLogin=no\n"}


@pytest.mark.parametrize("term, files, setup, source", [
    ("linux", SNIPPET, "", "systemd-logind"),
    ("dumb", SNIPPET, "", "systemd-logind"),
    ("linux", LOGIN_NO, NO_LOGIND, "cordon assistant"),
    ("dumb", {}, NO_LOGIND, "cordon assistant"),
], ids=["logind", "logind-dumb", "switched-off", "dumb"])
def test_root_at_the_console_is_met_without_the_assistant(world, machines, deb, term, files, setup, source):
    """P14: logind says user-early of root from systemd 256 on."""
    machine = machines(world, deb=deb, files=files, setup=setup)
    machine.boot()
    if setup:  # nor may what looks each minute, into login records as well
        machine.run(["systemctl", "stop", "cordon-check.timer", "cordon-reconsider.path"])
    with console_login(machine, term):
        wait_for(lambda: recorded_as_met(machine), lambda: explain(machine)["facts"])
        assert recorded_as_met(machine).endswith(f"({source})"), recorded_as_met(machine)
    assert_too_late(machine)


@pytest.mark.keepers
@pytest.mark.parametrize("keeper", [lab.keepers.WTMPDB, lab.keepers.LASTLOG2])
def test_a_login_is_read_from_the_database_that_has_it(world, machines, deb, keeper):
    """P14, afterwards: by that keeper of login records alone."""
    other = {lab.keepers.WTMPDB: "lastlog2", lab.keepers.LASTLOG2: "wtmpdb"}[keeper]
    machine = machines(world, deb=deb, extra=lab.keepers.layer(), files={**SNIPPET, "/var/log/wtmp": None},
                       setup=f"sed -i '/pam_systemd/d; /pam_{other}/d' /etc/pam.d/common-session")
    machine.boot()
    assert explain(machine)["facts"]["administrators"] == []
    with console_login(machine) as screen:
        screen.type("exit\n")
        screen.wait_ended()
    facts = explain(machine)["facts"]
    assert facts["administrators"] == [{"what": "root was logged in", "source": keeper}], facts
    assert facts["unread_logins"] == []
    database = machine.path(keeper)
    assert list(database.parent.glob(database.name + "*")) == [database]
    assert_too_late(machine)
    machine.run("rm $(ldconfig -p | sed -n 's/.*libsqlite3.so.0.*=> //p')")
    unread = explain(machine)["facts"]["unread_logins"]
    assert any(finding["source"] == keeper and "libsqlite3.so.0" in finding["what"]
               for finding in unread), unread


def test_logins_that_cannot_be_read_keep_the_seal_until_they_can(world, machines, deb):
    """P14: an administrator may be among them; but none goes on record."""
    machine = machines(world, deb=deb, files={lab.keepers.LASTLOG2: "no database\n"})
    machine.boot()
    assert_too_late(machine)
    assert recorded_as_met(machine) is None
    assert lab.keepers.LASTLOG2 in machine.run(["cordon", "explain"]).stdout
    machine.path(lab.keepers.LASTLOG2).unlink()
    machine.run(["cordon", "reconsider"])
    wait_for(lambda: not tables(machine))
    assert_aside(machine, "group-policy")


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
