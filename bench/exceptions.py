# SPDX-License-Identifier: GPL-2.0-or-later
"""What exceptions cost: 10 to 100,000 addresses that may reach SSH, as configured. How long the
seal takes, the memory of the process that makes it, and how much of a flood it absorbs.
"""
import ipaddress
import subprocess
import sys
import time

import ground
import lab
from seal import OPEN

COUNTS = (10, 1000, 10_000, 100_000)
FIRST = int(ipaddress.IPv4Address("172.16.0.0"))
A_FILE = 1000
# The most memory that a program had; not less than the 10 MB of this one.
MEMORY = """import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"""
FOLDER = "/etc/cordon/cordon.conf.d"
PACKETS = 250_000


def configure(machine, count):
    """Drop-ins with so many exceptions, in the place of those of before."""
    addresses = [str(ipaddress.IPv4Address(FIRST + n)) for n in range(count)]
    machine.run(f"mkdir -p {FOLDER} && rm -f {FOLDER}/*")
    for begin in range(0, count, A_FILE):
        machine.path(f"{FOLDER}/{begin:06}.conf").write_text(
            f"[Allow]\nPort=22/tcp\nFrom={' '.join(addresses[begin:begin + A_FILE])}\n", "ascii")


def seal(machine):
    """(milliseconds, MB) of one sealing from nothing, as it is at boot."""
    machine.run(OPEN)
    argv = machine.command(["/usr/bin/cordon", "seal", "--early"])
    begin = time.monotonic()
    kilobytes = subprocess.run([sys.executable, "-c", MEMORY, *argv], check=True,
                               capture_output=True, text=True).stdout.split()[-1]
    return (time.monotonic() - begin) * 1000, int(kilobytes) / 1024


def seal_and_absorb(machine, count):
    """The same, and the packets a second that one processor takes then."""
    configure(machine, count)
    took, memory = seal(machine)
    sent, seconds = machine.world.flood(lab.SERVER4, [23], PACKETS, kind="syn", cpu=1)
    return took, memory, sent / seconds


def measure(deb, rounds):
    """One server, configured anew each time."""
    with ground.made({ground.CORDON: deb}) as machines:
        found = ground.in_turns(rounds, {
            count: lambda count=count: seal_and_absorb(machines[ground.CORDON], count)
            for count in COUNTS})
    for count, (took, memory, rate) in found.items():
        cost = found[COUNTS[0]][2] / rate
        yield ground.Figure(
            f"{count:,} exceptions: to seal, memory, flood",
            f"{took:.0f} ms, {memory:.0f} MB, {rate / 1000:.0f} k/s",
            f"{cost:.2f} a packet of that with {COUNTS[0]}",
            ground.goal(cost, most=1.05) if count == COUNTS[-1] else "")
