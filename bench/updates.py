# SPDX-License-Identifier: GPL-2.0-or-later
"""How long an update takes, side by side: plain apt, unattended-upgrades, cordon, cordon after a
prefetch. The same image, the same real pending updates, the same mirror.
"""
import time

import ground
import lab
from lab import cache, repository

ROUNDS_MAX = 2  # of some minutes each

PLAIN = ("apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y "
         "-o Dpkg::Options::=--force-confold dist-upgrade")
UNATTENDED = ("apt-get update && unattended-upgrade --verbose")
ORIGINS = {"/etc/apt/apt.conf.d/52lab": 'Unattended-Upgrade::Origins-Pattern { "o=Debian"; };\n'
           'Unattended-Upgrade::MinimalSteps "false";\n'}
FETCHED = "systemctl show --value --property=ExecMainExitTimestampMonotonic cordon-prefetch"
PREFETCH = {"/etc/cordon/cordon.conf": "[Cordon]\nPrefetch=yes\n"}


def unattended_upgrades():
    """The package and what it needs, fetched once, for a server of the lab."""
    base = lab.base()
    return cache.entry("unattended", cache.key("1", base.name),
                       lambda target: repository.fetch(target, base, ["unattended-upgrades"]))


def seconds(machine, command):
    """How long a command takes inside."""
    begin = time.monotonic()
    machine.run(command, timeout=900)
    return time.monotonic() - begin


def plain(world):
    """What an administrator would type."""
    with lab.Machine(world) as machine:
        machine.boot()
        return seconds(machine, PLAIN)


def unattended(world):
    """What Debian runs by itself."""
    with lab.Machine(world, files=ORIGINS) as machine:
        for deb in unattended_upgrades().glob("*.deb"):
            machine.path(f"/root/{deb.name}").write_bytes(deb.read_bytes())
        machine.boot()
        machine.run("dpkg --install /root/*.deb", timeout=300)
        return seconds(machine, UNATTENDED)


def cordon(world, deb):
    """From the command to its end, everything listed and judged."""
    with lab.Machine(world, deb=deb) as machine:
        machine.boot()
        return seconds(machine, ["cordon", "update"])


def cordon_prefetched(world, deb):
    """The same, when it had time to fetch before somebody asked."""
    with lab.Machine(world, deb=deb, files=PREFETCH) as machine:
        machine.boot()
        while machine.run(FETCHED).stdout.strip() in ("", "0"):
            time.sleep(0.5)
        return seconds(machine, ["cordon", "update"])


def measure(deb, rounds):
    """All four, each in a world and on a server of its own."""
    ways = {"plain apt": plain, "unattended-upgrades": unattended,
            "cordon": lambda world: cordon(world, deb),
            "cordon, prefetched": lambda world: cordon_prefetched(world, deb)}

    def once(way):
        with lab.World(lab.security_repository()) as world:
            return way(world)
    found = ground.in_turns(min(rounds, ROUNDS_MAX), {
        name: lambda way=way: once(way) for name, way in ways.items()})
    for name, seconds in found.items():
        yield ground.Figure(f"Updates in, {name}", f"{seconds:.1f} s",
                            f"{seconds / found['plain apt']:.2f} of plain apt")
