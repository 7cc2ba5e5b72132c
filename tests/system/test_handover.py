# SPDX-License-Identifier: GPL-2.0-or-later
"""cordon finish --handover: another firewall takes over, without a moment in between.

An attacker is there all the time, and a scanner afterwards: what was chosen is reachable, and
nothing else, over a reboot, too.
"""
import json

import lab
import pytest
from cordon import assert_sealed, history, status, tables
from deadline import until
from lab import traffic

SHOP, HIDDEN, BOOKS = 8080, 8081, 8082
CHOSEN = f"remote-admin {SHOP}/tcp"
SITE = "/etc/cordon/cordon.conf.d/50-test.conf"
FORCED = ["--force", "--reason=test"]
UNITS = {f"/etc/systemd/system/port{port}.socket": f"[Socket]\nListenStream={port}\nAccept=yes\n"
         f"[Install]\nWantedBy=sockets.target\n" for port in (SHOP, HIDDEN, BOOKS)}
SERVED = {f"/etc/systemd/system/port{port}@.service": "[Service]\nExecStart=/bin/true\n"
          for port in (SHOP, HIDDEN, BOOKS)}
PORTS = f"1-1024,3389,5353,{','.join(str(port) for port in range(8000, 9100))}"
FIREWALLS = ("ufw", "firewalld", "nftables")


def finish(machine, *options, check=True):
    return machine.run(["cordon", "finish", *FORCED, *options], check=check, timeout=300)


def scan(world, address):
    return world.scan(address, PORTS)


def assert_admits(world, machine, ports):
    """These alone, at both addresses; the canary, which listens behind the others, heard nothing."""
    assert scan(world, lab.SERVER4) == ports
    assert scan(world, lab.SERVER6) == ports
    assert machine.canary.started
    assert machine.canary.datagrams == 0 and machine.canary.connections == 0, machine.canary.rows()


@pytest.fixture
def server(world, machines, deb):
    """A sealed server with three sockets, sshd and the canary behind the seal."""
    machine = machines(world, deb=deb, files={**UNITS, **SERVED})
    machine.boot()
    machine.run("systemctl daemon-reload; systemctl enable --now --quiet port8080.socket "
                "port8081.socket port8082.socket")
    assert_sealed(machine)
    return machine


@pytest.mark.parametrize("firewall", FIREWALLS)
def test_what_was_chosen_is_reachable_and_nothing_else(world, server, firewall):
    assert scan(world, lab.SERVER4) == set()
    with world.worm():
        said = finish(server, f"--handover={firewall}", f"--allow={CHOSEN}").stdout
        assert f"{firewall} has taken over" in said and f"  {SHOP}/tcp\n" in said, said
        assert not tables(server)
        assert_admits(world, server, {22, SHOP})
        server.reboot()
        assert_admits(world, server, {22, SHOP})
    assert status(server)["phase"] == "finished"
    event = history(server)[-1]
    assert event["handover"]["to"] == firewall, event
    assert event["handover"]["allow"] == [f"{SHOP}/tcp", "22/tcp"], event
    report = json.loads(server.run(["cordon", "report", "--json"]).stdout)
    assert report["end"]["handover"] == event["handover"], report["end"]
    for path in event["handover"]["files"]:
        assert server.path(path).exists(), path


@pytest.mark.parametrize("firewall", FIREWALLS)
def test_armed_again_the_next_finish_takes_it_back(world, server, firewall):
    """And where remote administration is for some addresses only, it is so there, too."""
    if firewall != "nftables":
        server.write({SITE: "[Allow]\nFrom=192.0.2.1-192.0.2.9\n"})
        before = changed_files(server)
        refused = finish(server, f"--handover={firewall}", f"--allow={CHOSEN}", check=False)
        assert refused.returncode == 1 and f"{firewall} knows no ranges" in refused.stderr, refused
        assert_sealed(server)
        assert changed_files(server) == before
    server.write({SITE: f"[Allow]\nFrom={lab.WORLD4}\n"})
    finish(server, f"--handover={firewall}", f"--allow={CHOSEN}")
    assert scan(world, lab.SERVER4) == {22, SHOP}
    assert scan(world, lab.SERVER6) == {SHOP}
    server.run(["cordon", "arm"], timeout=120)
    assert_sealed(server)
    other = next(name for name in FIREWALLS if name != firewall)
    finish(server, f"--handover={other}", f"--allow={BOOKS}/tcp")
    assert_admits(world, server, {BOOKS})
    server.run(["cordon", "arm"], timeout=120)
    finish(server, "--handover=open")
    assert {22, SHOP, HIDDEN, BOOKS} <= scan(world, lab.SERVER4)
    assert "handover" not in history(server)[-1]


