# SPDX-License-Identifier: GPL-2.0-or-later
"""Gaps that were open once: other firewalls at boot, programs that do not start, a /var that is not
there, deeds that were cut off. None of them may open a server, or keep it closed for good."""
import json
import socket

import lab
import pytest
from cordon import assert_sealed, assert_truthful, history, status, tables
from deadline import scaled, until
from test_arm import arm
from test_siege import NO_CHECK

STATE = "/var/lib/cordon/state.json"
BREAK_EVERYTHING = "for f in /usr/lib/*/libjansson.so.4; do mv $(readlink -f $f) /root/; done"


def test_nftables_service_starts_at_boot(worlds, machines, deb, fault):
    """It flushes the whole rule set, and waits for nothing before it does."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, setup="systemctl enable nftables.service",
                       files={"/etc/systemd/system/local-fs.target.d/slow.conf":
                              "[Unit]\nAfter=slow.service\nWants=slow.service\n",
                              "/etc/systemd/system/slow.service":
                              "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\n"
                              "ExecStart=/bin/sleep 2\n"})
    with world.worm(rate=5000):
        machine.boot()
        assert_truthful(machine)
        assert machine.canary.datagrams == 0 and machine.canary.connections == 0, machine.canary
        machine.run(["cordon", "check"])
        assert_sealed(machine)
        fault("nftables.service flushes at boot", 1, machine)
    assert machine.run(["systemctl", "is-active", "nftables"]).stdout == "active\n"
    assert "cycle" not in machine.journal()


# sysinit.target cannot be without it, so of the cycle's jobs systemd deletes the one of cordon.
CYCLE = {"/etc/systemd/system/cycle.service": "[Unit]\nDefaultDependencies=no\nAfter=network-pre.target\n"
         "Before=cordon-seal.service sysinit.target\n[Service]\nType=oneshot\nExecStart=/bin/true\n",
         "/etc/systemd/system/sysinit.target.d/cycle.conf": "[Unit]\nRequires=cycle.service network-pre.target\n"}


def test_an_ordering_cycle(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files=CYCLE)
    with world.worm():
        machine.boot()
        skipped = "Ordering cycle found, skipping cordon-seal.service"
        assert skipped in machine.console_tail(400), machine.console_tail(400)
        assert machine.canary.datagrams == 0, machine.canary
        machine.run(["cordon", "check"])
        assert_sealed(machine)
        fault("an ordering cycle", 1, machine)


def test_an_ordering_cycle_without_the_generator(worlds, machines, deb, fault):
    """The defence taken out."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**CYCLE, **NO_CHECK, **{
        "/etc/systemd/system-generators/cordon-generator": ("#!/bin/true\n", 0o755)}})
    with world.worm():
        machine.boot()
        assert not tables(machine), "the cycle did not hit the seal"
        fault("an ordering cycle: control, without the generator", 1, machine, opens=True)


def test_cordon_itself_does_not_start(world, machines, deb):
    """Neither the decision nor the seal can be made; the generator needs neither."""
    machine = machines(world, deb=deb, setup=BREAK_EVERYTHING)
    with world.worm() as worm:
        machine.boot()
        worm.goes_on()
        state = machine.run(["systemctl", "show", "-p", "ActiveState,AssertResult",
                             "networking"]).stdout
        assert "ActiveState=inactive" in state and "AssertResult=no" in state, state
        assert machine.canary.datagrams == 0, machine.canary
    assert "THIS SERVER COULD NOT BE SEALED" in machine.console_tail(400)


def test_cordon_does_not_start_on_a_finished_machine(world, machines, deb):
    """There its stamp is enough."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    machine.run(BREAK_EVERYTHING)
    machine.reboot()
    assert machine.run(["systemctl", "is-active", "networking"]).stdout == "active\n"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


# A /var that is to be mounted, and is not.
NO_VAR = {"/etc/fstab": "/dev/disk/by-label/var /var ext4 defaults,nofail,noatime 0 2\n"}
UFW = """
    sed -i s/^ENABLED=.*/ENABLED=yes/ /etc/ufw/ufw.conf
    systemctl enable ufw.service
