# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole story with real security updates: P3, P6, P8, P9, P10, P19; and twenty power cuts in it.
"""
import json
import random
import re
import time

import lab
import pytest
from cordon import assert_nothing_runs, assert_sealed, history, status
from deadline import until

BOUNDARY = {"updated", "update-failed", "finished"}


def boots(machine):
    """The sealed boots on record."""
    return status(machine)["boots"]


def update(machine, timeout=600):
    """`cordon update`, followed to its end."""
    return machine.run(["cordon", "update"], timeout=timeout)


def assert_open(world, machine):
    """Released: the network answers, and nothing of cordon is left but its files."""
    assert world.tcp_connects(lab.SERVER4, 22) == "open"
    assert world.tcp_connects(lab.SERVER6, 22) == "open"
    world.udp(lab.SERVER4, 9000)
    until(lambda: machine.canary.datagrams, 30, "not open")
    assert machine.run("nft list tables").stdout == ""
    assert_nothing_runs(machine)
    assert_no_unit_active(machine)


def assert_untouched_boot(machine):
    """On a finished machine's boot: no unit of cordon started, no generator output."""
    generated = machine.run("find /run/systemd/generator* | grep -i cordon || true").stdout
    assert generated == "", generated
    assert_no_unit_active(machine)


def assert_no_unit_active(machine):
    """Nothing is there that would run again, either."""
    for unit in ("cordon-seal.service", "cordon-check.timer", "cordon-update.service"):
        until(lambda unit=unit: machine.run(["systemctl", "is-active", unit], check=False).stdout
              == "inactive\n", 30, unit)


@pytest.mark.long
def test_from_first_boot_to_open_for_ever(world, machines, deb):
    machine = machines(world, deb=deb)
    with world.worm():
        machine.boot()
        listed = machine.run(["cordon", "update", "--check"], check=False)
        assert listed.returncode == 3 and "linux-image" in listed.stdout, listed.stdout
        assert machine.run(["cordon", "finish"], check=False).returncode == 3
        out = update(machine).stdout
        assert "100%" in out and "reboot" in out, out
        percents = [int(found) for found in re.findall(r"^ *(\d+)% ", out, re.M)]
        assert percents == sorted(percents) and len(percents) > 20, "progress goes backwards"
        packages = next(e for e in history(machine) if e["event"] == "updated")["packages"]
        names = {package["name"] for package in packages}
        assert names == lab.pending() and any(name.startswith("linux-image") for name in names), names
        refused = machine.run(["cordon", "finish"], check=False)
        assert refused.returncode == 3 and "replaced" in refused.stdout, refused.stdout
        assert_sealed(machine)
        machine.reboot()
        assert assert_sealed(machine)["boots"] == 2
        done = machine.run(["cordon", "finish"])
        assert "seal is lifted" in done.stdout
    assert_open(world, machine)
    machine.reboot()
    assert_open(world, machine)
    assert_untouched_boot(machine)
    now = status(machine)
    assert now["phase"] == "finished" and now["verdict"] == "open"
    events = [event["event"] for event in history(machine)]
    assert events == ["installed", "sealed", "updated", "sealed", "finished"], events
    again = machine.run(["cordon", "finish"])
    assert "Nothing to finish" in again.stdout


def test_a_follower_may_leave(worlds, machines, deb):
    """Ctrl-C, or a dropped connection, ends the watching and not the update."""
    world = worlds(repository=lab.security_repository(only=["tzdata", "openssl", "libssl3*"]))
    machine = machines(world, deb=deb)
    machine.boot()
    with machine.terminal(["cordon", "update"]) as terminal:
        terminal.expect("Ctrl-C")
        terminal.send("\x03")
        terminal.wait()
    left = machine.run(["systemctl", "is-active", "cordon-update"], check=False).stdout
    # On a fast machine, or a slow terminal, it may have come to its end meanwhile.
    done = [event["event"] for event in history(machine)].count("updated") == 1
    assert left in ("activating\n", "active\n") or done, "the update left with its follower"
    told = machine.run(["cordon", "update", "--json"], timeout=600).stdout.splitlines()
    steps = [json.loads(line) for line in told]
    assert steps[-1]["state"] == "done" and steps[-1]["percent"] == 100, steps[-1]
    listed = json.loads(machine.run(["cordon", "update", "--check", "--json"]).stdout)
    assert listed["pending"] == [] and listed["schema"] == 1
    assert sum(event["event"] == "updated" for event in history(machine)) == 1


def test_an_interrupted_update_goes_on_by_itself(worlds, machines, deb):
    """Nobody logs in after the power cut; done, it does not run again at the next boot."""
    world = worlds(repository=lab.security_repository(only=["tzdata", "openssl", "libssl3*"]))
    machine = machines(world, deb=deb)
    machine.boot()
    begun = machine.path("/var/lib/cordon/update-begun")
    machine.run(["systemctl", "start", "--no-block", "cordon-update.service"])
    until(begun.exists, 30, "no marker says that an update has begun", pause=0.01)
    machine.power_cut()
    assert begun.exists(), "cut too late"
    machine.boot()
    until(lambda: history(machine)[-1]["event"] == "updated", 120, "the update did not go on")
    until(lambda: not begun.exists(), 10, "the marker outlives the update")
    assert machine.run(["cordon", "update", "--check"]).returncode == 0
    machine.reboot()
    state = machine.run(["systemctl", "is-active", "cordon-update"], check=False).stdout
    assert state == "inactive\n", state


