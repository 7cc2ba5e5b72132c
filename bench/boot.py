# SPDX-License-Identifier: GPL-2.0-or-later
"""What cordon costs a server that has it: its boot, sealed and finished, a login, what stays in
memory.

A container boots in a third of a second, so that what cordon adds looks more there than it is.
"""
import re
import time

import ground
from cordon import processes

LOGINS = 20
WITHOUT, SEALED, FINISHED = "without cordon", "sealed", "finished"


def startup(machine):
    """What systemd says its part of the boot took, in milliseconds; a container has no other."""
    text = machine.run(["systemd-analyze", "time"]).stdout
    found = re.search(r"([\d.]+)(ms|s)(?: \(userspace\))?[ .]*$", text.splitlines()[0])
    return float(found[1]) * (1000 if found[2] == "s" else 1)


def reboot(machine):
    """Boot once more, and how long it took."""
    machine.reboot()
    return startup(machine)


def login(machine):
    """A login shell on a terminal that ends at once, in milliseconds."""
    command = f"for i in $(seq {LOGINS}); do bash --login -i -c true; done"
    begin = time.monotonic()
    machine.run(["script", "--quiet", "--return", "--command", command, "/dev/null"])
    return (time.monotonic() - begin) * 1000 / LOGINS


def beside(what, found, most=None):
    """Figures of what cordon adds to a server without it, and the goal of a finished one."""
    plain = found[WITHOUT]
    for name, value in found.items():
        ratios, goal = "", ""
        if name != WITHOUT:
            ratios = f"{value - plain:+.0f} ms, {value / plain:.2f} of without"
        if name == FINISHED and most:
            goal = ground.goal(value / plain, most=most)
        yield ground.Figure(f"{what}, {name}", f"{value:.0f} ms", ratios, goal)


def resident(machines):
    """Processes that stay, and their memory."""
    with ground.servers(["firewalld"], None) as others:
        kilobytes = others["firewalld"].run(
            "ps -o rss= -p $(systemctl show --value -p MainPID firewalld)").stdout
    for name in (SEALED, FINISHED):
        count = len(processes(machines[name]))
        yield ground.Figure(f"Resident processes, {name}", str(count),
                            f"firewalld: 1 of {int(kilobytes) / 1024:.0f} MB",
                            ground.goal(count, most=0))


def measure(deb, rounds):
    """Three servers that differ in nothing else."""
    with ground.made({WITHOUT: None, SEALED: deb, FINISHED: deb}) as machines:
        machines[FINISHED].run(["cordon", "finish", "--force", "--reason", "bench"], timeout=300)
        for machine in machines.values():
            machine.reboot()
        yield from beside("Boot", ground.in_turns(rounds, {
            name: lambda machine=machine: reboot(machine) for name, machine in machines.items()}), 1.01)
        yield from beside("Login", ground.in_turns(rounds, {
            name: lambda machine=machine: login(machine)
            for name, machine in machines.items() if name != SEALED}))
        yield from resident(machines)