"""


def test_a_record_out_of_reach_opens_nothing(worlds, machines, deb):
    """Not even where somebody manages the firewall: the record may say that this came too late."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, setup=UFW, files=NO_VAR)
    machine.path(STATE).unlink()
    machine.path("/var/lib/cordon/history.jsonl").unlink()
    with world.worm():
        machine.boot(timeout=150)
        now = status(machine)
        assert (now["verdict"], now["reason"]) == ("seal", "state-unreachable"), now
        assert machine.canary.datagrams == 0, machine.canary
        assert not machine.path(STATE).exists(), "written below the mount point"
        assert not machine.path("/etc/cordon/released").exists()
        machine.run(["rm", "/etc/fstab"])
        machine.run(["cordon", "reconsider"])
        assert status(machine)["phase"] == "aside"
        assert not tables(machine)


def test_a_finished_machine_whose_var_fails(world, machines, deb):
    """What was finished stays open: its stamp is on the root file system."""
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    record = json.loads(machine.path(STATE).read_text())
    machine.path(STATE).write_text(json.dumps({**record, "phase": "sealed"}))
    machine.write(NO_VAR)
    machine.reboot()
    assert status(machine)["verdict"] == "open"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_a_login_counts_although_the_seal_is_not_on_record(world, machines, deb):
    """A full disk at the first boot; the record follows when there is room."""
    machine = machines(world, deb=deb)
    machine.boot()
    pending = {"schema": 1, "phase": "pending"}
    machine.path(STATE).write_text(json.dumps(pending))
    terminal = machine.terminal(["login", "-f", "root"])
    try:
        until(lambda: "root" in machine.run("loginctl --no-legend list-sessions").stdout, 30, "no login")
        machine.run(UFW)
        machine.run(["cordon", "reconsider"])
        now = status(machine)
        assert now["verdict"] == "seal" and len(tables(machine)) == 2, now
        assert now["phase"] == "sealed", "the record was not written later"
        machine.run(["cordon", "reconsider"])
        assert status(machine)["reason"] == "policy-too-late"
    finally:
        terminal.close()


ECHO = {
    "/etc/systemd/system/echo.socket": "[Socket]\nListenStream=2200\nListenStream=4444\nAccept=yes\n",
    "/etc/systemd/system/echo@.service": "[Service]\nStandardInput=socket\nStandardError=journal\n"
                                         "ExecStart=/bin/sh -c 'while :; do echo tick; sleep 0.2; "
                                         "done & while read line; do echo \"$line\" >> /root/heard; "
                                         "done'\n",
}


def session(world, port):
    """A connection to the server that is up and has answered."""
    with world.inside():
        connection = socket.create_connection((lab.SERVER4, port), scaled(10))
    connection.settimeout(scaled(10))
    assert connection.recv(100).startswith(b"tick")
    return connection


def is_silent(connection, seconds):
    """Nothing more comes for so long, after what was under way."""
    connection.settimeout(seconds)  # no deadline
    try:
        for _ in range(5):
            if not connection.recv(65536):
                return True
    except (TimeoutError, OSError):
        return True
    return False


def test_armed_it_ends_sessions_that_are_there(world, machines, deb, fault):
    """But for the one of whoever armed it."""
    machine = machines(world, deb=deb, files=ECHO)
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    machine.run(["systemctl", "start", "echo.socket"])
    ours, theirs = session(world, 2200), session(world, 4444)
    said = machine.run(["cordon", "arm"], env={
        "SSH_CONNECTION": f"{lab.WORLD4} 40000 {lab.SERVER4} 2200"}).stdout
    assert f"Port 2200 stays open to {lab.WORLD4}" in said
    theirs.sendall(b"command of an intruder\n")
    ours.sendall(b"command of ours\n")
    assert is_silent(theirs, 1)
    until(lambda: "ours" in machine.run("cat /root/heard", check=False).stdout, 30, "ours is cut off, too")
    heard = machine.path("/root/heard").read_text()
    fault("cordon arm: a session that was there before", 1, admitted=heard.count("intruder"))
    assert not is_silent(ours, scaled(10))
    ours.close()
    theirs.close()


