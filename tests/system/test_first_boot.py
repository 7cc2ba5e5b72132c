# SPDX-License-Identifier: GPL-2.0-or-later
"""Clauses P1, P2, P3: a new installation is closed from its first packet on.

The worm sends before the machine is switched on. That the canary counts thousands where cordon is
not installed is shown in test_lab.py, with the same image in the same run.
"""
import json

import pytest
from cordon import assert_nothing_runs, assert_sealed, history
from deadline import scaled, until

COLD_BOOTS = 1000


def test_an_image_is_pending(world, machines, deb):
    machine = machines(world, deb=deb)
    record = json.loads(machine.path("/var/lib/cordon/state.json").read_text())
    assert record["phase"] == "pending" and "machine_id" not in record


@pytest.mark.parametrize("preconfigured", [False, True], ids=["ifupdown", "preconfigured"])
def test_nothing_gets_in_on_the_first_boot(worlds, machines, deb, preconfigured):
    world = worlds(preconfigured=preconfigured)
    machine = machines(world, deb=deb)
    with world.worm() as worm:
        machine.boot()
        worm.goes_on(2000)
        now = assert_sealed(machine)
    assert now["reason"] == "not-finished" and now["boots"] == 1
    assert now["packets"]["blocked_in"] > 100, "nothing was sent at it"
    assert [event["event"] for event in history(machine)] == ["installed", "sealed"]
    assert history(machine)[1]["reason"] == "first-boot"
    assert_nothing_runs(machine)


def test_reboots_stay_sealed(worlds, machines, deb, fault):
    """P8; and the seal stands until the last moment of a shutdown, too."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm():
        for boots in (1, 2, 3):
            machine.boot()
            assert assert_sealed(machine)["boots"] == boots
            canary = machine.canary
            machine.shutdown()
            assert canary.datagrams == 0 and canary.connections == 0, canary
            fault("boot, and shutdown to the last packet", 1,
                  admitted=canary.datagrams + canary.connections)


def test_the_seal_comes_before_everything_that_listens(worlds, machines, deb, fault):
    """Without the generator's early seal the canary, which waits for nobody, may win the race."""
    world = worlds(preconfigured=True)
    for _ in range(5):
        machine = machines(world, deb=deb)
        with world.worm(rate=10000):
            machine.boot()
            assert_sealed(machine)
            fault("cold boot, link up before it, 10,000 datagrams/s", 1, machine)
        machine.close()


@pytest.mark.endurance
def test_a_thousand_cold_boots(worlds, machines, deb, fault):
    """The plug is pulled each time as soon as the system is up."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb)
    with world.worm(seconds=1800) as worm:
        for _ in range(COLD_BOOTS):
            if not worm.running:
                worm = world.worm(seconds=1800)
            machine.boot()
            assert_sealed(machine)
            fault("cold boot, the worm there from the start", 1, machine)
            machine.power_cut()


def test_a_clone_is_sealed_again(world, machines, deb, fault):
    """State that came with an image does not count on another machine."""
    finished = {"schema": 1, "phase": "finished", "machine_id": "0" * 31 + "1", "boots": 1}
    machine = machines(world, deb=deb, files={"/var/lib/cordon/state.json": json.dumps(finished)})
    with world.worm():
        machine.boot()
        assert_sealed(machine)
        fault("a clone of a finished machine", 1, machine)
    assert history(machine)[-1]["reason"] == "other-machine"


def test_wait_and_released_target(world, machines, deb):
    unit = ("[Unit]\nAfter=cordon-released.target\n[Service]\nType=oneshot\n"
            "ExecStart=/bin/touch /root/released\nRemainAfterExit=yes\n")
    link = "mkdir -p /etc/systemd/system/cordon-released.target.wants\n" \
           "ln -s ../late.service /etc/systemd/system/cordon-released.target.wants/"
    machine = machines(world, deb=deb, setup=link, files={"/etc/systemd/system/late.service": unit})
    machine.boot()
    assert machine.run(["cordon", "wait", "--timeout", f"{scaled(5):.0f}"]).returncode == 0
    assert machine.run(["cordon", "wait", "--finished", "--timeout", "1"], check=False).returncode == 3
    assert not machine.path("/root/released").exists()
    machine.run(["cordon", "finish", "--force", "--reason", "test"])
    assert machine.run(["cordon", "wait", "--finished", "--timeout", f"{scaled(5):.0f}"]).returncode == 0
    until(machine.path("/root/released").exists, 30, "not started when it was released")
    machine.path("/root/released").unlink()
    machine.reboot()
    until(machine.path("/root/released").exists, 30, "not started on a finished machine's boot")


VAR = ("[Unit]\nBefore=local-fs.target\n[Mount]\nWhat=/srv/var\nWhere=/var\nType=none\n"
       "Options=bind\n")
MOVE_VAR = """
    mv /var /srv/var; mkdir /var /etc/systemd/system/local-fs.target.wants
    ln -s ../var.mount /etc/systemd/system/local-fs.target.wants/
"""


def test_var_on_a_file_system_of_its_own(worlds, machines, deb, fault):
    """The record is out of the generator's reach: closed all the same, and open when finished."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, setup=MOVE_VAR,
                       files={"/etc/systemd/system/var.mount": VAR})
    with world.worm():
        for boots in (1, 2):
            machine.boot()
            assert assert_sealed(machine)["boots"] == boots
            fault("/var on its own mount", 1, machine)
            if boots == 1:
                machine.shutdown()
        assert "cycle" not in machine.journal()
        machine.run(["cordon", "finish", "--force", "--reason", "test"], timeout=300)
        machine.reboot()
        assert machine.run("find /run/systemd/generator* -name '*cordon*'").stdout == ""
        until(lambda: machine.canary.datagrams, 30, "finished, and not open")
    machine.run(["cordon", "reset"])
    with world.worm():
        machine.reboot()
        assert_sealed(machine)