def test_what_was_changed_since_is_somebodys(world, server):
    """It is not taken back: it stays in force, and that is said."""
    rules = server.path("/etc/nftables.d/cordon.nft")
    finish(server, "--handover=nftables", f"--allow={SHOP}/tcp")
    with rules.open("a", encoding="utf-8") as file:
        file.write("# mine\n")
    server.run(["cordon", "arm"], timeout=120)
    said = finish(server, "--handover=open").stderr
    assert "was changed since cordon handed over to nftables" in said, said
    assert "# mine" in rules.read_text(encoding="utf-8")
    assert_admits(world, server, {SHOP})


def test_somebodys_rules_are_not_touched(world, server):
    """Whether or not they are in force; and here they do not have cordon stand aside either."""
    server.write({SITE: "[Cordon]\nWhenManaged=seal\n"})
    server.run(["ufw", "allow", "9000/udp"])
    rules = server.path("/etc/ufw/user.rules").read_text(encoding="utf-8")
    refused = finish(server, "--handover=ufw", f"--allow={CHOSEN}", check=False)
    assert refused.returncode == 1 and "/etc/ufw/user.rules" in refused.stderr, refused
    assert "does not overwrite" in refused.stderr, refused
    assert server.path("/etc/ufw/user.rules").read_text(encoding="utf-8") == rules
    server.write({"/etc/nftables.conf": "flush ruleset\ntable inet mine {\n}\n"})
    refused = finish(server, "--handover=nftables", "--allow=22/tcp", check=False)
    assert refused.returncode == 1 and "/etc/nftables.conf" in refused.stderr, refused
    server.write({"/etc/firewalld/zones/public.xml": "<zone><service name='ssh'/></zone>"})
    refused = finish(server, "--handover=firewalld", "--allow=22/tcp", check=False)
    assert refused.returncode == 1 and "public.xml" in refused.stderr, refused
    assert_sealed(server)
    server.run("rm /etc/firewalld/zones/public.xml; systemctl enable nftables")
    refused = finish(server, "--handover=firewalld", "--allow=22/tcp", check=False)
    assert refused.returncode == 1 and "nftables is enabled" in refused.stderr, refused
    assert_sealed(server)


@pytest.mark.parametrize("firewall, program, step", [
    ("ufw", "/usr/sbin/ufw", "enable"), ("firewalld", "/usr/bin/firewall-cmd", "default-zone"),
    ("firewalld", "/usr/bin/firewall-offline-cmd", "--add-service"),
    ("nftables", "/usr/bin/systemctl", "enable --quiet")])
def test_a_tool_that_fails_half_way(world, server, firewall, program, step):
    """The seal stays, the error names the step, and nothing of it is kept."""
    before = changed_files(server)
    server.run(["mv", program, program + ".real"])
    server.write({program: f"#!/bin/sh\ncase \"$*\" in\n*'{step}'*) echo no luck >&2; exit 7;;\nesac\n"
                  f"exec {program}.real \"$@\"\n"})
    server.run(["chmod", "755", program])
    failed = finish(server, f"--handover={firewall}", f"--allow={CHOSEN}", check=False)
    assert failed.returncode == 1, failed
    assert "no luck" in failed.stderr and step in failed.stderr, failed.stderr
    assert "it is undone, and this server stays sealed" in failed.stderr, failed.stderr
    assert_sealed(server)
    assert changed_files(server) == before
    assert scan(world, lab.SERVER4) == set()
    server.run(["mv", program + ".real", program])
    finish(server, f"--handover={firewall}", f"--allow={CHOSEN}")
    assert_admits(world, server, {22, SHOP})