@pytest.mark.parametrize("connection", ["nonsense", "fe80::1%eth0 1 fe80::2%eth0 22"])
def test_a_session_that_cannot_be_kept_is_told(machine, connection):
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    said = machine.run(["cordon", "arm"], env={"SSH_CONNECTION": connection}, check=False)
    if connection == "nonsense":
        assert said.returncode == 1 and "would be cut off" in said.stderr, said
        assert not tables(machine)
    else:
        assert "Port 22 stays open to fe80::1" in said.stdout, said


def test_removed_and_installed_again_while_sealed(world, machines, deb):
    machine = machines(world, deb=deb)
    machine.boot()
    machine.path("/root/cordon.deb").write_bytes(deb.read_bytes())
    machine.run("dpkg --remove cordon; dpkg --install /root/cordon.deb")
    assert status(machine)["verdict"] == "seal"
    assert len(tables(machine)) == 2 and not machine.path("/run/cordon/open").exists()
    with world.worm():
        machine.reboot()
        assert_sealed(machine)


def test_reset_keeps_the_seal_that_stands(machine):
    """And what is decided after it is decided at the next boot."""
    machine.run(["cordon", "reset"])
    machine.run(UFW)
    machine.run("cordon reconsider; systemctl reload cordon-seal; cordon check")
    assert len(tables(machine)) == 2
    assert json.loads(machine.path(STATE).read_text())["phase"] == "pending"


def test_a_finish_that_was_cut_off_is_completed(world, machine):
    """Between the record and the deed: closed, though it is to be open."""
    record = json.loads(machine.path(STATE).read_text())
    machine.path(STATE).write_text(json.dumps({**record, "phase": "finished"}))
    assert "a seal still stands" in machine.run(["cordon", "status"]).stdout
    machine.run(["cordon", "reconsider"])
    assert not tables(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert machine.path("/run/cordon/open").exists()


def test_finished_in_a_boot_with_cordon_off(world, machines, deb):
    """The way out for whoever has only the boot loader: it is about the boots to come."""
    machine = machines(world, deb=deb, cmdline=["cordon=off"])
    machine.boot()
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    machine.shutdown()
    machine.cmdline = []
    machine.boot()
    assert status(machine)["phase"] == "finished"
    assert world.tcp_connects(lab.SERVER4, 22) == "open"


def test_armed_although_its_history_cannot_be_written(world, machine):
    """A suspected server is closed all the same, and undone in time."""
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    trail = machine.path("/var/lib/cordon/history.jsonl")
    trail.unlink()
    trail.mkdir()
    said = machine.run(["cordon", "arm", f"--undo-after={scaled(3):.0f}s"], check=False)
    assert said.returncode == 0 and "not written to the history" in said.stderr, said
    assert len(tables(machine)) == 2
    until(lambda: not tables(machine), 60, "not undone")


def test_a_link_of_an_image_does_not_lead_to_the_host(machine):
    """cordon reset --root=: the host's record is none of the image's."""
    machine.run("mkdir -p /srv/image/etc; ln -s /var /srv/image/var")
    before = machine.path(STATE).read_text()
    machine.run(["cordon", "reset", "--root=/srv/image"], check=False)
    assert machine.path(STATE).read_text() == before
    assert history(machine)[-1]["event"] == "sealed"


def test_arm_over_ssh_is_as_before(world, machine):
    machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
    assert "stays open" in arm(machine)
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
