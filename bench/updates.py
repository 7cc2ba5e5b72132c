#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How long an update takes, side by side: plain apt, unattended-upgrades, cordon, cordon after a
prefetch. The same image, the same real pending updates, the same mirror, in one run.

    sudo bench/updates.py CORDON.deb [ROUNDS]

Prints medians and their ratios to plain apt. A figure means nothing but beside the others of its
run. Run it on a machine that does nothing else.
"""
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests/system"))

import lab  # pylint: disable=wrong-import-position
from lab import cache, host, repository  # pylint: disable=wrong-import-position

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


def main():
    """Rounds of all four, each begun by another, so that whatever changes meanwhile, changes all."""
    deb, rounds = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    runs = {"plain apt": plain, "unattended-upgrades": unattended,
            "cordon": lambda world: cordon(world, deb),
            "cordon, prefetched": lambda world: cordon_prefetched(world, deb)}
    times = {name: [] for name in runs}
    host.sweep()
    for number in range(rounds):
        order = list(runs)[number % len(runs):] + list(runs)[:number % len(runs)]
        for name in order:
            with lab.World(lab.security_repository()) as world:
                times[name].append(runs[name](world))
            print(f"round {number + 1}: {name}: {times[name][-1]:.1f} s", flush=True)
    base = statistics.median(times["plain apt"])
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:22} {median:6.1f} s   {median / base:.2f} of plain apt")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error}\n{error.stdout}{error.stderr}")