def changed_files(machine):
    """What a handover may have changed, but for comments and times."""
    return machine.run(
        "cat /etc/nftables.conf /etc/nftables.d/* /etc/firewalld/zones/cordon.xml "
        "/etc/systemd/system/firewalld.service.d/* 2>/dev/null; "
        "grep -h -e ^DefaultZone -e ^ENABLED -e tuple /etc/firewalld/firewalld.conf "
        "/etc/ufw/ufw.conf /etc/ufw/user.rules /etc/ufw/user6.rules; "
        "systemctl is-enabled ufw nftables firewalld; nft list tables | grep -v -e cordon$ -e hold "
        "-e ' filter$'", check=False).stdout


def test_a_power_cut_in_the_middle(world, server):
    """ufw is on, and cordon has not finished: sealed at the next boot, and taken back by the next
    finish."""
    server.run(["mv", "/usr/sbin/ufw", "/usr/sbin/ufw.real"])
    server.write({"/usr/sbin/ufw": "#!/bin/sh\n/usr/sbin/ufw.real \"$@\"\n"
                  "case \"$*\" in *status*) sync; touch /run/there; exec sleep 600;; esac\n"})
    server.run(["chmod", "755", "/usr/sbin/ufw"])
    server.run(["systemd-run", "--quiet", "cordon", "finish", *FORCED, "--handover=ufw",
                f"--allow={SHOP}/tcp"])
    until(server.path("/run/there").exists, 60, "ufw is not asked")
    assert "ENABLED=yes" in server.path("/etc/ufw/ufw.conf").read_text(encoding="utf-8")
    server.power_cut()
    server.boot()
    assert status(server)["reason"] == "not-finished"
    assert_sealed(server)
    server.run(["mv", "/usr/sbin/ufw.real", "/usr/sbin/ufw"])
    finish(server, "--handover=nftables", f"--allow={BOOKS}/tcp")
    assert_admits(world, server, {BOOKS})
    assert "ENABLED=no" in server.path("/etc/ufw/ufw.conf").read_text(encoding="utf-8")


def test_the_configuration_may_say_so(world, server):
    """For whole fleets; and what is not understood opens nothing."""
    server.write({SITE: "[Cordon]\nOnFinish=ufww\n"})
    refused = finish(server, check=False)
    assert refused.returncode == 1 and "OnFinish= in the configuration" in refused.stderr, refused
    server.write({SITE: "[Finnish]\nOnFinish=ufw\n"})
    refused = finish(server, check=False)
    assert refused.returncode == 1 and "may have been OnFinish=" in refused.stderr, refused
    assert_sealed(server)
    server.write({SITE: f"[Cordon]\nOnFinish=nftables\n[Finish]\nAllow={CHOSEN} 80/tpc\n"
                  f"[Allow]\nFrom={lab.WORLD4}\n"})
    problems = json.loads(server.run(["cordon", "explain", "--json"]).stdout)["problems"]
    assert any("80/tpc" in problem and SITE in problem for problem in problems), problems
    finish(server)
    assert scan(world, lab.SERVER4) == {22, SHOP}
    assert scan(world, lab.SERVER6) == {SHOP}
    rules = server.path("/etc/nftables.d/cordon.nft").read_text(encoding="utf-8")
    assert f"ip saddr {lab.WORLD4} tcp dport 22 accept" in rules, rules


@pytest.mark.parametrize("options, words", [
    (["--handover=pf"], "not one of open, ufw, firewalld, nftables"),
    (["--allow=22/tcp"], "--allow goes with"),
    (["--handover=ufw", "--allow=ssh"], "neither a port such as 443/tcp nor remote-admin"),
    (["--handover=ufw", "--allow=22"], "the protocol is missing"),
])
def test_what_is_not_understood(machine, options, words):
    refused = finish(machine, *options, check=False)
    assert refused.returncode == 2 and words in refused.stderr, refused
    assert_sealed(machine)


def test_nobody_is_locked_out_in_silence(server):
    said = finish(server, "--handover=nftables", f"--allow={SHOP}/tcp")
    assert "admits nobody to 22/tcp" in said.stderr, said.stderr
