# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory and processors are others': the kernel kills what seals, or hardly lets it run."""
import time

import lab
import pytest
from cordon import assert_sealed, history, status, tables
from deadline import until
from lab import host
from test_siege import NO_CHECK, NO_HOLD


def hog(command, settings):
    """Files of a machine on which that runs, as early as anything can."""
    return {"/etc/systemd/system/hog.service":
            f"[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sh -c '{command}'\n{settings}",
            "/etc/systemd/system/sysinit.target.d/hog.conf": "[Unit]\nWants=hog.service\n"}


def takes_all(score, others):
    """A hog that grows until the kernel kills: first whose score is higher, the hog or the others. PID 1,
    which no machine loses that way, is the last."""
    return {**hog("while :; do timeout -s KILL 2 tail /dev/zero; sleep 0.3; done",
                  f"OOMScoreAdjust={score}\nRestart=always\n"),
            "/etc/systemd/system.conf.d/score.conf": f"[Manager]\nDefaultOOMScoreAdjust={others}\n",
            "/etc/systemd/system/canary.service.d/score.conf": "[Service]\nOOMScoreAdjust=0\n"}


SPINS = hog("yes >/dev/null & yes >/dev/null & exec yes >/dev/null", "Nice=-20\n")
MEMORY = {"memory": 64 << 20}  # a server of the lab needs half of it
CPU = {"cpu": 100000}


def flushed_and_checked(machine, times):
    """Flush whenever there is a hold, and have cordon-check.service repair it; what became of that."""
    results = []
    for _ in range(times):
        if tables(machine) - {"cordon"}:
            machine.run(["nft", "flush", "ruleset"])
        machine.run(["systemctl", "start", "cordon-check"], check=False, timeout=150)
        results += machine.run(["systemctl", "show", "-P", "Result", "cordon-check"]).stdout.split()
    return results


def slow(times):
    """So many times 5 % of a processor and 1 MB a second."""
    return {"cpu": 5000 * times, "io": times << 20}


HALF_AN_HOUR = 1800


def run_slowly(machine, *command):
    """Where the limits are, which what the lab runs inside is not subject to."""
    return machine.run(["systemd-run", "--wait", "--pipe", "--quiet", *command], check=False,
                       timeout=HALF_AN_HOUR)


@pytest.mark.long
@pytest.mark.parametrize("times, only", [
    pytest.param(4, ["tzdata"], id="one-update"),
    pytest.param(1, ["tzdata"], id="one-update-very-slowly", marks=pytest.mark.endurance),
    pytest.param(1, None, id="all-updates", marks=pytest.mark.endurance)])
def test_slow_is_not_broken(worlds, machines, deb, fault, times, only):
    """From the first boot to the end, on a machine as slow as any: every limit is one of hangs.

    What was written is in memory first, and of the old controllers only those bytes are held up that a
    program waits for: reads, and files that are synchronised, as dpkg does with each.
    """
    if not host.disk():
        pytest.skip("what machines are on is no disk whose speed can be limited")
    world = worlds(repository=lab.security_repository(only=only), preconfigured=True)
    machine = machines(world, deb=deb, limits=slow(times))
    host.forget_pages(machine.root)
    with world.worm(rate=200, seconds=HALF_AN_HOUR):
        machine.boot(timeout=HALF_AN_HOUR)
        assert_sealed(machine)
        updated = run_slowly(machine, "cordon", "update")
        assert updated.returncode == 0, updated.stdout + updated.stderr + machine.journal("-u", "cordon-update")
        fault(f"{5 * times} % of a processor and {times} MB a second: boot, update", 1, machine)
        finished = run_slowly(machine, "cordon", "finish")
        assert finished.returncode == (0 if only else 3), finished.stdout + finished.stderr
    assert "cordon" not in machine.run("systemctl --failed --no-legend").stdout


@pytest.mark.parametrize("files, limits, what, results", [
    pytest.param(takes_all(1000, 500), MEMORY, "memory is out; a hog is killed", {"success"}, id="killed"),
    pytest.param(takes_all(0, 1000), MEMORY, "memory is out; cordon is killed", {"signal", "oom-kill"},
                 id="spared"),
    pytest.param(SPINS, CPU, "hogs of nice -20 on the one processor", {"success"}, id="spins",
                 marks=pytest.mark.endurance)])
def test_booted_flushed_and_checked(worlds, machines, deb, fault, files, limits, what, results):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**NO_CHECK, **files}, limits=limits)
    with world.worm():
        machine.boot(timeout=300)
        assert results & set(flushed_and_checked(machine, 4))
        machine.run("systemctl stop hog; systemctl reset-failed; cordon check")
        assert_sealed(machine)
        lost = int("sealed" not in [event["event"] for event in history(machine)])
        fault(f"{what}: boot, flush, check", 5, machine, lost=lost)


@pytest.mark.parametrize("files, limits, what", [
    pytest.param(takes_all(1000, 500), MEMORY, "memory is out; a hog is killed", id="killed"),
    pytest.param(SPINS, CPU, "hogs of nice -20 on the one processor", id="spins",
                 marks=pytest.mark.endurance)])
def test_without_the_hold(worlds, machines, deb, fault, files, limits, what):
    """The defence taken out."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**NO_CHECK, **NO_HOLD, **files}, limits=limits)
    with world.worm():
        machine.boot(timeout=300)
        assert machine.canary.datagrams == 0, machine.canary
        machine.run(["nft", "flush", "ruleset"])
        fault(f"{what}: flush: control, without the hold", 1, machine, opens=True)


# The controller of memory is what tells systemd, and the lab's own may be the old one.
STOPPED = "mkdir -p /run/systemd/system/cordon-seal.service.d; printf '[Service]\nOOMPolicy=stop\n' " \
          ">/run/systemd/system/cordon-seal.service.d/stop.conf; systemctl daemon-reload"


def flushed_after_a_kill(machine):
    """The kernel kills what renews the seal; what systemd makes of that, and then a flush."""
    def kills():
        return machine.run("dmesg | grep -c 'oom_memcg=.*/cordon-seal.service'", check=False).stdout
    before = kills()
    machine.run("systemctl set-property --runtime cordon-seal.service MemoryMax=1M;"
                "systemctl reload cordon-seal", check=False)
    until(lambda: kills() != before, 60, "the kernel does not kill it", pause=1)
    machine.run("systemctl set-property --runtime cordon-seal.service MemoryMax=infinity;"
                "nft flush ruleset")
    time.sleep(2)  # what might be let in


@pytest.mark.endurance
@pytest.mark.virtual
def test_the_hold_outlives_who_renews_it(world, machines, deb, fault):
    machine = machines(world, kind=lab.VirtualMachine, deb=deb, files=NO_CHECK)
    with world.worm(rate=200, seconds=1200):
        machine.boot()
        flushed_after_a_kill(machine)
        assert tables(machine), "gone with who renewed it"
        fault("memory is out: who renews the seal is killed; flush", 1, machine)
        machine.run("systemctl reset-failed; cordon check")
        assert_sealed(machine)
        machine.run(STOPPED)
        flushed_after_a_kill(machine)
        assert status(machine)["seal"]["health"] == "none"
        fault("memory is out: who renews the seal is killed: control, OOMPolicy=stop", 1, machine,
              opens=True)