def test_a_failing_security_source_is_not_updated(world, machines, deb):
    machine = machines(world, deb=deb)
    machine.boot()
    world.mirror.answer = lambda path: 404 if "security" in path else None
    failed = machine.run(["cordon", "update"], check=False, timeout=300)
    assert failed.returncode == 1, failed.stdout
    assert "security" in failed.stdout + failed.stderr
    refused = machine.run(["cordon", "finish"], check=False, timeout=300)
    assert refused.returncode == 3 and "security" in refused.stdout, refused.stdout
    world.mirror.answer = None
    assert_sealed(machine)


def cut_the_power(world, machine, moments):
    """Boot and cut, once for each moment; every boot must be sealed and have lost nothing."""
    known = []
    for number, seconds in enumerate(moments):
        machine.boot()
        assert_sealed(machine)
        assert boots(machine) == number + 1
        events = history(machine)
        assert events[:len(known)] == known, "the history was rewritten"
        known = events
        canary = machine.canary
        machine.run(["systemctl", "start", "--no-block", "cordon-update.service"])
        time.sleep(seconds)  # a moment of the update
        machine.power_cut()
        assert canary.datagrams == 0 and canary.connections == 0, canary


def assert_goes_on(machine):
    """Without anybody asking: the marker of the interrupted update goes, because it has ended."""
    until(lambda: not machine.path("/var/lib/cordon/update-begun").exists(), 300,
          "the update did not go on by itself")


def test_a_package_cut_off_while_it_was_unpacked(worlds, machines, deb):
    """dpkg wants it unpacked again, though it is the newest version already."""
    world = worlds(repository=lab.security_repository(only=["tzdata", "openssl", "libssl3*"]))
    machine = machines(world, deb=deb)
    machine.boot()
    update(machine)
    machine.run("sed -i '/^Package: openssl$/,/^Status:/s/^Status:.*/Status: install reinstreq "
                "unpacked/' /var/lib/dpkg/status; dpkg --audit | grep -q openssl")
    refused = machine.run(["cordon", "finish"], check=False, timeout=300)
    assert refused.returncode == 3 and "half-installed" in refused.stdout, refused.stdout
    update(machine)
    assert machine.run("dpkg --audit").stdout == ""


def test_a_withheld_update_is_named(worlds, machines, deb):
    """A hold of the administrator's: not updated, exit status 3, and named."""
    world = worlds(repository=lab.security_repository(only=["tzdata"]))
    machine = machines(world, deb=deb)
    machine.boot()
    machine.run(["apt-mark", "hold", "tzdata"])
    told = machine.run(["cordon", "update"], check=False, timeout=300)
    assert told.returncode == 3 and "tzdata" in told.stdout + told.stderr, told
    refused = machine.run(["cordon", "finish"], check=False, timeout=300)
    assert refused.returncode == 3 and "tzdata" in refused.stdout
    machine.run("apt-mark unhold tzdata; cordon update", timeout=300)
    machine.run(["cordon", "finish"], timeout=300)


def test_a_shutdown_waits_for_dpkg(worlds, machines, deb):
    world = worlds(repository=lab.security_repository(only=["tzdata"]))
    slow = 'DPkg::Pre-Invoke { "touch /root/begun; sleep 3; touch /root/ended"; };\n'
    machine = machines(world, deb=deb, files={"/etc/apt/apt.conf.d/99slow": slow})
    machine.boot()
    machine.run(["systemctl", "start", "--no-block", "cordon-update"])
    until(machine.path("/root/begun").exists, 60, "dpkg is not called")
    machine.shutdown()
    assert machine.path("/root/ended").exists(), "dpkg was cut off"
    assert not machine.path("/var/lib/cordon/update-begun").exists()


@pytest.mark.long
@pytest.mark.once
def test_twenty_power_cuts(world, machines, deb, fault):
    """At random moments of the update, of the boots after it, and of finish."""
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    machine = machines(world, deb=deb)
    with world.worm(seconds=1500):
        cut_the_power(world, machine, [dice.uniform(0.1, 6) for _ in range(14)])
        for _ in range(3):
            machine.boot(wait=False)
            time.sleep(dice.uniform(0.05, 0.6))  # a moment of the boot
            canary = machine.canary
            machine.power_cut()
            assert canary.datagrams == 0 and canary.connections == 0, canary
        machine.boot()
        assert_goes_on(machine)
        # This joins it, or finds it done.
        assert update(machine).returncode == 0
        assert_sealed(machine)
        assert machine.run("dpkg --audit").stdout == ""
        machine.reboot()
        finish_under_power_cuts(machine, dice, 3)
    assert_open(world, machine)
    fault("power cut while updating, booting and finishing", 20)
    machine.reboot()
    assert_untouched_boot(machine)


def finish_under_power_cuts(machine, dice, times):
    """Sealed until it is on record that it was finished; then open. Never anything else."""
    for _ in range(times):
        if status(machine)["phase"] == "finished":
            break
        machine.run("cordon finish >/dev/null 2>&1 &")
        time.sleep(dice.uniform(0.05, 1.0))  # a moment of finishing
        canary = machine.canary
        machine.power_cut()
        machine.boot()
        now = status(machine)
        assert now["phase"] == "finished" or canary.datagrams == 0, canary
        assert (now["phase"], now["verdict"]) in (("sealed", "seal"), ("finished", "open")), now
        if now["phase"] == "sealed":
            assert_sealed(machine)
    machine.run(["cordon", "finish"], timeout=120)
