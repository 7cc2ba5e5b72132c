# SPDX-License-Identifier: GPL-2.0-or-later
"""A sealed server changes its mode, or is flushed without end; its link stays up all the time."""

from cordon import assert_sealed, assert_truthful, status, tables
from deadline import until
from test_siege import NO_CHECK

# The canary counts in every mode; nftables.service, when it ends, flushes everything.
UNDER_FIRE = {
    "/etc/systemd/system/canary.service.d/stay.conf": "[Unit]\nIgnoreOnIsolate=yes\n",
    "/etc/systemd/system/nftables.service.d/stay.conf":
        "[Service]\nExecStart=\nExecStart=/bin/true\n"}
MODES = ("rescue.target", "emergency.target", "multi-user.target")
MORTAL = {"/etc/systemd/system/cordon-seal.service.d/mortal.conf":
          "[Unit]\nIgnoreOnIsolate=no\n"}


def isolate(machine, target):
    """Change to the mode, and wait until all that is stopped for it has stopped."""
    machine.run(["systemctl", "--no-block", "isolate", target])
    until(lambda: not machine.run(["systemctl", "list-jobs", "--no-legend"]).stdout.strip() and
          machine.run(["systemctl", "is-active", target], check=False).stdout == "active\n", 30,
          lambda: machine.run(["systemctl", "list-jobs"]).stdout)


def flushed_in_all_modes(machine):
    """Through all modes, with a flush in each; whether a table of cordon always stood."""
    stood = True
    for target in MODES:
        machine.run(["systemctl", "start", "nftables.service"])
        isolate(machine, target)
        machine.run(["nft", "flush", "ruleset"])
        if not tables(machine):
            stood = False
            until(lambda: machine.canary.datagrams, 30, "no table, and nothing is admitted")
    return stood


def test_rescue_emergency_and_back(worlds, machines, deb, fault):
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**UNDER_FIRE, **NO_CHECK})
    with world.worm():
        machine.boot()
        assert flushed_in_all_modes(machine)
        assert_truthful(machine)
        machine.run(["cordon", "check"])
        assert_sealed(machine)
        fault("rescue, emergency, and back; flushed in each", len(MODES), machine)


def test_a_seal_that_is_stopped_with_the_mode(worlds, machines, deb, fault):
    """The defence taken out."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files={**UNDER_FIRE, **NO_CHECK, **MORTAL})
    with world.worm():
        machine.boot()
        assert not flushed_in_all_modes(machine)
        fault("rescue, emergency: control, a seal that stops with the mode", len(MODES), machine, opens=True)


def test_ten_thousand_flushes(worlds, machines, deb, fault):
    """One nft, a transaction a line; systemd is executed anew, and loads its units, meanwhile."""
    world = worlds(preconfigured=True)
    machine = machines(world, deb=deb, files=NO_CHECK)
    with world.worm(rate=10000):
        machine.boot()
        machine.run("""
            (sleep 0.2; systemctl daemon-reexec; systemctl daemon-reload) &
            yes 'flush ruleset' | head -n 10000 | nft -i >/dev/null; wait
        """, timeout=900)
        assert tables(machine) == {status(machine)["seal"]["hold_name"]}
        machine.run(["cordon", "check"])
        assert_sealed(machine)
        fault("flush ruleset, systemd executed anew, 10,000 datagrams/s", 10000, machine)
